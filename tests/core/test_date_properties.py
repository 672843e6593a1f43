"""Whatever is written is read back, whatever is read is an instant in UTC, and nothing takes long."""

from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.date_zones import ZONES
from monitor.core.dates import flag_date, order_of, parse_date
from monitor.core.stated_dates import find_stated_date

INSTANTS = st.datetimes(datetime(1971, 1, 2), datetime(2199, 12, 29), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters))

# How each language writes a day and a time: `{d}` day, `{m}` month, `{y}` year, `{H}` and `{M}` the time, `{z}` a zone.
WRITTEN = {
    "en": ("{w}, {d} {m} {y} {H}:{M} {z}", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "Friday"),
    "fr": (
        "Le {w} {d} {m} {y} à {H}h{M} {z}",
        "janvier février mars avril mai juin juillet août sept. oct. nov. déc.",
        "mardi",
    ),
    "es": (
        "{w}, {d} de {m} de {y}, {H}:{M} {z}",
        "enero febrero marzo abril mayo junio julio agosto sept oct nov dic",
        "jue",
    ),
    "pt": (
        "{w}, {d} de {m} de {y} às {H}h{M} {z}",
        "jan fev março abril mai jun jul ago set out nov dez",
        "quinta-feira",
    ),
    "id": ("{w}, {d} {m} {y} | {H}.{M} {z}", "Januari Februari Maret April Mei Juni Juli Agt Sep Okt Nov Des", "Kamis"),
    "ru": (
        "{w}, {d} {m} {y} г., {H}:{M} {z}",
        "января февр. марта апреля мая июня июля авг сент. окт нояб. декабря",
        "среда",
    ),
    "ar": (
        "{w} {d} {m} {y}م - {H}:{M} {z}",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        "الخميس",
    ),
    "vi": ("{w}, {d} {m}/{y} - {H} giờ {M} {z}", " ".join(f"Th{n}" for n in range(1, 13)), "Thứ Năm"),
    "de": ("{w}, {d}. {m} {y}, {H}:{M} Uhr {z}", "Jan. Febr. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez.", "Mi"),
    "it": ("{w} {d} {m} {y} - ore {H}.{M} {z}", "gen feb marzo aprile mag giu lug ago sett ott nov dic", "mar"),
    "tr": ("{d} {m} {y} {w} {H}:{M} {z}", "Oca Şub Mart Nis May Haz Tem Ağu Eyl Eki Kas Ara", "Salı"),
}
DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹"}
NAMED = sorted(name for name, zone in ZONES.items() if not callable(zone) and len(name) > 2)


def written(at: datetime, language: str, zone: str, digits: str, space: str) -> str:
    """A local time in the form of a language, with those digits and spaces."""
    form, months, weekday = WRITTEN[language]
    numbers = {"d": at.day, "y": at.year, "H": f"{at.hour:02}", "M": f"{at.minute:02}"}
    text = form.format(**numbers, m=months.split()[at.month - 1], w=weekday, z=zone)
    return text.translate(dict(zip(map(ord, "0123456789"), DIGITS[digits], strict=True))).replace(" ", space)


def as_offset(size: timedelta, form: str) -> str:
    """`+03:00` in one of its forms."""
    minutes = abs(int(size.total_seconds())) // 60
    return form.format("-" if size < timedelta() else "+", minutes // 60, minutes % 60)


@given(
    INSTANTS,
    OFFSETS,
    st.sampled_from(sorted(WRITTEN)),
    st.sampled_from(["{}{:02}{:02}", "{}{:02}:{:02}", "GMT{}{}:{:02}", "(UTC{}{:02}:{:02})"]),
    st.sampled_from(sorted(DIGITS)),
    st.sampled_from([" ", "\u00a0", " \u200f", "\u202f", "  "]),
)
def test_an_instant_written_with_an_offset_is_read_back(
    at: datetime, size: timedelta, language: str, form: str, digits: str, space: str
) -> None:
    """In every language, its own words and order, Latin, Arabic and Persian digits, and odd spaces."""
    at = at.replace(second=0)
    raw = written(at.astimezone(timezone(size)), language, as_offset(size, form), digits, space)
    assert parse_date(raw) == at


@given(INSTANTS, st.sampled_from(sorted(WRITTEN)), st.sampled_from(NAMED))
def test_an_instant_written_with_a_named_zone_is_read_back(at: datetime, language: str, name: str) -> None:
    """In every language with every zone whose clocks are never changed."""
    at, hours = at.replace(second=0), ZONES[name]
    assert not callable(hours)
    raw = written(at + timedelta(hours=hours), language, name.upper() if name.isascii() else name, "latin", " ")
    assert parse_date(raw) == at


@given(INSTANTS, OFFSETS, st.booleans())
def test_the_short_way_reads_what_the_long_way_reads(at: datetime, size: timedelta, iso: bool) -> None:
    """The standards are read by patterns of their own; a bracket before them sends them the other way."""
    local = at.astimezone(timezone(size))
    month = WRITTEN["en"][1].split()[local.month - 1]
    rfc = f"Thu, {local.day:02} {month} {local:%Y %H:%M:%S} {as_offset(size, '{}{:02}{:02}')}"
    raw = local.isoformat() if iso else rfc
    assert parse_date(raw) == at == parse_date(f"[{raw}")


PIECES = [
    "28",
    "5",
    "2022",
    "1443",
    "0001",
    "12:30",
    "10",
    "60",
    "99",
    "jan",
    "Mai",
    "tháng",
    "ม",
    "Th11",
    "يناير",
    "رمضان",
    "هـ",
    "م",
    "ص",
    "pm",
    "a.m.",
    "GMT",
    "+03:00",
    "-25",
    "T",
    "Z",
    "WIB",
    "ET",
    "/",
    "-",
    ".",
    ":",
    ",",
    "(",
    ")",
    "ª",
    "º",
    "th",
    "de",
    "à",
    "14h30",
    "月",
    "年",
    "下午",
    "١٢",
    "W45",
    "\u200f",
    "\xa0",
    "\n",
    "ß",
    "İ",
    "hora",
    "heure",
    "по",
    "بتوقيت",
]
TEXTS = st.text(max_size=260) | st.lists(st.sampled_from(PIECES), max_size=40).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda glue: glue.join(pieces))
)


@given(TEXTS, st.sampled_from([None, "fr", "en-US", "en", "zz"]))
@example("2022-01-28T10:15:00+99:99", None)
@example("0000-00-00T00:00:00Z", None)
@example("2199-12-31T24:00:00-12:00", None)
def test_any_text_is_read_the_same_way_twice_or_not_at_all(raw: str, language: str | None) -> None:
    """Nothing raises, what is read is aware and in UTC, and the second reading is the first."""
    read = parse_date(raw, language=language)
    assert read is None or (read.tzinfo is UTC and read.microsecond == 0)
    assert parse_date(raw, language=language) == read
    assert flag_date(read, raw, datetime(2026, 11, 5, tzinfo=UTC)) in {None, "future", "epoch", "ambiguous"}
    assert order_of([raw]) in {None, "dmy", "mdy"}


@given(INSTANTS)
def test_what_was_read_reads_as_itself(at: datetime) -> None:
    """The ISO form of an answer gives the answer."""
    assert parse_date(at.isoformat()) == at
    assert parse_date(at.isoformat().replace("+00:00", "Z")) == at


HOSTILE = [
    *("1", "1 ", " ", "jan ", "1/", "12:30 ", "28 jan ", "رمضان ", "5 من ", "tháng ", "(", "a. m. ", "hora de "),
    "\u200f",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("length", [199, 100_000])
def test_no_text_takes_long(piece: str, length: int) -> None:
    """As long as a date may be, and 100 KB: neither makes a pattern run away."""
    raw = (piece * length)[:length]
    for text in (raw, raw[:-12] + "28 Jan 2022x", "28 Jan 2022 " + raw[:-12]):
        started = process_time()
        parse_date(text)
        flag_date(None, text, None)
        order_of([text])
        find_stated_date(text, "en")
        assert process_time() - started < 0.5
