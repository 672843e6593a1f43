"""Sequences of answers by which a true edit is lost, hidden or faked."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from monitor import Archive
from monitor.core.changes import fingerprint
from monitor.model import ChangeKind, DocumentState, Quality, Standing
from monitor.store.schema import document, revision
from tests.app.rig import Rig, play
from tests.app.test_edits import HARVEST, HOUR, NEW, OLD_READER, STORY, begin, check
from tests.app.website import SENTENCES, Page, Website, article, redirect
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

CLAIMS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT)


def boxed(title: str, number: int, box: str) -> bytes:
    """Return the story with a box that the page marks as none of it, with another headline each time."""
    inside = f'<aside class="related"><h3>Read also</h3><ul><li>{box}</li></ul></aside>'
    return article(title, number).replace(b"</article>", f"{inside}</article>".encode())


def relined(number: int, line: str) -> bytes:
    """Return the story with a short line at its end."""
    return article("Ships", number).replace(b"</article>", f"<p>{line}</p></article>".encode())


# --- standing -------------------------------------------------------------------------------------------------------


async def _learn(archive: Archive, *lines: str) -> None:
    """Let lines be known as furniture of the site."""
    from monitor.core.label_lines import line_key
    from monitor.model import FurniturePart
    from monitor.store import furniture

    def job(conn: Connection) -> None:
        rows = [(FurniturePart.LINE, line_key(line), line) for line in lines]
        for one in furniture.count(conn, "one.example", rows, 1, MORNING):
            furniture.learn(conn, one, "learned", MORNING)

    await archive._ctx.db.write(job)


async def test_an_edit_is_confirmed_though_furniture_changes_at_every_check(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The edited article was seen again: another box beside it makes no difference to that."""
    lines = [f"Box of hour {word}" for word in ("one", "two", "three", "four")]
    await begin(site_rig, watcher, website, relined(12, lines[0]))
    await _learn(watcher, *lines)
    for hours, line in enumerate(lines[1:], start=1):
        view = await check(site_rig, watcher, hours, relined(21, line), website)
    assert [one.kind for one in view.changes] == [ChangeKind.BODY, ChangeKind.FURNITURE, ChangeKind.FURNITURE]
    assert view.changes[0].standing is Standing.CONFIRMED


async def test_a_variant_is_not_confirmed_by_answers_that_showed_something_else(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Bot walls and errors under status 200 between two sightings are no sightings."""
    await begin(site_rig, watcher, website)
    for hours, title in ((1, "Fewer ships"), (2, "Fewer ships"), (3, "Ships")):
        await check(site_rig, watcher, hours, article(title), website)
    wall = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
    for hours in (4, 5, 6):
        await check(site_rig, watcher, hours, wall, website)
    view = await check(site_rig, watcher, 7, article("Ships"), website)
    assert view.changes[-1].kind is ChangeKind.VARIANT
    assert view.changes[-1].standing is Standing.ONCE


# --- doubts ---------------------------------------------------------------------------------------------------------

LONG = tuple(
    f"On day {n} of the voyage the crew of the {name} wrote down what the wind did to the sails and to their tempers."
    for n, name in enumerate(("Aurora", "Borea", "Carina", "Delia", "Elena", "Fulvia", "Gaia", "Helga"), start=1)
)
SHORT = ("The office has taken back its report and regrets the error that it made on Monday evening.",)


@pytest.mark.parametrize("keep", ["all", "changes", "none"])
async def test_a_far_shorter_text_is_believed_whatever_evidence_is_kept(
    site_rig: Rig, website: Website, keep: str
) -> None:
    site_rig.overrides["evidence.keep"] = keep
    async with site_rig.open() as archive:
        await begin(site_rig, archive, website, article("Voyage", 1, LONG))
        for hours in range(1, 9):
            view = await check(site_rig, archive, hours, article("Voyage", 1, SHORT), website)
    assert len(view.revisions) == 2


async def test_three_different_halves_are_no_text_that_stood(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A server that breaks off at another place each time has never shown the same shorter text twice."""
    whole = article("Voyage", 1, LONG)
    await begin(site_rig, watcher, website, whole)
    for hours, kept in ((1, 1), (2, 2), (3, 3)):
        cut = article("Voyage", 1, LONG[:kept])
        view = await check(site_rig, watcher, hours, cut, website)
    assert [one.kind for one in view.changes] == []


async def test_a_cut_article_that_ends_as_it_always_did_is_kept(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The outlet's offer of a subscription stood under the whole text as well."""
    offer = "Already a subscriber? Log in."
    story = (*LONG, *SENTENCES, *HARVEST, *(f"{one} So it went on." for one in LONG), offer)
    await begin(site_rig, watcher, website, article("Voyage", 1, story))
    edited = (*story[:2], *story[4:])
    for hours in range(1, 6):
        view = await check(site_rig, watcher, hours, article("Voyage", 1, edited), website)
    assert (len(view.revisions), view.captures[0].quality) == (2, Quality.COMPLETE)


# --- extractors -----------------------------------------------------------------------------------------------------


async def test_an_edit_is_told_where_the_new_reading_is_a_text_known_before(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Revision 2 differed from 1 by the old extractor's doing only; the present one reads both as revision 1."""
    await begin(site_rig, watcher, website)

    def pretend(conn: Connection) -> None:
        row = conn.execute(select(revision)).mappings().one()
        first = dict(row) | {"extractor": OLD_READER}
        text = f"{row['text']}\nMost read this week"
        conn.execute(
            update(revision).values(
                number=2, text=text, fingerprint=fingerprint(row["title"], text), extractor=OLD_READER
            )
        )
        first.pop("id")
        conn.execute(revision.insert().values(**first))
        conn.execute(update(document).values(revision_count=2))

    await watcher._ctx.db.write(pretend)
    view = await check(site_rig, watcher, 1, article("Ships", 21), website)
    assert [one.kind for one in view.changes] == [ChangeKind.REEXTRACTED, ChangeKind.BODY]


async def test_a_text_believed_at_last_can_be_read_again(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Its bytes were captured by the checks that doubted it; the one that believed it wrote a revisit record."""
    await begin(site_rig, watcher, website, article("Voyage", 1, LONG))
    for hours in (1, 4, 8):
        view = await check(site_rig, watcher, hours, article("Voyage", 1, SHORT), website)
    assert len(view.revisions) == 2
    report = await watcher.reextract([1])
    assert (report.captures, report.missing) == (1, 0)


# --- addresses ------------------------------------------------------------------------------------------------------


TITLE = "Twelve ships wait in the roads for the pilots to return"


async def test_a_saved_text_equal_to_its_page_counts_as_read(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    """Once its page was seen, a redirect to another article is a move of it and no edit."""
    website.pages[STORY] = Page(article(TITLE))
    folder = tmp_path / "saved"
    folder.mkdir()
    body = "\n\n".join(one.format(number=12) for one in SENTENCES)
    (folder / "ships.txt").write_text(f"{TITLE}\n\n{body}\n\n<{STORY}>\n", encoding="utf-8")
    await watcher.import_corpus(folder)
    view = await check(site_rig, watcher, 0)
    assert (len(view.revisions), view.changes, view.document.state) == (1, (), DocumentState.LIVE)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Harvest", 5, HARVEST))}
    view = await check(site_rig, watcher, 30)
    assert [one.kind for one in view.changes] == [ChangeKind.MOVED]


async def test_how_long_a_saved_text_stood_is_not_known(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    website.pages[STORY] = Page(article(TITLE, 21))
    folder = tmp_path / "saved"
    folder.mkdir()
    body = "\n\n".join(one.format(number=12) for one in SENTENCES)
    (folder / "ships.txt").write_text(f"{TITLE}\n\n{body}\n\n<{STORY}>\n", encoding="utf-8")
    site_rig.at(MORNING)
    await watcher.import_corpus(folder)
    view = await check(site_rig, watcher, 5)
    (change,) = view.changes
    assert (change.stood_s, change.earlier_seen_at) == (None, None)


# --- schedule -------------------------------------------------------------------------------------------------------


async def test_bylines_that_go_back_and_forth(site_rig: Rig, watcher: Archive, website: Website) -> None:
    from tests.app.test_edits import signed

    await begin(site_rig, watcher, website, signed("Ana Ferrer"))
    for hours in range(1, 9):
        name = "Bruno Salas" if hours % 2 else "Ana Ferrer"
        view = await check(site_rig, watcher, hours, signed(name), website)
    assert len(view.changes) < 4


async def test_a_doubted_text_has_to_stand_for_some_time(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """As a removal must: three checks within two minutes are one server's mood."""
    await begin(site_rig, watcher, website, article("Voyage", 1, LONG))
    for minutes in (60, 61, 62):
        view = await check(site_rig, watcher, minutes / 60, article("Voyage", 1, SHORT), website)
    assert len(view.revisions) == 1


async def test_a_removal_and_a_text_on_its_return(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Moved, then there again with another text: both are told, and the text is kept."""
    from tests.app.test_edits import HARVEST

    await begin(site_rig, watcher, website)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Harvest", 5, HARVEST))}
    await check(site_rig, watcher, 1)
    await play(site_rig, watcher, MORNING + 2 * HOUR)
    website.pages[STORY] = Page(article("Ships", 77))
    view = await check(site_rig, watcher, 3)
    assert {one.kind for one in view.changes} == {ChangeKind.MOVED, ChangeKind.RESTORED, ChangeKind.BODY}
    assert view.document.state is DocumentState.LIVE
    view = await check(site_rig, watcher, 4)
    assert view.changes[-1].standing is not None or view.changes[-2].standing is not None
