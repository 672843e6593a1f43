"""Listings that give little to go by: lines of links, section after section, short addresses."""

from tests.core.listings.specimen import Specimen, Stories, specimen, whole


def joomla() -> Specimen:
    """A Joomla category: numbered names, "Leer más" with the title behind, a menu of long names."""
    stories: Stories = [
        ("/index.php/noticias/481-el-puerto", "El puerto"),
        ("/index.php/noticias/482-nueva-linea-de-ferry", "Nueva línea de ferry"),
        ("/index.php/noticias/483-cierre-del-faro", "Cierre del faro por obras"),
    ]
    items = "".join(
        f'''<div class="item column-1" itemprop="blogPost"><h2 itemprop="headline"><a href="{href}">{title}</a></h2>
        <dl class="article-info"><dd class="category-name">Categoría: <a href="/index.php/noticias">Noticias</a></dd>
        <dd class="published">Publicado: 1{n} Noviembre 2026</dd><dd class="hits">Visto: 55{n}</dd></dl>
        <p>El texto de entrada resume lo ocurrido ayer.</p><a class="btn" href="{href}">Leer más: {title}</a></div>'''
        for n, (href, title) in enumerate(stories)
    )
    menu = """<div class="moduletable"><ul class="mainlinks"><li><a href="/index.php/contacto">Contacto</a></li>
      <li><a href="/index.php/quienes-somos-y-donde-estamos">Quiénes somos y dónde estamos</a></li></ul></div>"""
    html = whole("es", "Noticias", f"{menu}{items}")
    return specimen("joomla", "https://bahia.example/index.php/noticias", html, stories)


def persian() -> Specimen:
    """A Persian agency: the date is a link to the article too, and in another calendar."""
    stories: Stories = [
        ("/news/6289011/بندر-نخستین-کشتی-را-پذیرفت", "بندر نخستین کشتی را پذیرفت"),
        ("/news/6289012/شورای-شهر-طرح-را-تصویب-کرد", "شورای شهر طرح را تصویب کرد"),
    ]
    items = "".join(
        f"""<li class="news"><figure><a href="{href}"><img alt="{title}"></a></figure><div class="desc"><h3>
        <a href="{href}">{title}</a></h3><p>متن کوتاهی درباره خبر امروز بندر و دریا که در روزنامه آمده است</p>
        <time><a href="{href}">۱۴۰۵-۰۸-۲۵ ۱۰:۴۵</a></time></div></li>"""
        for href, title in stories
    )
    boxes = """<div class="box"><header><h2>پربازدیدترین</h2></header><ul><li>
      <a href="/news/6211003/قدیمی-ترین-فانوس-دریایی">قدیمی ترین فانوس دریایی کشور</a></li></ul></div>"""
    head = '<header><h2><a href="/service/eco">اقتصاد بین الملل و تجارت</a></h2></header>'
    html = whole("fa", "اقتصاد", f'<div class="box">{head}<ul>{items}</ul></div>{boxes}')
    return specimen("persian", "https://khabar.example/service/eco", html, stories)


def sections() -> Specimen:
    """A front page of sections, each with its name as a heading and a link, and one with a single article."""
    blocks: list[tuple[str, str, Stories]] = [
        (
            "politics/european-union",
            "European Union",
            [
                ("vote-on-fishing-quotas-delayed", "Vote on fishing quotas delayed"),
                ("ministers-meet-on-coast-guard", "Ministers meet on coast guard"),
            ],
        ),
        (
            "world/middle-east",
            "Middle East",
            [
                ("ceasefire-holds-for-a-second-day", "Ceasefire holds for a second day"),
                ("port-reopens-to-aid-ships", "Port reopens to aid ships"),
            ],
        ),
        ("opinion", "Opinion", [("why-the-lighthouse-matters", "Why the lighthouse matters")]),
    ]
    body = ""
    for section, name, inside in blocks:
        cards = "".join(
            f'<div class="c"><a class="c-img" href="/{section}/{slug}"><img alt="A photo"></a><div class="c-t">'
            f'<a href="/{section}/{slug}">{title}</a></div></div>'
            for slug, title in inside
        )
        body += f"""<section class="zone"><h2><a href="/{section}">{name}</a></h2><p>The latest coverage of all that
        matters in {name} every day</p><div class="cards">{cards}</div></section>"""
    body += """<div class="promo"><a href="/newsletters/sign-up-for-our-morning-briefing">Sign up for our morning
      briefing</a></div><div class="bottom"><a href="/corrections-and-clarifications-policy">Corrections and
      clarifications policy</a> <a href="/work-with-us-at-the-paper">Work with us at the paper</a></div>"""
    stories = [(f"/{section}/{slug}", title) for section, _, inside in blocks for slug, title in inside]
    return specimen("sections", "https://dunes.example/", whole("en", "Dunes", body), stories)


def lines() -> Specimen:
    """Links between line breaks, with the day in brackets behind and numbers of two digits."""
    stories: Stories = [
        ("nota.php?id=91", "Vuelve el ferry al puerto viejo"),
        ("nota.php?id=92", "El alcalde inaugura la lonja"),
        ("nota.php?id=93", "Roban el ancla del museo"),
    ]
    rows = "<br>".join(f'<a href="{href}">{title}</a> <i>(12/11/2026)</i>' for href, title in stories)
    menu = """<p><a href="index.php">Inicio</a> | <a href="lista.php?cat=2">Deportes y tiempo libre</a> |
      <a href="quienes.php">Quiénes somos</a></p>"""
    return specimen("lines", "http://lonja.example/lista.php", whole("es", "Notas", f"{menu}{rows}"), stories)


def short_numbers() -> Specimen:
    """Numbers of three digits before a word or two; headings by class; a button for more."""
    stories: Stories = [
        ("/world/117-ferry-deal/", "Ferry deal struck after weeks"),
        ("/world/127-whale/", "Whale spotted in the old harbour"),
        ("/world/137-mayor-quits/", "Mayor quits over the bridge"),
    ]
    items = "".join(
        f'''<div class="card"><strong class="card__heading"><a class="link" href="{href}">{title}</a></strong>
        <div class="card__summary">Some summary of the news, which is long enough.</div><span class="card__date">
        Nov 1{n}, 2026 10:2{n}</span></div>'''
        for n, (href, title) in enumerate(stories)
    )
    more = '<a class="button" href="/listing/category.world.noprepare/prepare.all-news/10/1">Load more news stories</a>'
    return specimen("short numbers", "https://world.example/world/", whole("en", "World", f"{items}{more}"), stories)


PLAIN = (joomla, persian, sections, lines, short_numbers)
