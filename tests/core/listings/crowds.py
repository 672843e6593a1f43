"""Listings among crowds of other links: tags, languages, shares, sections below sections."""

from tests.core.listings.specimen import Specimen, Stories, specimen, whole


def tag_cloud() -> Specimen:
    """A cloud of tags whose addresses look like articles' and whose classes say nothing."""
    stories: Stories = [
        ("/n/harbour-bridge-closed-for-repairs", "Harbour bridge closed for repairs until spring"),
        ("/n/ferry-line-sold-to-its-crew", "Ferry line sold to its crew"),
        ("/n/school-on-the-pier-stays-open", "School on the pier stays open"),
        ("/n/gulls-return-to-the-north-mole", "Gulls return to the north mole"),
    ]
    items = "".join(
        f'<div class="row"><h4><a href="{href}">{title}</a></h4><p>By our reporter</p></div>' for href, title in stories
    )
    tags = [
        "oil price cap 2026",
        "harbour master plan",
        "north mole bird life",
        "old town night buses",
        "fish quota row",
    ]
    cloud = "".join(
        f'<span class="c{n}"><a href="/t/{tag.replace(" ", "-")}-news">{tag}</a></span> ' for n, tag in enumerate(tags)
    )
    html = whole("en", "News", f'<div class="rows">{items}</div><div class="x7">{cloud}</div>')
    return specimen("tag cloud", "https://mole.example/news", html, stories)


def sections_below() -> Specimen:
    """A front page whose mega menu names sections in many words; articles lie below their addresses."""
    stories: Stories = [
        (
            "/world-and-region/islands-and-coast/storm-damage-larger-than-thought-20411",
            "Storm damage larger than thought",
        ),
        ("/world-and-region/islands-and-coast/rescue-boats-get-new-engines-20409", "Rescue boats get new engines"),
        (
            "/money-and-work-life/trade-and-shipping/freight-firm-cuts-two-hundred-jobs-20402",
            "Freight firm cuts two hundred jobs",
        ),
        (
            "/money-and-work-life/trade-and-shipping/customs-office-moves-to-the-quay-20400",
            "Customs office moves to the quay",
        ),
    ]
    sections = [
        ("/world-and-region/islands-and-coast", "All the news of the islands and the coast"),
        ("/money-and-work-life/trade-and-shipping", "All the news of trade and of shipping"),
    ]
    menu = "".join(f'<div class="col"><a href="{href}">{name}</a></div>' for href, name in sections)
    items = "".join(f'<div class="col"><a href="{href}">{title}</a></div>' for href, title in stories)
    html = whole("en", "Front", f'<div class="mega">{menu}</div><div class="grid">{items}</div>')
    return specimen("sections below", "https://isles.example/", html, stories)


def shares() -> Specimen:
    """Each article comes with links to print, mail and share it, and to its section and author."""
    stories: Stories = [
        ("/noticia/48213/el-astillero-contrata-a-cien-personas", "El astillero contrata a cien personas"),
        ("/noticia/48210/vuelve-la-feria-del-mar", "Vuelve la feria del mar"),
        ("/noticia/48207/cortan-el-agua-en-el-casco-viejo", "Cortan el agua en el casco viejo"),
    ]
    items = "".join(
        f'''<li><p class="antetitulo"><a href="/seccion/economia-del-mar">Economía del mar</a></p>
        <h3><a href="{href}">{title}</a></h3><p>Por <a href="/firma/lucia-armador-prieto">Lucía Armador Prieto</a></p>
        <p><a href="/imprimir/{number}">Imprimir</a> <a href="/enviar/{number}">Enviar por correo</a>
        <a href="https://social.example/sharer?u={href}">Compartir en la red</a>
        <a href="mailto:?subject={title}">Recomendar</a></p></li>'''
        for href, title in stories
        for number in [href.split("/")[2]]
    )
    langs = """<div class="idiomas"><a href="/eu/azken-berriak-eta-gaurko-gaiak">Euskara</a>
      <a href="/gl/novas-do-dia-de-hoxe">Galego</a>
      <a href="/ca/noticies-del-dia-davui">Català</a> <a href="/en/news-of-the-day-today">English</a></div>"""
    html = whole("es", "Última hora", f"{langs}<ul>{items}</ul>")
    return specimen("shares", "https://astillero.example/ultima-hora", html, stories)


def subdomains() -> Specimen:
    """Articles on other hosts of the same domain; a partner's articles on another; cut-off titles."""
    stories: Stories = [
        (
            "https://news.bight.example/2026/11/16/pilots-go-on-strike-from-midnight",
            "Pilots go on strike from midnight, ports brace",
        ),
        (
            "https://sport.bight.example/2026/11/16/regatta-moved-to-the-lagoon",
            "Regatta moved to the lagoon after gale warning",
        ),
        ("//www.bight.example/2026/11/15/mayor-opens-the-new-slipway", "Mayor opens the new slipway on the east shore"),
    ]
    items = "".join(
        f'<div class="s"><a href="{href}" title="{title}"><img alt="Photo: agency pool"></a>'
        f'<a href="{href}" title="{title}">{title[:26].rstrip()}...</a></div>'
        for href, title in stories
    )
    partner = """<div class="s"><a href="https://partner.example/2026/11/16/how-to-buy-a-boat-this-winter">How to buy
      a boat this winter</a></div><div class="s"><a href="https://bight.example.org/2026/11/16/another-site-entirely">Another
      site entirely, indeed it is</a></div>"""
    html = whole("en", "Bight", f"<div>{items}{partner}</div>")
    return specimen("subdomains", "https://www.bight.example/", html, stories)


def magazine() -> Specimen:
    """Headlines and teasers both are links to the article; kickers are too; "Watch video" stands on all."""
    stories: Stories = [
        ("/a/1000481-dock-workers-choir", "Dock workers' choir wins prize"),
        ("/a/1000479-winter-timetable", "Winter timetable is out"),
        ("/a/1000472-two-whales", "Two whales seen in the sound"),
    ]
    items = "".join(
        f"""<div class="m"><div class="k"><a href="{href}">Harbour life</a></div>
        <div class="headline"><a href="{href}">{title}</a></div>
        <p class="lead"><a href="{href}">It was announced on Monday evening in the hall of the pilots, and the applause
        could be heard across the water. Everybody stayed until midnight.</a></p><a href="{href}">Regarder la vidéo</a>
        <a href="{href}">0 Reactions so far, say yours</a></div>"""
        for href, title in stories
    )
    html = whole("en", "Magazine", f'<div class="all">{items}</div>')
    return specimen("magazine", "https://sound.example/magazine", html, stories)


CROWDS = (tag_cloud, sections_below, shares, subdomains, magazine)
