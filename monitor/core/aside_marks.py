"""Know what a page calls its own parts, by tag, role, class and id: sharing, related articles, comments, bylines."""

import re
from enum import IntEnum
from functools import lru_cache

from lxml.html import HtmlElement


class Mark(IntEnum):
    """How an element is marked, the stronger the higher."""

    NONE = 0
    WEAK = 1  # beside the article: its date, author, section, tools; believed of short lines
    STRONG = 2  # no part of the article: related, comments, newsletter; believed of sentences too
    ARTICLE = 3  # part of it however short: corrections and editors' notes


_STRONG = """
related relatednews related-articles related-posts recommended recommendation recommendations read-more readmore
read-also readalso read-next see-also more-stories more-news also-read you-may-like most-read mostread most-viewed
most-popular popular-posts trending share sharing share-bar sharebar sharedaddy share-buttons social-share social-links
social-media addtoany sharethis addthis follow-us comments comment comment-list comment-form disqus newsletter
newsletters subscribe-box signup mailing-list author-box author-bio author-card about-author authorbox adsbygoogle ad
ads adv advert adverts advertisement advertising ad-slot ad-container sponsored outbrain taboola mgid breadcrumb
breadcrumbs tags tag-list taglist post-tags article-tags entry-tags pagination cookie-banner cookie-consent
a-lire lire-aussi lire-egalement articles-lies similaires partage partager commentaires infolettre publicite fil-ariane
plus-lus mots-cles relacionadas relacionados lea-tambien lee-tambien leia-tambem te-puede-interesar compartir
compartilhar comentarios boletin publicidad publicidade mas-leidas mas-leidos mais-lidas migas etiquetas
verwandte-artikel mehr-zum-thema lesen-sie-auch teilen kommentare werbung anzeige meistgelesen schlagworte
baca-juga bacajuga terkait berita-terkait artikel-terkait bagikan komentar iklan terpopuler
chitayte-takzhe chitaite-takzhe po-teme podelitsya kommentarii reklama samoe-chitaemoe metki
tin-lien-quan lien-quan tinlienquan xem-them doc-them chia-se binh-luan quang-cao doc-nhieu tu-khoa
"""
_WEAK = """
social follow tools toolbar buttons btn print share-tools popular promo banner widget counter counters views view-count
viewcount views-count hits reads read-count pageviews likes votes rating reading-time read-time readtime
time-to-read date dates dateline-date datetime timestamp time published publish-date pubdate published-date
post-date entry-date article-date updated last-updated update-time modified dateposted author authors byline by-line
byauthor writer signature entry-meta article-meta post-meta meta metadata meta-info article-info info-bar kicker
section-label section-name category categories cat-links rubric rubrique topic topics tag keywords eyebrow overline
caption-credit photo-credit listen audio-player text-size font-size subscribe subscription login signin
menu navigation nav navbar sidebar footer pager prev next back-to-top
fecha autor autora firma hora vistas visitas lecturas auteur auteurs signature-article vues lectures publie
datum autoren verfasser lesezeit aufrufe tanggal waktu penulis reporter editor kanal dilihat dibaca jumlah-view
data avtor prosmotry prosmotrov prosmotr vremya rubrika ngay thoi-gian tac-gia luot-xem chuyen-muc tarikh katib
"""
_NOTES = """
correction corrections corrigendum erratum errata clarification editors-note editor-note editorial-note note-editor
update-note rectificatif rectification precision fe-de-erratas correccion rectificacion correcao koreksi ralat
ispravlenie dinh-chinh
"""
_WEAK_TAGS = frozenset({"time", "footer", "nav", "button", "form", "dialog", "label", "address"})
_WEAK_ROLES = frozenset({"navigation", "contentinfo", "search", "dialog", "banner"})
_DATED = ("datePublished", "dateModified", "dateCreated", "author", "articleSection", "commentCount", "keywords")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME_BREAK = re.compile(r"[^a-z0-9]+")
_HASH = re.compile(r"\d+")


def _names(table: str) -> re.Pattern[str]:
    """Match any of the names as whole parts of a class name: `share` in "post__share", not in "shareholders"."""
    return re.compile(f"-(?:{'|'.join(sorted(table.split(), key=len, reverse=True))})-")


_TABLES = ((Mark.ARTICLE, _names(_NOTES)), (Mark.STRONG, _names(_STRONG)), (Mark.WEAK, _names(_WEAK)))


def mark_of(element: HtmlElement) -> Mark:
    """Return how an element is marked by itself."""
    named = _mark_of_names(f"{element.get('class') or ''} {element.get('id') or ''}")
    if named or element.tag in _WEAK_TAGS or element.get("role") in _WEAK_ROLES:
        return named or Mark.WEAK
    said = f"{element.get('itemprop') or ''} {element.get('rel') or ''}".split()
    return Mark.WEAK if any(name in said for name in _DATED) else Mark.NONE


@lru_cache(maxsize=4096)
def _mark_of_names(names: str) -> Mark:
    if names == " ":
        return Mark.NONE
    plain = f"-{_NAME_BREAK.sub('-', _HASH.sub('-', _CAMEL.sub('-', names).lower()))}-"
    return next((mark for mark, table in _TABLES if table.search(plain)), Mark.NONE)
