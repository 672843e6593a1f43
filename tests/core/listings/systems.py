"""Listings as content management systems write them."""

from tests.core.listings.specimen import Specimen, Stories, specimen, whole


def wordpress() -> Specimen:
    """A category of a WordPress site: image, headline, excerpt and "Leer más", comments, tags, widgets."""
    stories: Stories = [
        ("/2026/11/16/la-flota-pesquera-vuelve-a-puerto/", "La flota pesquera vuelve a puerto"),
        ("/2026/11/15/suben-las-tarifas-del-ferry/", "Suben las tarifas del ferry"),
        ("/2026/11/15/el-museo-naval-abre-de-noche/", "El museo naval abre de noche"),
        ("/2026/11/14/cierran-la-escuela-del-muelle/", "Cierran la escuela del muelle"),
    ]
    posts = "".join(
        f'''<article id="post-{n}" class="post-{n} post type-post status-publish has-post-thumbnail category-puertos">
        <a class="post-thumbnail" href="{href}" aria-hidden="true"><img alt="Vista del muelle viejo con grúas"></a>
        <header class="entry-header"><span class="cat-links"><a href="/puertos/" rel="category tag">Puertos</a></span>
        <h2 class="entry-title"><a href="{href}" rel="bookmark">{title}</a></h2>
        <span class="posted-on"><time datetime="2026-11-1{n}T08:00:00-05:00">{n} nov</time></span>
        <span class="byline"><a class="url fn" href="/author/marina-del-olmo/">Marina del Olmo</a></span></header>
        <div class="entry-summary"><p>El anuncio se hizo el lunes ante la prensa de la ciudad y los gremios.
        <a class="more-link" href="{href}">Leer más</a></p></div>
        <footer class="entry-footer"><a href="{href}#respond">Deja un comentario en este artículo</a>
        <a href="/tag/puerto-viejo-y-nuevo/" rel="tag">puerto viejo y nuevo</a></footer></article>'''
        for n, (href, title) in enumerate(stories, 3)
    )
    widgets = """<div id="secondary" class="widget-area"><section class="widget widget_recent_entries">
      <h2>Entradas recientes</h2><ul><li><a href="/2026/11/13/otra-entrada-de-otra-seccion/">Otra entrada de otra
      sección del diario</a></li></ul></section>
      <div class="tagcloud"><a href="/tag/pesca/" class="tag-cloud-link">pesca</a></div></div>
      <nav class="navigation pagination"><a class="page-numbers" href="/puertos/page/2/">2</a></nav>
      <footer id="colophon"><a href="/acerca-de-nosotros-y-de-nuestra-historia/">Acerca de nosotros y de nuestra
      historia</a></footer>"""
    menu = '<header id="masthead"><ul id="primary-menu"><li><a href="/puertos/">Puertos y mar</a></li></ul></header>'
    html = whole("es-MX", "Puertos – El Faro", f'{menu}<main id="main">{posts}</main>{widgets}')
    return specimen("wordpress", "https://elfaro.example/puertos/", html, stories)


def drupal() -> Specimen:
    """Views of a Drupal site in French, with a language switcher, a block of the most read and a pager."""
    stories: Stories = [
        ("/fr/actualites/le-phare-du-cap-sera-restaure", "Le phare du cap sera restauré"),
        ("/fr/actualites/greve-des-dockers-au-port", "Grève des dockers au port"),
        ("/fr/actualites/une-nouvelle-ligne-de-bus", "Une nouvelle ligne de bus dès lundi"),
    ]
    rows = "".join(
        f'''<div class="views-row"><div class="views-field views-field-image"><a href="{href}"><img alt=""></a></div>
        <div class="views-field views-field-title"><span class="field-content"><a href="{href}" hreflang="fr">{title}
        </a></span></div><div class="views-field views-field-created"><span class="field-content">16/11/2026 - 08:15
        </span></div><div class="views-field-body"><p>Le conseil a tranché après deux ans de débats.</p></div>
        <div class="views-field views-field-view-node"><a href="{href}">Lire la suite</a></div></div>'''
        for href, title in stories
    )
    blocks = """<div id="block-languageswitcher"><ul class="links"><li class="en"><a href="/en/news"
      class="language-link">English</a></li><li class="ar"><a href="/ar/akhbar">العربية</a></li></ul></div>
      <div class="block block-views"><h2>Les plus lus</h2><ul>
      <li><a href="/fr/sport/le-derby-se-joue-a-huis-clos">Le derby se joue à huis clos dimanche</a></li>
      <li><a href="/fr/culture/un-festival-sur-la-digue">Un festival sur la digue cet été</a></li></ul></div>
      <ul class="pager__items js-pager__items"><li><a href="?page=1" title="Aller à la page 2">2</a></li>
      <li><a href="?page=12" title="Aller à la dernière page">Dernière page des actualités »</a></li></ul>"""
    body = f'<div class="region-content"><div class="view-content">{rows}</div></div>{blocks}'
    return specimen("drupal", "https://lecap.example/fr/actualites", whole("fr", "Actualités", body), stories)


def tables() -> Specimen:
    """Tables of the early 2000s: a menu in the left cell, articles by number in the middle, no class that helps."""
    stories: Stories = [
        (f"shownews.asp?newsid={number}", title)
        for number, title in [
            (48213, "Council votes on harbour dredging"),
            (48212, "Ferry timetable changes on Monday"),
            (48209, "Lighthouse keeper retires at 80"),
            (48207, "Fish market reopens after the flood"),
        ]
    ]
    cells = "".join(
        f'<tr><td width=80><a href="{href}"><img src=p.gif border=0></a></td><td><a href="{href}"><b>{title}</b></a>'
        f"<br><font size=1>2026-11-1{n}</font><br><font size=2>The decision was announced in the town hall late on "
        f'Monday evening. <a href="{href}">more...</a></font></td></tr>'
        for n, (href, title) in enumerate(stories)
    )
    sections = "".join(
        f'<tr><td bgcolor=#eeeeee><a href="section.asp?id={n}01"><font face=Arial>{name}</font></a></td></tr>'
        for n, name in enumerate(["Domestic news", "Foreign news", "Economy and finance", "Sports and leisure"], 1)
    )
    other = '<a href="advert.asp?id=551">Advertise with us in print and online</a> | <a href="contact.asp">Contact</a>'
    body = (
        f"<table width=780><tr><td valign=top><table>{sections}</table></td><td><table>{cells}</table></td></tr>"
        f"<tr><td colspan=2 align=center>{other}</td></tr></table>"
    )
    return specimen("tables", "http://www.islandtimes.example/news/", whole("en", "Island Times", body), stories)


def bitrix() -> Specimen:
    """A Bitrix news list in Russian: named articles below the year, a pager of its own, a block of sections."""
    stories: Stories = [
        ("/news/2026/v-portu-otkryli-novyy-prichal/", "В порту открыли новый причал"),
        ("/news/2026/rybaki-vernulis-posle-shtorma/", "Рыбаки вернулись после шторма"),
        ("/news/2026/mayak-stal-muzeem/", "Маяк стал музеем"),
    ]
    items = "".join(
        f'''<p class="news-item" id="bx_1914200418_{n}"><span class="news-date-time">{n}.11.2026</span>
        <a href="{href}"><b>{title}</b></a><br />Об этом сообщили в администрации порта в понедельник.</p>'''
        for n, (href, title) in enumerate(stories, 13)
    )
    pager = """<div class="bx-pagination"><ul><li><a href="/news/?PAGEN_1=2"><span>2</span></a></li>
      <li class="bx-pag-next"><a href="/news/?PAGEN_1=2"><span>Следующая страница новостей</span></a></li></ul></div>"""
    left = """<div class="bx_vertical"><ul><li><a href="/news/">Новости</a></li><li><a href="/about/">О порте</a></li>
      <li><a href="/services/stoyanka-sudov/">Стоянка судов</a></li><li><a href="/docs/">Архив</a></li></ul></div>"""
    html = whole("ru", "Новости порта", f'{left}<div class="news-list">{items}{pager}</div>')
    return specimen("bitrix", "https://port.example/news/", html, stories)


def cards() -> Specimen:
    """A Next.js front page: whole cards are links, classes are hashes, headings are spans."""
    stories: Stories = [
        (
            "/politics/assembly-passes-harbour-bill-after-night-session",
            "Assembly passes harbour bill after night session",
        ),
        ("/economy/freight-rates-fall-for-the-third-month", "Freight rates fall for the third month"),
        ("/society/night-buses-return-to-the-old-town", "Night buses return to the old town"),
        ("/culture/festival-of-small-theatres-begins", "Festival of small theatres begins"),
        ("/economy/shipyard-signs-its-largest-order", "Shipyard signs its largest order"),
    ]
    boxes = "".join(
        f'''<div class="css-{n}x9k2a"><a class="css-1q{n}zz" href="{href}"><div><span>{href.split("/")[1]}</span></div>
        <div><span class="css-8d{n}">{title}</span></div><p class="css-p{n}">Members voted shortly before dawn, ending a
        debate that had begun on Monday and was interrupted twice.</p><div><span>{n} min read</span></div></a></div>'''
        for n, (href, title) in enumerate(stories, 3)
    )
    panel = "".join(
        f'<a class="css-menu" href="{href}">{name}</a>'
        for href, name in [
            ("/politics", "Politics"),
            ("/economy", "Economy"),
            ("/economy/banking-and-finance-in-the-islands", "Banking and finance in the islands"),
            ("/about-our-newsroom-and-standards", "About our newsroom and standards"),
            ("/newsletters", "Newsletters"),
        ]
    )
    body = f'<div id="__next"><div class="css-panel">{panel}</div><div class="css-grid">{boxes}</div></div>'
    return specimen("cards", "https://thequay.example/", whole("en", "The Quay", body), stories)


def short_addresses() -> Specimen:
    """Articles with addresses like those of sections, told by their headings, dates and teasers alone."""
    stories: Stories = [
        ("/politica/reforma", "El Senado aprueba la reforma de los puertos"),
        ("/politica/debate-final", "Debate final antes de las elecciones locales"),
        ("/cultura/coro", "El coro del puerto cumple cien años"),
    ]
    teasers = "".join(
        f"""<div class="teaser"><p class="kicker"><a href="/{href.split("/")[1]}">Todo sobre la política local</a></p>
        <h3><a href="{href}">{title}</a></h3><span class="fecha">1{n} de noviembre de 2026</span>
        <p>La sesión terminó de madrugada, con la tribuna llena y sin incidentes.</p></div>"""
        for n, (href, title) in enumerate(stories, 4)
    )
    blocks = """<div class="promo"><h3><a href="/especiales/elecciones">Especial de elecciones</a></h3></div>
      <div class="promo"><h3><a href="/servicios/el-tiempo">El tiempo en la región</a></h3></div>"""
    html = whole("es", "Portada", f'<div class="portada">{teasers}{blocks}</div>')
    return specimen("short addresses", "https://lamarea.example/", html, stories)


SYSTEMS = (wordpress, drupal, tables, bitrix, cards, short_addresses)
