"""Documents: the list, all about one, and each of its texts."""

from datetime import UTC, datetime

import pytest

from monitor import Archive
from monitor.answers import DocumentView
from monitor.model import Capture, Change, ChangeKind, Document, DocumentState, Fetch, Origin, Outcome
from monitor.web.timelines import Looks, Step, timeline
from tests.store.examples import NOON, a_revision, minutes
from tests.web.asking import Client, get
from tests.web.news import ARABIC_SENTENCES, ARABIC_TITLE, HARBOUR, SHUT
from tests.web.pages import found, main_words, page, words

pytest_plugins = ["tests.web.newsstand"]


async def test_documents_are_listed_and_filtered(reader: Client) -> None:
    """The form keeps what was asked for."""
    assert len((await page(reader, "/documents")).xpath("//tbody/tr")) == 5
    tree = await page(reader, "/documents?lang=ar&origin=web&state=live&outlet=")
    assert found(tree, "//tbody/tr/th") == [ARABIC_TITLE]
    assert found(tree, "//input[@id='lang']/@value") == ["ar"]
    assert found(tree, "//option[@selected]") == ["web", "live"]
    assert "no such document" in main_words(await page(reader, "/documents?lang=km"))
    assert len((await page(reader, "/documents?source=2")).xpath("//tbody/tr")) == 2
    await page(reader, "/documents?state=asleep", status=400)
    await page(reader, f"/documents?source={'9' * 40}", status=400)
    assert len((await page(reader, "/documents?since=2020-01-01")).xpath("//tbody/tr")) == 5
    assert "no outlet 'nope'" in main_words(await page(reader, "/documents?outlet=nope", status=400))
    assert "since: " in main_words(await page(reader, "/documents?since=blah", status=400))


async def test_a_page_of_documents_leads_to_the_next(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until all were shown once."""
    every = found(await page(reader, "/documents"), "//tbody/tr/th/a/@href")
    monkeypatch.setattr("monitor.web.pages_documents.LIMIT", 3)
    first = await page(reader, "/documents")
    (more,) = found(first, "//a[@rel='next']/@href")
    second = await page(reader, more)
    assert found(first, "//tbody/tr/th/a/@href") + found(second, "//tbody/tr/th/a/@href") == every
    assert not second.xpath("//a[@rel='next']")


async def test_a_document_shows_text_history_copies_and_evidence(reader: Client) -> None:
    """Each leads on: to a text, a diff, the other copy, the bytes."""
    tree = await page(reader, "/documents/1")
    assert found(tree, "//h1") == [SHUT]
    text = tree.xpath("//article[@class='reading']")[0]
    assert len(text.findall("p")) == 9
    assert "reported 21 ships" in words(text)
    assert found(tree, "//dl//a[@class='url']/@href") == [HARBOUR]
    steps = [words(one) for one in tree.xpath("//ol[@class='timeline']/li")]
    assert "numbers changed: 12 → 21" in next(one for one in steps if "major" in one)
    assert steps[-1].endswith("the first text")
    assert "/documents/1/diff?from=1&to=2" in found(tree, "//ol[@class='timeline']//a/@href")
    assert "/documents/1/diff?other=4" in found(tree, "//section[@aria-labelledby='copies']//a/@href")
    assert "monitor prove 1" in found(tree, "//section[@aria-labelledby='evidence']//code")


async def test_its_captures_are_the_bytes(reader: Client) -> None:
    """Each link leads to the very capture, as a file to save."""
    tree = await page(reader, "/documents/1")
    (first, *_) = reversed(found(tree, "//section[@aria-labelledby='evidence']//tbody//a/@href"))
    answer = await get(reader, first)
    while answer.status == 302:
        answer = await get(reader, answer.headers["Location"])
    assert answer.status == 200
    assert b"The harbour opens after the storm" in await answer.read()


async def test_an_arabic_text_has_its_direction_inside_an_english_page(reader: Client) -> None:
    """The page itself stays English."""
    tree = await page(reader, "/documents/5")
    assert found(tree, "/html/@lang | /html/@dir") == ["en", "ltr"]
    assert found(tree, "//h1/@dir | //article/@lang | //article/@dir") == ["rtl", "ar", "rtl"]
    assert found(tree, "//article/p") == [*ARABIC_SENTENCES]


async def test_a_document_that_is_gone_says_since_when_and_why(reader: Client) -> None:
    """Its last text stays."""
    tree = await page(reader, "/documents/3")
    said = main_words(tree)
    assert "gone since 16 Nov 2026" in said
    assert "gone after 2 checks over 1 h: gone (410)" in said
    assert found(tree, "//h2[@id='text']") == ["Last text"]


async def test_an_earlier_text_says_that_it_is_not_the_current_one(reader: Client) -> None:
    """It leads to its neighbours and to what it was read from."""
    tree = await page(reader, "/documents/1/revisions/1")
    said = main_words(tree)
    assert "not the current one" in said
    assert "reported 12 ships" in said
    assert found(tree, "//a[@rel='next']/@href") == ["/documents/1/revisions/2"]
    assert found(tree, "//dl//a[@download]/@href")[0].startswith("/memento/20261116")


@pytest.mark.parametrize("path", ["/documents/99", "/documents/1/revisions/7", "/documents/x", "/documents/1/diff/2"])
async def test_what_is_not_there_is_said_on_a_page(reader: Client, path: str) -> None:
    """With the way back."""
    tree = await page(reader, path, status=404)
    assert "/" in found(tree, "//main//a/@href")


def looked(minute: float, outcome: Outcome = Outcome.NOT_MODIFIED, number: int = 0) -> Fetch:
    """Return a check."""
    return Fetch(HARBOUR, outcome, NOON + minutes(minute), number)


def caught(look: Fetch, revision: int | None) -> Capture:
    """Return what a check brought: a text of the document, or a page without one."""
    record = ("w.warc.gz", 0, 1, f"urn:{look.id}", "response", HARBOUR, look.started_at, "sha1:A", "a")
    return Capture(*record, look.id, look.id, 200, document_id=1, revision_id=revision)


def view(
    changes: tuple[Change, ...], fetches: tuple[Fetch, ...], count: int = 1, captures: tuple[Capture, ...] = ()
) -> DocumentView:
    """Return a document with so many texts, an hour apart."""
    one = Document(1, Origin.WEB, DocumentState.LIVE, NOON)
    texts = tuple(a_revision(1, f"text {n}", at=NOON + minutes(60 * n), number=n + 1, id=n + 1) for n in range(count))
    return DocumentView(one, texts, changes, captures, fetches, (), (), ())


def test_a_timeline_gathers_the_looks_between_two_steps() -> None:
    """Newest first; those that failed are told by how."""
    changed = Change(ChangeKind.BODY, NOON + minutes(60), 7, 1, 1, 2)
    fetches = (looked(90, Outcome.TIMEOUT), looked(80), looked(20), looked(10))
    told = timeline(view((changed,), fetches, 2))
    assert [type(one) for one in told] == [Looks, Step, Looks, Step]
    assert told[0] == Looks(NOON + minutes(80), NOON + minutes(90), 2, (("timeout", 1),))
    assert told[2] == Looks(NOON + minutes(10), NOON + minutes(20), 2, ())
    assert isinstance(told[1], Step)
    assert (told[1].change, told[1].is_text) == (changed, True)


def test_a_look_that_found_another_page_is_not_told_as_nothing_new() -> None:
    """So it is before a takedown, where the address leads to the front page and answers 200."""
    looks = tuple(looked(minute, Outcome.OK, number) for number, minute in enumerate((0, 10, 20, 30), 1))
    captures = tuple(caught(one, 1 if one.id < 3 else None) for one in reversed(looks))
    told = timeline(view((), looks, 1, captures))
    assert told[0] == Looks(NOON + minutes(10), NOON + minutes(30), 3, (("without the article", 2),))


def test_the_look_that_brought_a_text_is_not_told_beside_it() -> None:
    """However long it took until the text was recorded."""
    first = looked(-9, Outcome.OK, 1)
    told = timeline(view((), (first, looked(10, Outcome.OK, 2)), 1, (caught(first, 1),)))
    assert [type(one) for one in told] == [Looks, Step]


def test_a_timeline_tells_every_change_once() -> None:
    """A change of state is no text; a return to a known one is."""
    removed = Change(ChangeKind.REMOVED, NOON + minutes(5), 1, 1)
    back = Change(ChangeKind.RESTORED, NOON + minutes(9), 2, 1, None, 1)
    told = timeline(view((removed, back), ()))
    assert [(one.change, one.is_text) for one in told if isinstance(one, Step)] == [
        (back, True),
        (removed, False),
        (None, True),
    ]


async def test_a_redacted_document_shows_nothing_of_its_text(kept: Archive) -> None:
    """The timeline of one without texts is made of what is left."""
    one = await kept.document(3)
    left = DocumentView(one.document, (), one.changes, (), (), (), (), ())
    assert [step.change for step in timeline(left) if isinstance(step, Step)] == [one.changes[0]]
    assert datetime.min.replace(tzinfo=UTC) < timeline(left)[0].at
