"""Months, weekdays, zones and halves of the day of eleven languages, and how real feeds misspell the standards."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.date_words import MONTHS
from monitor.core.date_zones import ZONES
from monitor.core.dates import parse_date

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)

# By language, the twelve months, each in all its spellings: full, then as the press shortens it.
MONTH_SPELLINGS = {
    "en": "January Jan Jan.|February Feb|March Mar|April Apr|May|June Jun|July Jul|August Aug"
    "|September Sept Sep Sept."
    "|October Oct|November Nov|December Dec",
    "fr": "janvier janv. janv jan|février févr. fév fevrier FÉVRIER|mars|avril avr.|mai|juin"
    "|juillet juil. juill.|août aout"
    "|septembre sept.|octobre oct.|novembre nov.|décembre déc. decembre",
    "es": "enero ene ene.|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago"
    "|septiembre setiembre sept"
    " sep set|octubre oct|noviembre nov|diciembre dic",
    "pt": "janeiro jan|fevereiro fev|março marco mar|abril abr|maio mai|junho jun|julho jul|agosto ago|setembro set"
    "|outubro out|novembro nov|dezembro dez",
    "id": "Januari Jan|Februari Pebruari Feb Peb|Maret Mar|April Apr|Mei|Juni Jun|Juli Jul|Agustus Agu Agt Ags Agust"
    "|September Sep Sept|Oktober Okt|November Nopember Nov Nop|Desember Des",
    "ru": "января январь янв янв.|февраля февраль февр. фев|марта март мар|апреля апрель апр|мая май|июня июнь июн"
    "|июля июль июл|августа август авг|сентября сентябрь сент. сен|октября октябрь окт|ноября ноябрь нояб. ноя"
    "|декабря декабрь дек",
    "ar": "يناير|فبراير|مارس|أبريل ابريل إبريل|مايو|يونيو يونيه|يوليو يوليه|أغسطس اغسطس|سبتمبر|أكتوبر اكتوبر"
    "|نوفمبر|ديسمبر",
    "ar-levant": "كانون~الثاني كانون~ثاني كانون~ثان|شباط|آذار اذار|نيسان|أيار ايار|حزيران|تموز|آب اب|أيلول ايلول"
    "|تشرين~الأول تشرين~أول|تشرين~الثاني تشرين~ثاني تشرين~ثان|كانون~الأول كانون~أول",
    "ar-maghreb": "جانفي|فيفري|مارس|أفريل|ماي|جوان|جويلية جويليه يوليوز|أوت غشت|سبتمبر شتنبر|أكتوبر|نوفمبر نونبر"
    "|ديسمبر دجنبر",
    "vi": "tháng~1 Th1 Thg~1 tháng~01 tháng~Một tháng~giêng|tháng~2 Th2 tháng~hai|tháng~3 tháng~ba"
    "|tháng~4 tháng~tư tháng~bốn"
    "|tháng~5 tháng~năm|tháng~6 tháng~sáu|tháng~7 tháng~bảy|tháng~8 tháng~tám|tháng~9 tháng~chín|tháng~10 tháng~mười"
    "|tháng~11 Th11 Thg~11 tháng~mười~một|tháng~12 Th12 tháng~mười~hai tháng~chạp",
    "de": "Januar Jänner Jan Jän|Februar Feber Feb|März Maerz Mär Mrz|April Apr|Mai|Juni Jun|Juli Jul|August Aug"
    "|September Sept Sep|Oktober Okt|November Nov|Dezember Dez",
    "it": "gennaio gen|febbraio feb|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug|agosto ago"
    "|settembre set sett"
    "|ottobre ott|novembre nov|dicembre dic",
    "tr": "Ocak Oca OCAK|Şubat Şub ŞUBAT|Mart Mar|Nisan Nis NİSAN|Mayıs May MAYIS|Haziran Haz|Temmuz Tem|Ağustos Ağu"
    "|Eylül Eyl EYLÜL|Ekim Eki EKİM|Kasım Kas KASIM|Aralık Ara ARALIK",
}

WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche lun. mar. mer. jeu. ven. sam. dim.",
    "es": "lunes martes miércoles jueves viernes sábado domingo lun mar mié jue vie sáb dom",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo seg ter qua qui sex "
    "sáb dom 2ª-feira",
    "id": "Senin Selasa Rabu Kamis Jumat Jum'at Sabtu Minggu Ahad Sen Sel Rab Kam Jum Sab Min",
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс",
    "ar": "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
    "vi": "Thứ~Hai Thứ~Ba Thứ~Tư Thứ~Năm Thứ~Sáu Thứ~Bảy Thứ~2 Thứ~5 T2 T7 Chủ~nhật CN",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonnabend Sonntag Mo Di Mi Do Fr Sa So",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica lun mar mer gio ven sab dom",
    "tr": "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar Pzt Sal Çar Per Cum Cmt Paz",
}


@pytest.mark.parametrize("language", MONTH_SPELLINGS)
def test_every_spelling_of_every_month_is_read(language: str) -> None:
    """Full and shortened, with and without its point, in either case, joined by spaces, points, slashes "
    "and dashes."""
    months = [spellings.replace("~", "_").split(" ") for spellings in MONTH_SPELLINGS[language].split("|")]
    assert len(months) == 12
    misread = [
        (written, read)
        for number, spellings in enumerate(months, start=1)
        for spelling in (name.replace("_", " ") for name in spellings)
        for form in ("5 {} 2026", "5. {} 2026", "05-{}-2026", "5/{}/2026", "5 {}, 2026", "2026 {} 5")
        for written in (form.format(spelling), form.format(spelling.upper()), form.format(spelling.lower()))
        if (read := parse_date(written)) != datetime(2026, number, 5, tzinfo=UTC)
    ]
    assert misread == []


@pytest.mark.parametrize("language", WEEKDAYS)
def test_a_weekday_changes_nothing(language: str) -> None:
    """Whatever its name: shortened weekdays of one language (`mar.`) are months of another, and some are numbers."""
    months = [row.split(" ")[0].replace("~", " ") for row in MONTH_SPELLINGS[language].split("|")]
    misread = [
        (written, read)
        for weekday in (name.replace("~", " ") for name in WEEKDAYS[language].split())
        for number, month in enumerate(months, start=1)
        for form in ("{} 5 {} 2026 12:00", "{}, 5 {} 2026, 12:00", "12:00 - 5 {1} 2026 ({0})")
        if (read := parse_date(written := form.format(weekday, month))) != NOON.replace(month=number)
    ]
    assert misread == []


ZONE_HOURS = {
    "GMT": 0, "UT": 0, "UTC": 0, "Z": 0, "GMT+3": 3, "GMT+03:00": 3, "UTC+0530": 5.5, "UTC-3": -3, "UTC−03:00": -3,
    "(GMT+7)": 7, "+03:00": 3, "+0300": 3, "+03": 3, "-0000": 0, "+0000 (UTC)": 0,
    "GMT+0300 (Moscow Standard Time)": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "ET": -5, "(PT)": -8,
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "BST": 1, "WEST": 1, "EET": 2, "EEST": 3, "Uhr MEZ": 1,
    "heure de Paris": 1, "h (heure de Paris)": 1, "TU": 0, "temps universel": 0, "heure de Moscou": 3, "HNE": -5,
    "hora de Madrid": 1, "hora peninsular española": 1, "hora de Cuba": -5, "hora de La Habana": -5,
    "hora de Caracas": -4,
    "hora de Moscú": 3, "hora de Colombia": -5, "hora de Ciudad de México": -6, "ART": -3, "VET": -4, "CLST": -3,
    "horário de Brasília": -3, "BRT": -3, "hora de Lisboa": 0, "hora de Moscovo": None,
    "WIB": 7, "WITA": 8, "WIT": 9, "waktu Jakarta": 7,
    "МСК": 3, "(мск)": 3, "MSK": 3, "по московскому времени": 3, "по Москве": 3, "МСК (UTC+3)": 3, "по Гринвичу": 0,
    "بتوقيت غرينتش": 0, "بتوقيت جرينتش": 0, "بتوقيت مكة المكرمة": 3, "بتوقيت موسكو": 3, "(توقيت السعودية)": 3,
    "بتوقيت الإمارات": 4, "بتوقيت باريس": 1,
    "giờ Việt Nam": 7, "(giờ Hà Nội)": 7, "ICT": 7, "giờ Moscow": 3,
    "ora di Roma": 1, "ora italiana": 1, "ora di Mosca": 3,
    "TSİ": 3, "Türkiye saati": 3, "TRT": 3, "Moskova saati": 3,
    "JST": 9, "KST": 9, "SGT": 8, "PKT": 5, "AEDT": 11, "NZDT": 13, "HST": -10, "SAST": 2, "ACST": 9.5, "NPT": 5.75,
    "[Europe/Moscow]": None, "XYZ": None, "IST": None, "local time": None,
}  # fmt: skip


@pytest.mark.parametrize(("zone", "hours"), ZONE_HOURS.items())
def test_zones_move_the_time(zone: str, hours: float | None) -> None:
    """By number, by letters, by place; what nobody defines, or several do, says nothing (RFC 5322 section 4.3)."""
    assert parse_date(f"5 Nov 2026 12:00 {zone}") == NOON - timedelta(hours=hours or 0)
    assert parse_date(f"12:00 {zone} 5 Nov 2026") == NOON - timedelta(hours=hours or 0)


def test_every_zone_of_the_table_is_read() -> None:
    """None is hidden behind another that begins alike."""
    unread = [
        name
        for name, zone in ZONES.items()
        if parse_date(f"5 Nov 2026 12:00 {name}")
        != NOON - timedelta(hours=zone(NOON.replace(tzinfo=None)) if callable(zone) else zone)
    ]
    assert unread == []


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("5 juillet 2026 12:00 heure de Paris", 10),
        ("29 mars 2026 01:59 heure de Paris", 0),
        ("29 mars 2026 03:00 heure de Paris", 1),
        ("25 octobre 2026 03:00 heure de Paris", 2),
        ("8 Mar 2026 01:59 ET", 6),
        ("8 Mar 2026 03:00 ET", 7),
        ("1 Nov 2026 02:00 ET", 7),
        ("5 Jul 2026 12:00 ET", 16),
        ("20 Mar 2006 12:00 ET", 17),
        ("5 июля 2012 12:00 мск", 8),
        ("5 июля 2026 12:00 мск", 9),
    ],
)
def test_places_that_change_their_clocks_are_read_by_the_season(raw: str, hour: int) -> None:
    """Summer time of Europe and North America, and the years in which Moscow was an hour ahead."""
    read = parse_date(raw)
    assert read is not None
    assert read.hour == hour


def test_a_place_whose_old_rules_are_not_kept_is_not_read_there() -> None:
    """Brazil had summer time until 2019, Venezuela half an hour of its own until 2016."""
    assert parse_date("5 jan 2018 12:00 horário de Brasília") is None
    assert parse_date("5 ene 2012 12:00 hora de Caracas") is None


@pytest.mark.parametrize(
    ("written", "hour", "minute"),
    [
        ("2:30 PM", 14, 30), ("2:30 p.m.", 14, 30), ("2:30 p. m.", 14, 30), ("2:30pm", 14, 30), ("2.30pm", 14, 30),
        ("2 p.m.", 14, 0), ("12:30 AM", 0, 30), ("12:30 PM", 12, 30), ("00:30 PM", 12, 30), ("14:30 PM", 14, 30),
        ("2:30 de la tarde", 14, 30), ("9:30 de la noche", 21, 30), ("12:15 de la noche", 0, 15),
        ("2:30 a. m.", 2, 30),
        ("3:30 de la madrugada", 3, 30), ("9:30 de la mañana", 9, 30), ("2:30 da tarde", 14, 30),
        ("8:30 da noite", 20, 30),
        ("2:30 del pomeriggio", 14, 30), ("14h30", 14, 30), ("à 14h30", 14, 30), ("14 h 30", 14, 30),
        ("à 14 heures", 14, 0),
        ("14 heures 30", 14, 30), ("ore 14:30", 14, 30), ("14.30", 14, 30), ("14.30 Uhr", 14, 30),
        ("um 14 Uhr", 14, 0),
        ("saat 14:30", 14, 30), ("pukul 14.30", 14, 30), ("2.30 siang", 14, 30), ("8 malam", 20, 0),
        ("1 malam", 1, 0),
        ("в 14:30", 14, 30), ("14 ч 30 мин", 14, 30), ("14 ч. 30 мин.", 14, 30), ("2:30 дня", 14, 30),
        ("2:30 ночи", 2, 30), ("8 вечера", 20, 0), ("٢:٣٠ م", 14, 30), ("2:30 مساءً", 14, 30),
        ("12:30 ظهراً", 12, 30),
        ("2:30 ص", 2, 30), ("10:30 صباحا", 10, 30), ("14 giờ 30", 14, 30), ("14 giờ 30 phút", 14, 30),
        ("lúc 14h", 14, 0),
        ("2:30 chiều", 14, 30), ("8 giờ 30 sáng", 8, 30), ("11 giờ 15 trưa", 11, 15), ("1:15 trưa", 13, 15),
        ("2:30 CH", 14, 30), ("8:30 SA", 8, 30), ("2:30 ÖS", 14, 30), ("下午2:30", 14, 30), ("오전 2:30", 2, 30),
        ("14:30:59.123", 14, 30), ("14:30:60", 14, 30), ("08h05min", 8, 5), ("14:30 hs", 14, 30), ("T14:30", 14, 30),
    ],
)  # fmt: skip
def test_times_of_day_are_read(written: str, hour: int, minute: int) -> None:
    """With the words for hours and for the halves of the day that each language uses."""
    read = parse_date(f"5 Nov 2026 {written}")
    assert read is not None
    assert (read.hour, read.minute) == (hour, minute)


@pytest.mark.parametrize(
    "raw",
    [
        "Thu, 05 Nov 2026 12:00:00 GMT", "Thu, 5 Nov 2026 12:00:00 GMT", "5 Nov 2026 12:00:00 GMT",
        "Thu 05 Nov 2026 12:00",
        "Thu,05 Nov 2026 12:00:00 GMT", "Mon, 05 Nov 2026 12:00:00 GMT", "thursday, 05-nov-26 12:00:00 gmt",
        "Thu, 05 Nov 26 12:00 UT", "Thu, 05 November 2026 15:00:00 +0300", "Thu, 05 Nov 2026 07:00:00 EST",
        "Thu, 05 Nov 2026 12:00:00 +0000 (Coordinated Universal Time)", "Thu, 05 Nov 2026 12:00:00 Z",
        "Thu, 05 Nov 2026 12:00:00  +0000", "Thu, 05 Nov 2026 12:00:00GMT", "Thu, 05 Nov 2026, 12:00:00 GMT",
        "Thu, Nov 05 2026 12:00:00 GMT", "Thu Nov  5 12:00:00 2026", "Thu Nov 5 12:00:00 UTC 2026",
        "\n  Thu, 05 Nov 2026 12:00:00 GMT\t", "Thu, 05\u00a0Nov\u00a02026 12:00:00 GMT",
        "\u200fThu, 05 Nov 2026\u200e 12:00",
        "\u202b٥ نوفمبر ٢٠٢٦ ١٢:٠٠\u202c", "۵ نوفمبر ۲۰۲۶ ۱۲:۰۰", "5 نوفـمبر 2026 12:00", "5 نوفمبر 2026م 12:00",
        "jeu., 05 nov. 2026 12:00:00 +0000",
        "2026-11-05T12:00:00Z", "2026-11-05T12:00Z", "2026-11-05T12Z", "2026-11-05 12:00:00",
        "2026-11-05T12:00:00.000+00:00",
        "2026-11-05T12:00:00,5Z", "2026-11-05T15:00:00+0300", "2026-11-05T15:00:00 +03:00", "20261105T120000Z",
        "20261105T1200Z",
        "2026-11-05T15:00:00+03:00[Europe/Moscow]", "2026-11-05t12:00:00z", "2026-11-05 12:00 GMT",
        "2026-W45-4T12:00Z", "2026-309T12:00:00Z", "2026/11/05 12:00", "November 5th, 2026 at 12:00 PM",
        "Nov. 5, 2026 12 p.m.",
        "الخميس 25 جمادى الأولى 1448 هـ - 5 نوفمبر 2026 م - 12:00", "1448/05/25 - 2026-11-05 12:00",
        "14/08/1405 - 2026/11/05 12:00",
    ],
)  # fmt: skip
def test_one_instant_in_the_spellings_of_real_feeds(raw: str) -> None:
    """Standards with their faults, invisible characters, other digits, and a second calendar beside ours."""
    assert parse_date(raw) == NOON


@pytest.mark.parametrize(
    "raw",
    [
        "25 رمضان 1447", "25 رمضان 1447 هـ", "٢٥ جمادى الأولى ١٤٤٨", "25/05/1448", "1448-05-25", "5 نوفمبر 1448 هـ",
        "۱۴۰۵/۰۸/۱۴",
        "14 آبان 1405", "5 Nov 2569", "2026-02-29", "31 April 2026", "2026-11-05T25:00:00Z", "2026-11-05T24:00:01Z",
        "2026-11-05T12:60:00Z", "2026-11-05T12:00:75Z", "2026-11-05T12:00:00+25:00", "2026-11-05T12:00:00+03:75",
        "Thu, 05 Nov 2026 12:00:00 +1500", "2026-W54-1", "2026-366", "2026-000", "5 Nov 226", "Nov 2026",
        "05/11/26", "26/11/05",
        "5 Nov", "Thu, 05 Nov", "now", "today at 5", "5 Nov 2026 5 Dec 2026", "2026-11-05 2026-11-06", "5 Foo 2026",
        "5 Nov 2026 7",
        "0000-00-00 00:00:00", "Wed, 30 Nov -0001 00:00:00 +0000", "1762340400", "1762340400000", "T12:00:00",
        "12:00", "5 Nov 2026 12:0:0",
    ],
)  # fmt: skip
def test_what_is_no_certain_date_is_none(raw: str) -> None:
    """Other calendars alone, impossible days, times and offsets, two days, numbers without order: no guess."""
    assert parse_date(raw) is None


def test_the_end_of_a_day_is_the_start_of_the_next() -> None:
    """24:00 (ISO 8601); a leap second stays within its minute."""
    assert parse_date("2026-12-31T24:00:00Z") == datetime(2027, 1, 1, tzinfo=UTC)
    assert parse_date("Thu, 31 Dec 2026 24:00 GMT") == datetime(2027, 1, 1, tzinfo=UTC)
    assert parse_date("2016-12-31T23:59:60Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert parse_date("2026-W01-1") == datetime(2025, 12, 29, tzinfo=UTC)


def test_no_month_name_is_empty_or_a_number() -> None:
    """A folded name is letters, so that it cannot swallow a day."""
    assert all(name and not any(char.isdigit() for char in name) for name in MONTHS)
