"""Reading dates: what feeds and pages write, and what is too uncertain to read."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.date_words import MONTHS, fold
from monitor.core.dates import parse_date
from monitor.core.stated_dates import find_stated_date

MORNING = datetime(2022, 1, 28, 10, 15, tzinfo=UTC)
DAY = datetime(2022, 1, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "Fri, 28 Jan 2022 10:15:00 GMT",
        "Fri, 28 Jan 2022 10:15 GMT",
        "28 Jan 22 10:15 UT",
        "Mon, 28 Jan 2022 13:15:00 +0300",
        "Fri, 28 Jan 2022 05:15:00 EST",
        "Fri, 28 Jan 2022 10:15:00 XYZ",
        "fri 28 jan 2022 10:15:00 +00:00 (UTC)",
        "Friday, 28-Jan-22 10:15:00 GMT",
        "Fri Jan 28 10:15:00 2022",
        "Fri Jan 28 10:15:00 GMT 2022",
        "Fri Jan 28 2022 13:15:00 GMT+0300 (Moscow Standard Time)",
    ],
)
def test_rfc_822_is_read_with_the_faults_feeds_have(raw: str) -> None:
    """Seconds, weekday and the century may be missing or wrong; an unknown zone says nothing."""
    assert parse_date(raw) == MORNING


@pytest.mark.parametrize(
    "raw",
    [
        "2022-01-28T10:15:00Z",
        "2022-01-28T10:15Z",
        "2022-01-28t10:15:00.123456z",
        "2022-01-28T17:15:00+07:00",
        "2022-01-28 05:15:00 -0500",
        "2022-01-28T13:15+03",
        "20220128T101500Z",
        "2022/01/28 10:15",
        "2022.1.28 10:15:00",
    ],
)
def test_iso_8601_is_read_extended_and_basic(raw: str) -> None:
    """Every usual way to write the same instant gives the same instant."""
    assert parse_date(raw) == MORNING


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("vendredi 28 janvier 2022 à 10h15", 10),
        ("28 de enero de 2022, 10:15 a. m.", 10),
        ("28 de janeiro de 2022 às 10h15", 10),
        ("Jumat, 28 Januari 2022 | 10.15 WIB", 3),
        ("28 Januari 2022 10:15 WITA", 2),
        ("28 Jan 2022 10:15 WIT", 1),
        ("28 января 2022 г., 10:15 мск", 7),
        ("10:15 28.01.2022", 10),
        ("الجمعة ٢٨ يناير ٢٠٢٢ - ١٠:١٥", 10),
        ("28 كانون الثاني 2022ء 10:15", 10),
        ("28 كانون الثاني/يناير 2022 10:15 ص", 10),
        ("28 جانفي 2022 10:15", 10),
        ("Thứ 6, 28 tháng 1 năm 2022, 10:15 (GMT+7)", 3),
        ("Thứ Sáu, 28/01/2022 - 10h15'", 10),
        ("Freitag, 28. Januar 2022, 10:15 Uhr MEZ", 9),
        ("28 gennaio 2022 - 10:15", 10),
        ("28 OCAK 2022 10:15", 10),
        ("January 28th, 2022 at 10:15 AM", 10),
        ("28 January 2022 10:15 p.m.", 22),
        ("2022年1月28日 10:15", 10),
    ],
)
def test_dates_are_read_in_the_words_of_each_language(raw: str, hour: int) -> None:
    """Month names, numerals and local zones are known; a zone moves the hour to UTC."""
    assert parse_date(raw) == MORNING.replace(hour=hour)


@pytest.mark.parametrize(
    ("raw", "language", "expected"),
    [
        ("03/02/2022", None, None),
        ("03/02/2022", "en", None),
        ("03/02/2022", "zh", None),
        ("03/02/2022", "fr", date(2022, 2, 3)),
        ("03-02-2022", "pt-BR", date(2022, 2, 3)),
        ("03.02.2022", "ru", date(2022, 2, 3)),
        ("03/02/2022", "en_US", date(2022, 3, 2)),
        ("03/02/2022", "en-GB", date(2022, 2, 3)),
        ("28/01/2022", None, date(2022, 1, 28)),
        ("01/28/2022", "fr", date(2022, 1, 28)),
        ("2/2/2022", None, date(2022, 2, 2)),
    ],
)
def test_numbers_are_ordered_by_value_or_by_language_or_not_at_all(
    raw: str, language: str | None, expected: date | None
) -> None:
    """3/2/2022 is a February day in France, a March day in the United States, and unknown otherwise."""
    read = parse_date(raw, language=language)
    assert (read.date() if read else None) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "2 hours ago",
        "2022",
        "2022-01",
        "January 2022",
        "28 January",
        "30 February 2022",
        "2022-13-01",
        "28 Jan 2022 25:10",
        "3 feb 2022 - 5 feb 2022",
        "28/01/22",
        "28 محرم 1443 هـ",
        "28 يناير 1443 هـ",
        "28 January 2565",
        "42",
        "1643364900",
        "https://news.example/2022/01/28/a-story-5",
        "28 Jan 2022 " * 100,
    ],
)
def test_what_is_uncertain_is_not_read(raw: str) -> None:
    """Half dates, two dates, other calendars, impossible days and words relative to now give None."""
    assert parse_date(raw) is None


def test_time_is_midnight_and_utc_when_neither_is_given() -> None:
    """A bare day is its first instant in UTC."""
    assert parse_date("28 January 2022") == DAY


def test_no_folded_month_name_means_two_months() -> None:
    """The table of all languages together stays unambiguous: each row's words point at that row."""
    samples = {"mars": 3, "mart": 3, "mei": 5, "mai": 5, "juin": 6, "juil": 7, "ago": 8, "آب": 8, "تموز": 7, "kas": 11}
    assert {word: MONTHS[fold(word)[0]] for word in samples} == samples


@given(st.text(max_size=220))
def test_any_text_is_read_or_refused_without_raising(raw: str) -> None:
    """Nothing a feed can write raises, and what is read is aware and in UTC."""
    read = parse_date(raw)
    assert read is None or read.tzinfo is UTC


@given(
    st.lists(st.sampled_from(["28", "2022", "jan", "/", ".", ":", "10", " ", "-", "T", "Z", "+", "يناير", "h", "am"]))
)
def test_pieces_of_dates_in_any_order_never_raise(pieces: list[str]) -> None:
    """Texts made of the very pieces of dates are read or refused as well."""
    read = parse_date("".join(pieces))
    assert read is None or read.tzinfo is UTC


MONTH_NAMES = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "en": "January February March April May June July August September October November December",
}
LEVANT = [
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
]
WRITTEN = {language: names.split() for language, names in MONTH_NAMES.items()} | {"ar-levant": LEVANT}
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DAYS, st.sampled_from(sorted(WRITTEN)), st.sampled_from([" ", " de ", "-"]), st.booleans())
def test_a_written_day_is_read_back_in_every_language(day: date, language: str, link: str, upper: bool) -> None:
    """Writing a day with its month's name and reading it gives the day, whatever the case."""
    written = f"{day.day}{link}{WRITTEN[language][day.month - 1]}{link}{day.year}"
    read = parse_date(written.upper() if upper else written, language=language)
    assert read is not None
    assert read.date() == day


@given(DAYS)
def test_a_vietnamese_day_is_read_back(day: date) -> None:
    """Vietnamese numbers its months."""
    read = parse_date(f"ngày {day.day} tháng {day.month} năm {day.year}", language="vi")
    assert read is not None
    assert read.date() == day


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)), st.integers(-12 * 60, 14 * 60))
def test_iso_and_rfc_forms_of_an_instant_agree(local: datetime, minutes: int) -> None:
    """The same local time and offset read alike from both standards."""
    sign, size = ("-" if minutes < 0 else "+"), abs(minutes)
    local = local.replace(microsecond=0)
    month = WRITTEN["en"][local.month - 1][:3]
    iso = parse_date(f"{local.isoformat()}{sign}{size // 60:02}:{size % 60:02}")
    rfc = parse_date(f"{local.day} {month} {local.year} {local:%H:%M:%S} {sign}{size // 60:02}{size % 60:02}")
    assert iso == rfc == datetime.fromisoformat(f"{local.isoformat()}{sign}{size // 60:02}:{size % 60:02}")


@pytest.mark.parametrize(
    ("text", "language", "raw", "iso"),
    [
        ("Un accord de pêche\n\nLisbonne, 19 novembre (RMV) Les ministres...", "fr", "19 novembre", "--11-19"),
        ("HAVANA, 18 Sept (Agencia) The port...", "en", "18 Sept", "--09-18"),
        ("La Habana, jueves 3 de febrero de 2022 (AL).- El puerto", "es", "3 de febrero de 2022", "2022-02-03"),
        ("( وكالة الساحل ۔ / المنارة - 28 كانون الثاني 2022ء) أعلن", "ar", "28 كانون الثاني 2022", "2022-01-28"),
        ("موسكو في ٢٨ يناير (و س) - أعلن", "ar", "٢٨ يناير", "--01-28"),
        ("МОСКВА, 28 янв. — Агентство. Порт", "ru", "28 янв", "--01-28"),
        ("BEIJING, Jan. 28 (Agency) -- The port", "en", "Jan. 28", "--01-28"),
        ("JAKARTA, 28 Januari 2022 - Menteri", "id", "28 Januari 2022", "2022-01-28"),
        ("Kunjungan dari 18 hingga 20 September 2021. Menteri", "id", "20 September 2021", "2021-09-20"),
        ("Le 3 mai 2020 fut un jour.\n\nLima, 5 mai 2021 (RMV) Le port", "fr", "5 mai 2021", "2021-05-05"),
    ],
)
def test_the_head_of_an_article_states_its_date(text: str, language: str, raw: str, iso: str) -> None:
    """A dateline is found in every script, with and without its year, and wins over dates in the story."""
    stated = find_stated_date(text, language)
    assert stated is not None
    assert (stated.raw, stated.iso) == (raw, iso)
    assert text[stated.start : stated.end] == stated.raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Le 15 novembre dernier, la ministre a parlé.",
        "She was born on 3 February 1920 in the old town.",
        "في سبتمبر 2023 وصف الوزير الوضع",
        "Word " * 400 + "on 3 February 2021",
    ],
)
def test_dates_of_the_story_are_not_the_articles_date(text: str) -> None:
    """A day without a year in a sentence, history, a bare month and dates far down state nothing."""
    assert find_stated_date(text, "en") is None


@given(st.text(alphabet=st.sampled_from("28 3,.()/-–\nJanujanيناير2022ءİß،"), max_size=120))
def test_a_stated_date_cuts_its_own_words(text: str) -> None:
    """The span is exact in any text, also where folding changes lengths."""
    stated = find_stated_date(text, None)
    assert stated is None or text[stated.start : stated.end] == stated.raw
