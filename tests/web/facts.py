"""Read the facts of a page: pairs of a label and what it is."""

from lxml import html

from tests.web.pages import words


def facts(tree: html.HtmlElement) -> dict[str, str]:
    """Return what a page says in its lists of facts, by label."""
    return {words(one): words(one.getnext()) for one in tree.xpath("//main//dl//dt")}
