"""The zones that dates name, in the words of the press: where clocks are never changed, and where they are."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.core.date_words import fold

Zone = float | Callable[[datetime], float]  # hours east of UTC, or how to tell them from the local time

_SUNDAY = 6


def _sunday(year: int, month: int, nth: int) -> datetime:
    """Return the nth Sunday of a month, at midnight; the last one for -1 (in months of 31 days)."""
    start = datetime(year, month, 1 if nth > 0 else 25)  # noqa: DTZ001 - local times have no zone yet
    return start + timedelta(days=(_SUNDAY - start.weekday()) % 7 + 7 * (max(nth, 1) - 1))


def _european(winter: float) -> Zone:
    """Summer time from the last Sunday of March to that of October (Directive 2000/84/EC, in use since 1996)."""

    def hours(local: datetime) -> float:
        starts = _sunday(local.year, 3, -1) + timedelta(hours=1 + winter)
        ends = _sunday(local.year, 10, -1) + timedelta(hours=2 + winter)
        return winter + (starts <= local < ends)

    return hours


def _american(winter: float) -> Zone:
    """Daylight time as in the United States (15 U.S.C. section 260a), 2007 rules and those of 1987 before."""

    def hours(local: datetime) -> float:
        new = local.year >= 2007
        starts = _sunday(local.year, 3, 2) if new else _sunday(local.year, 4, 1)
        ends = _sunday(local.year, 11, 1) if new else _sunday(local.year, 10, -1)
        return winter + (starts + timedelta(hours=2) <= local < ends + timedelta(hours=2))

    return hours


def _since(hours_east: float, year: int, month: int, day: int) -> Zone:
    """A zone whose clocks were changed before that day, by rules that came and went: nothing is read there."""

    def hours(local: datetime) -> float:
        if local < datetime(year, month, day):  # noqa: DTZ001
            raise ValueError("the zone of that time is not known")
        return hours_east

    return hours


def _moscow(local: datetime) -> float:
    """Three hours, but four while Russia kept summer time all year (2011-03-27 to 2014-10-26)."""
    return 4.0 if datetime(2011, 3, 27, 2) <= local < datetime(2014, 10, 26, 2) else 3.0  # noqa: DTZ001


# Hours east of UTC. North American names are as RFC 822 section 5.1 has them. A name that several zones use alike (IST,
# AST, AMT) is left out on purpose: it says nothing. Places are those whose time the press gives.
_FIXED: Mapping[float, str] = {
    -10.0: "hst",
    -9.0: "akst|hdt",
    -8.0: "pst|akdt|hnp",
    -7.0: "mst|pdt|hnr|hap",
    -6.0: "cst|mdt|hnc|har|centroamerica",
    -5.0: "est|cdt|cot|pet|ect|hne|hac|bogota|lima|quito|colombia|peru|ecuador",
    -4.0: "edt|clt|bot|hae|la paz|bolivia",
    -3.5: "nst",
    -3.0: "brt|art|adt|uyt|clst|gft|hnt",
    -2.5: "ndt",
    -2.0: "brst",
    -1.0: "azot",
    0.0: "z|ut|utc|gmt|wet|tu|tuc|temps universel|greenwich|гринвичу|гринвич|غرينتش|غرينيتش|جرينتش|غرينتس",
    1.0: "cet|mez|bst|west|wat|hnec|argel|alger|الجزائر|تونس",
    2.0: "cest|mesz|eet|cat|sast|haec",
    3.0: "eest|eat|مكة المكرمة|مكة|السعودية|الرياض|بغداد|الدوحة|الكويت|صنعاء",
    4.0: "gst|samt|الامارات|ابوظبي|ابو ظبي|دبي|مسقط",
    5.0: "pkt|yekt|uzt",
    5.5: "slst",
    5.75: "npt",
    6.0: "omst",
    6.5: "mmt",
    7.0: "wib|ict|krat|novt|viet nam|ha noi|vietnam|hanoi|jakarta",
    8.0: "wita|sgt|hkt|myt|pht|awst|irkt|bac kinh|pequim|pekin|beijing",
    9.0: "wit|jst|kst|yakt",
    9.5: "acst",
    10.0: "aest|vlat",
    10.5: "acdt",
    11.0: "aedt|magt|sakt",
    12.0: "nzst|pett",
    13.0: "nzdt",
}
_CHANGING: tuple[tuple[Zone, str], ...] = (
    (_american(-5), "et|la habana|cuba"),
    (_american(-6), "ct"),
    (_american(-7), "mt"),
    (_american(-8), "pt"),
    (_european(0), "lisboa|portugal|portugal continental|londres|london|londra|лондону"),
    (
        _european(1),
        "paris|france|francesa|madrid|espana|peninsular|espanola|italiana|italia|roma|rome|berlin|deutscher zeit|"
        "bruxelles|bruselas|geneve|парижу|берлину|باريس|برلين",
    ),
    (_since(-6, 2022, 10, 30), "ciudad de mexico|mexico"),
    (_since(-4, 2016, 5, 1), "vet|hlv|caracas|venezuela"),
    (_since(-3, 2019, 2, 17), "brasilia"),
    (_since(-3, 2015, 3, 8), "buenos aires|argentina|montevideo|uruguay"),
    (_since(3, 2016, 9, 8), "trt|tsi|turkiye|istanbul|ankara"),
    (_moscow, "msk|мск|москве|московскому|moscou|moscu|mosca|moskau|moscow|moskova|موسكو"),
)

ZONES: Mapping[str, Zone] = MappingProxyType(
    {fold(name)[0]: hours for hours, names in _FIXED.items() for name in names.split("|")}
    | {fold(name)[0]: zone for zone, names in _CHANGING for name in names.split("|")}
)


def hours_east(name: str, local: datetime) -> float:
    """Return how far east of UTC the clocks of a zone stood at a local time, in hours.

    Raises ValueError when its clocks were changed then by rules not kept here, KeyError for a name that is none.
    An hour that summer time skips or repeats counts as the earlier of its two instants.
    """
    zone = ZONES[name]
    return zone(local) if callable(zone) else zone
