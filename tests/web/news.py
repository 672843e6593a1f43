"""An archive with a little of everything that pages show: an edit, a takedown, copies, scripts, and planted markup."""

from datetime import timedelta
from html import escape
from pathlib import Path

from tests.app.rig import Rig, add, play
from tests.app.website import SENTENCES, Page, Website, article, rss
from tests.newsroom.days import at
from tests.newsroom.room import RoomInfo

HARBOUR = "http://one.example/2026/harbour-opens"
COPY = "http://two.example/2026/the-harbour-reopens-today"
GONE = "http://one.example/2026/withdrawn-claim-about-ferries"
PLANTED = "http://one.example/2026/planted-markup"
ARABIC = "http://two.example/ar/2026/desalination-plant"
HOSTS = ("one.example", "two.example", "three.example")

# Markup as an outlet's words; wherever it stands on a page, it stands as text.
MARKUP = """<script>alert(1)</script><img src=x onerror=alert(2)>"><b onmouseover='alert(3)'>"""
OPEN, SHUT = "The harbour opens after the storm", "The harbour stays shut after the storm"
MORE = (
    "Fishermen from the northern villages brought their boats in early and slept in the halls of the customs house.",
    "Insurers have asked for a list of the damage, which the port authority expects to finish by the end of the week.",
    "The lighthouse lost two panes of glass, and its keeper, who is seventy, replaced them before it was dark again.",
    "Schools on the islands remain closed until the ferry runs, and parents were told to listen to the radio.",
)
ARABIC_TITLE = "تدشين محطة تحلية بالطاقة الشمسية"
ARABIC_SENTENCES = (
    "دشنت وزارة المياه صباح الثلاثاء محطة تحلية جديدة تعمل بالطاقة الشمسية في رأس الشراع وتخدم عشرين قرية ساحلية.",
    "وقالت الهيئة إن المياه المالحة الناتجة عن التحلية ستخفف قبل إعادتها إلى البحر حفاظا على الشعاب المرجانية القريبة.",
    "وأوضح المهندس المشرف أن المحطة تنتج أربعة آلاف متر مكعب يوميا وأن كلفتها بلغت تسعة ملايين حسب الخطة المعلنة.",
    "ورحب سكان القرى بالخبر وطالبوا بأن تصل الشبكة إلى المزارع قبل الصيف المقبل وأن تبقى الأسعار كما هي اليوم.",
)


def planted(title: str = MARKUP) -> Page:
    """Return a page whose words are markup."""
    sentences = tuple(escape(f"{sentence} {MARKUP}") for sentence in SENTENCES)
    return Page(article(escape(title), sentences=tuple(one.replace("{", "{{").replace("}", "}}") for one in sentences)))


def arabic() -> Page:
    """Return a page in Arabic."""
    body = "".join(f"<p>{one}</p>" for one in ARABIC_SENTENCES)
    head = f'<meta charset="utf-8"><title>{ARABIC_TITLE}</title>'
    html = f'<!doctype html><html lang="ar" dir="rtl"><head>{head}</head><body><article><h1>{ARABIC_TITLE}</h1>{body}'
    return Page(f"{html}</article></body></html>".encode(), "text/html; charset=utf-8")


async def fill(folder: Path) -> None:
    """Make the archive in a folder: four articles in two feeds over a day, and a feed that fails."""
    clock = folder / "clock.json"
    async with Website.start() as site:
        rig = Rig(folder, clock, RoomInfo(site.port, 0, "", site.resolve(*HOSTS)))
        rig.at(at(16, 8))
        _publish(site)
        async with rig.open() as archive:
            for minute, host in enumerate(HOSTS):  # one after the other, so that documents are numbered as they come
                await add(archive, f"http://{host}/rss", force=True, every_s=3600)
                await play(rig, archive, at(16, 8, minute))
            await play(rig, archive, at(16, 8, 25))
            site.pages[HARBOUR] = Page(article(SHUT, 21, (*SENTENCES, *MORE)))
            site.pages[PLANTED] = planted(f"Again {MARKUP}")
            site.pages[GONE] = Page(status=410)
            site.pages["http://three.example/rss"] = Page(status=500)
            site.pages["http://one.example/rss"] = rss((HARBOUR, SHUT), (PLANTED, escape(escape(MARKUP))))
            await play(rig, archive, *(at(16, 9, 5) + timedelta(hours=hour) for hour in range(5)))


def _publish(site: Website) -> None:
    site.pages["http://one.example/rss"] = rss(
        (HARBOUR, OPEN), (PLANTED, escape(escape(MARKUP))), (GONE, "A claim about ferries")
    )
    site.pages["http://two.example/rss"] = rss((COPY, "The harbour reopens today"), (ARABIC, ARABIC_TITLE))
    site.pages["http://three.example/rss"] = rss()
    site.pages[HARBOUR] = Page(article(OPEN, 12, (*SENTENCES, *MORE)))
    site.pages[COPY] = Page(article("The harbour reopens today", 12, (*SENTENCES, *MORE)))
    site.pages[GONE] = Page(article("A claim about ferries", 7, tuple(reversed(SENTENCES))))
    site.pages[PLANTED] = planted()
    site.pages[ARABIC] = arabic()
