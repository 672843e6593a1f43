"""Look at a page as a browser or a screen reader does."""

from lxml import html

from tests.web.asking import Client, get


async def page(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    """Return a page as a tree; its status is as expected."""
    answer = await get(client, path, Accept="text/html")
    text = await answer.text()
    assert answer.status == status, f"{path}: {answer.status}\n{text[:2000]}"
    assert answer.content_type == "text/html"
    return html.document_fromstring(text)


def found(tree: html.HtmlElement, path: str) -> list[str]:
    """Return the attributes that an XPath finds, or the texts of the elements, with single spaces."""
    values = tree.xpath(path)
    assert isinstance(values, list)
    return [one if isinstance(one, str) else words(one) for one in values]


def words(element: html.HtmlElement) -> str:
    """Return the text of an element with single spaces."""
    return " ".join(str(element.text_content()).split())


def main_words(tree: html.HtmlElement) -> str:
    """Return what the page says between header and footer."""
    return words(tree.get_element_by_id("main"))


def faults(tree: html.HtmlElement) -> list[str]:
    """Return what is wrong with a page for whom it is read aloud, or by the policy on what it may load."""
    return [
        *("it has not one h1" for _ in range(len(tree.xpath("//h1")) != 1)),
        *(f"level {after} after {before}" for before, after in _jumps(tree)),
        *(f"the id {one} stands twice" for one in _doubles(found(tree, "//@id"))),
        *(f"a style at <{one.tag}>" for one in tree.xpath("//*[@style]")),
        *(f"a handler at <{one.tag}>" for one in tree.xpath("//*[@*[starts-with(name(), 'on')]]")),
        *("a script in the page" for one in tree.xpath("//script") if not str(one.get("src")).startswith("/static/")),
        *("a style sheet in the page" for _ in tree.xpath("//style")),
        *("a table without caption" for _ in tree.xpath(_NAMELESS)),
        *("a heading of a table without scope" for _ in tree.xpath("//th[not(@scope)]")),
        *(f"a field without label: {one.get('name')}" for one in tree.xpath(_FIELDS) if not _is_labelled(tree, one)),
        *(f"a link that says nothing: {one.get('href')}" for one in tree.xpath("//a[@href]") if not _is_named(one)),
        *(f"markup came through: <{one.tag}>" for one in tree.xpath("//img | //b | //iframe | //object | //embed")),
    ]


_NAMELESS = "//table[not(caption)][not(ancestor::*[@aria-labelledby or @aria-label or self::figure])]"
_FIELDS = "//input[not(@type='hidden')] | //select | //textarea"


def _jumps(tree: html.HtmlElement) -> list[tuple[int, int]]:
    levels = [int(one.tag[1]) for one in tree.xpath("//h1 | //h2 | //h3 | //h4 | //h5 | //h6")]
    return [(a, b) for a, b in zip([0, *levels], levels, strict=False) if b > a + 1]


def _doubles(values: list[str]) -> set[str]:
    return {one for one in values if values.count(one) > 1}


def _is_labelled(tree: html.HtmlElement, field: html.HtmlElement) -> bool:
    return bool(tree.xpath("//label[@for=$id]", id=field.get("id") or "-")) or field.get("aria-label") is not None


def _is_named(link: html.HtmlElement) -> bool:
    return bool(words(link) or link.get("aria-label"))
