"""The outlets: what their pages look like, say around the articles, and how they are encoded; and what befalls them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outage:
    """All articles of an outlet answer with one status between two times; its front page and feed go on."""

    start: datetime
    end: datetime
    status: int


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher. `inside` is furniture that stands between the paragraphs, `beside` what stands around the article.

    `looks` are its template, and the one it has since `redesigned`. `encodings` likewise are before and after
    `recoded`: an encoding, and how it is declared (header, meta, mark, wrong, no).
    """

    name: str
    host: str
    language: str
    looks: tuple[str, str]
    inside: tuple[str, ...]
    beside: tuple[str, ...]
    feed: str = "rss"
    redesigned: datetime | None = None
    encodings: tuple[tuple[str, str], tuple[str, str]] = (("utf-8", "header"), ("utf-8", "header"))
    recoded: datetime | None = None
    outage: Outage | None = None
    validators: bool = False
    feed_follows: bool = True  # whether the feed's titles follow the headlines

    def look(self, now: datetime) -> str:
        """Return the template in use."""
        return self.looks[self.redesigned is not None and now >= self.redesigned]

    def encoding(self, now: datetime) -> tuple[str, str]:
        """Return the encoding in use, and how it is declared."""
        return self.encodings[self.recoded is not None and now >= self.recoded]


def _at(hours: float) -> datetime:
    return START + hours * HOUR


UTF8 = ("utf-8", "header")
OUTLETS = (
    Outlet("The Harwick Courier", "harwick-courier.example", "en", ("clean", "wordpress"), (), ("views", "read", "ad"),
           redesigned=_at(76)),
    Outlet("Dunmore Post", "dunmorepost.example", "en", ("soup", "soup"), ("related", "updated"), ("share",),
           outage=Outage(_at(60), _at(72), 404)),
    Outlet("Le Journal de Belcastel", "belcastel-journal.example", "fr", ("wordpress", "wordpress"), ("also",),
           ("read", "comments"), encodings=(("iso-8859-1", "meta"), UTF8), recoded=_at(52)),
    Outlet("Courrier du Rivage", "courrier-rivage.example", "fr", ("table", "clean"), ("comments", "tags"),
           ("related", "ad"), redesigned=_at(100), feed="sitemap"),
    Outlet("El Faro de Peñalba", "farodepenalba.example", "es", ("drupal", "drupal"), (), ("read", "share", "views"),
           encodings=(("utf-8", "mark"), ("utf-8", "mark"))),
    Outlet("La Tribuna del Sur", "tribunasur.example", "es", ("soup", "drupal"), ("related",), ("updated", "tags"),
           redesigned=_at(64), outage=Outage(_at(110), _at(122), 503)),
    Outlet("Новости Заречья", "zarechye-news.example", "ru", ("table", "table"), ("views", "related"), ("ad",),
           encodings=(("windows-1251", "meta"), ("windows-1251", "meta"))),
    Outlet("Белогорский вестник", "belogorie.example", "ru", ("wordpress", "clean"), ("also", "subscribe"), ("read",),
           redesigned=_at(88), encodings=(("windows-1251", "header"), UTF8), recoded=_at(40)),
    Outlet("صوت الميناء", "sawt-almina.example", "ar", ("soup", "soup"), (), ("related", "updated", "views"),
           encodings=(("windows-1256", "header"), ("windows-1256", "header"))),
    Outlet("جريدة الوادي", "alwadi.example", "ar", ("wordpress", "drupal"), ("also",), ("read", "ad"),
           redesigned=_at(70), feed="sitemap"),
    Outlet("Kabar Harapan", "kabarharapan.example", "id", ("clean", "clean"), ("also", "tags"), ("read", "comments"),
           outage=Outage(_at(40), _at(50), 404)),
    Outlet("Suara Muara", "suaramuara.example", "id", ("drupal", "soup"), ("ad", "views"), ("related",),
           redesigned=_at(120), encodings=(("utf-8", "wrong"), ("utf-8", "wrong")), feed_follows=False),
    Outlet("Báo Bến Xuân", "baobenxuan.example", "vi", ("soup", "soup"), ("comments", "also"), ("read",)),
    Outlet("Tin Làng Mới", "tinlangmoi.example", "vi", ("clean", "wordpress"), (), ("views", "related"),
           redesigned=_at(84), feed="sitemap", validators=True),
    Outlet("نور نیوز", "noornews.example", "ur", ("wordpress", "wordpress"), ("related", "subscribe"), ("views",)),
    Outlet("روزنامہ ساحل", "rozsahil.example", "ur", ("table", "soup"), ("views", "ad"), ("read", "updated"),
           redesigned=_at(96)),
    Outlet("临江日报", "linjiang.example", "zh", ("clean", "clean"), ("views", "related"), ("ad",)),
    Outlet("ข่าวปากน้ำ", "paknam.example", "th", ("wordpress", "wordpress"), (), ("read", "views", "share"),
           feed_follows=False),
)  # fmt: skip
