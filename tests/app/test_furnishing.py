"""Furniture is learned from an outlet's own pages, edits are told from it, and what came before is judged anew."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.app import furnishing, texts
from monitor.app.context import Context
from monitor.app.texts import TextVerdict
from monitor.core.label_lines import shift_key
from monitor.core.urls import host_of
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Quality
from monitor.store import changes, documents, furniture
from tests.app.furnished_outlet import ARTICLES, EDITS, readings

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "news.example"
STORY = "The harbour of Northport was closed on Monday after a storm broke two of its four cranes."
MORE = "A spokesman said that the ferries would sail again on Thursday, if the sea was calm by then."


def read(
    conn: Connection,
    ctx: Context,
    number: int,
    text: str,
    at: datetime,
    title: str | None = None,
    rest: str | None = None,
) -> TextVerdict:
    """Find this text at an article of the outlet."""
    url = f"https://www.{SITE}/articles/{number}"
    new = Document(0, Origin.WEB, DocumentState.LIVE, at, url=url, host=host_of(url), title=title)
    document, _ = documents.add(conn, new)
    stored = documents.get(conn, document.id)
    assert stored is not None
    found = Extraction(text, title or f"Story number {number}", Quality.COMPLETE, "reader/1", title_rest=rest)
    return texts.judge(conn, ctx, stored, found, at)


async def find(ctx: Context, number: int, *lines: str, at: int = 0, title: str | None = None) -> Change | None:
    """Find these lines around the article of that number, so many hours after noon; return the change as it is kept."""
    text = "\n".join((STORY, f"It was case {number}, the council said.", *lines, MORE))
    verdict = await ctx.db.write(read, ctx, number, text, NOON + at * HOUR, title)
    return (await kept(ctx, number))[-1] if verdict.change else None


async def kept(ctx: Context, *numbers: int) -> list[Change]:
    """Return the changes of articles, as they are judged now."""

    def of_all(conn: Connection) -> list[Change]:
        found = [documents.by_url(conn, f"https://www.{SITE}/articles/{number}") for number in numbers]
        return [change for one in found if one for change in changes.of_document(conn, one.id)]

    return await ctx.db.read(of_all)


async def again(ctx: Context, change: Change | None) -> Change:
    """Return a change as it is kept now."""
    assert change is not None
    found = await ctx.db.read(changes.of_document, change.document_id)
    return next(one for one in found if one.id == change.id)


async def kind(ctx: Context, number: int, *lines: str, at: int) -> ChangeKind | None:
    """Return the kind of the change that these lines make."""
    change = await find(ctx, number, *lines, at=at)
    return change.kind if change else None


async def judge(ctx: Context, limit: int = 100) -> int:
    return await ctx.db.write(furnishing.judge_anew, ctx, SITE, NOON + 24 * HOUR, limit)


async def judge_due(ctx: Context, limit: int = 100) -> int:
    return await ctx.db.write(furnishing.judge_what_is_due, ctx, SITE, NOON + 24 * HOUR, limit)


async def join(ctx: Context, *more: str) -> list[Change | None]:
    """Let a label come to three articles one after the other, which teaches that it is furniture; and to one, `more`.

    The third is seen without it three hours after the first got it.
    """
    for number in range(4):
        await find(ctx, number)
    some = [await find(ctx, number, "Join our channel", *(more if number == 0 else ()), at=1) for number in range(2)]
    await find(ctx, 2, at=4)
    return [*some, await find(ctx, 2, "Join our channel", at=4)]


def body(number: int) -> str:
    """Return the text of an article about the bridge."""
    return "\n".join(
        f"Witness {name} of quarter {number} said on Monday that the bridge had swayed for weeks before it fell."
        for name in ("Ardent", "Belmont", "Corday", "Dupin")
    )


async def test_a_label_that_comes_to_three_articles_by_itself_is_furniture_for_the_first_one_as_well(
    ctx: Context,
) -> None:
    first, second, _ = await join(ctx)
    assert first is not None
    assert second is not None
    assert (first.kind, second.kind) == (ChangeKind.BODY, ChangeKind.BODY)
    assert await judge(ctx) == 3
    now = await again(ctx, first)
    assert (now.kind, now.significance, now.standing, now.judged_at) == (
        ChangeKind.FURNITURE,
        0.0,
        None,
        NOON + 24 * HOUR,
    )
    assert "came to or went from 3 articles of news.example" in now.reason
    assert await kind(ctx, 3, "JOIN our channel", at=5) is ChangeKind.FURNITURE
    assert await judge(ctx) == 0


async def test_a_label_put_into_a_few_articles_in_one_go_is_an_edit_of_each(ctx: Context) -> None:
    """All of them were last seen without it before the first was seen with it."""
    for number in range(30):
        await find(ctx, number)
    for number in range(7):
        await find(ctx, number, "Omar Hassan of Northport", at=1 + number)
    await judge(ctx)
    assert [one.kind for one in await kept(ctx, *range(7))] == [ChangeKind.BODY] * 7


BOXES = [
    ("Suspect: Ali Hassan of Northport", "Suspect: Omar Hassan of Northport"),
    ("Suspect – Ali", "Suspect – Omar"),
    ("死亡：十二人", "死亡：二十一人"),
    ("Dead: twelve", "Dead: twenty-one"),
    ("Twelve dead", "Twenty-one dead"),
    ("Verdict: guilty", "Verdict: not guilty"),
    ("| Verdict | guilty |", "| Verdict | acquitted |"),
    ("Killed: 12", "Killed: 21"),
]


@pytest.mark.parametrize(("was", "now"), BOXES)
@pytest.mark.parametrize("articles", [4, 10])
async def test_a_box_that_is_corrected_in_all_articles_of_a_story_is_an_edit(
    ctx: Context, was: str, now: str, articles: int
) -> None:
    """However many they are, and also when it is corrected in one after the other, over hours."""

    def play(conn: Connection) -> list[ChangeKind]:
        for number in range(1, 41):
            read(conn, ctx, number, f"{body(number)}\n{was}" if number <= articles else body(number), NOON)
        for number in range(1, articles + 1):
            read(conn, ctx, number, f"{body(number)}\n{was}", NOON + number * HOUR - timedelta(minutes=5))
            read(conn, ctx, number, f"{body(number)}\n{now}", NOON + number * HOUR)
            furnishing.judge_anew(conn, ctx, SITE, NOON + number * HOUR, 50)
        return [one.kind for number in range(1, articles + 1) for one in changes.of_document(conn, number)]

    assert await ctx.db.write(play) == [ChangeKind.BODY] * articles


async def test_what_is_known_to_come_and_go_is_an_edit_where_it_takes_the_place_of_another_wording(
    ctx: Context,
) -> None:
    await join(ctx)
    await find(ctx, 7, "Join the channel tunnel workers", at=5)
    assert await kind(ctx, 7, "Join our channel", at=6) is ChangeKind.BODY
    await find(ctx, 8, at=5)
    assert await kind(ctx, 8, "Join our channel", at=6) is ChangeKind.FURNITURE


async def test_an_edit_among_learned_furniture_is_told_without_it(ctx: Context) -> None:
    edited, *_ = await join(ctx, "The storm killed 12 people.")
    assert edited is not None
    assert await judge(ctx) == 3
    now = await again(ctx, edited)
    assert (now.kind, now.words_added, now.standing) == (ChangeKind.BODY, edited.words_added - 3, edited.standing)


async def test_running_numbers_are_furniture_and_a_death_toll_is_not(ctx: Context) -> None:
    for number in range(6):
        await find(ctx, number, f"{number + 4} views", "Killed: 12")
    for number in range(6):
        await find(ctx, number, f"{number + 400} views", "Killed: 12", at=1)
    assert await kind(ctx, 0, "1,204 views", "Killed: 12", at=2) is ChangeKind.FURNITURE
    assert await kind(ctx, 0, "1,300 views", "Killed: 13", at=3) is ChangeKind.BODY
    (learned,) = await ctx.db.read(furniture.learned, SITE)
    assert learned.reason == "changes from check to check in 5 articles of news.example: a running number"


async def test_a_correction_of_one_article_is_an_edit_whatever_stands_on_others(ctx: Context) -> None:
    for number in range(12):
        await find(ctx, number, f"Correction: an earlier version said {number + 30}")
    assert await kind(ctx, 0, at=1) is ChangeKind.BODY
    back = ("Correction: an earlier version said 30", "Correction: an earlier version said 12")
    assert await kind(ctx, 0, *back, at=2) is ChangeKind.BODY
    await judge(ctx)
    assert {one.kind for one in await kept(ctx, 0)} == {ChangeKind.BODY}


async def test_a_paragraph_that_one_article_gets_is_never_furniture(ctx: Context) -> None:
    background = "The war has killed more than 43,000 people."
    for number in range(12):
        await find(ctx, number, background)
    assert await kind(ctx, 0, background.replace("43", "44"), at=1) is ChangeKind.BODY
    for number in range(1, 12):
        await find(ctx, number, background.replace("43", "44"), at=2)
    await judge(ctx)
    assert {one.kind for one in await kept(ctx, *range(12))} == {ChangeKind.BODY}


async def test_a_notice_put_on_many_articles_becomes_furniture_and_no_text_is_lost(ctx: Context) -> None:
    notice = "This outlet was bought by its readers in the autumn of last year."
    for number in range(20):
        await find(ctx, number)
    for number in range(20):
        await find(ctx, number, notice, at=1)
    await judge(ctx)
    found = await kept(ctx, *range(20))
    assert [(one.kind, one.to_revision) for one in found] == [(ChangeKind.FURNITURE, 2)] * 20


async def test_headlines_of_other_articles_are_furniture_also_behind_a_lead_in(ctx: Context) -> None:
    await find(ctx, 1, title="Ferries sail again from the storm harbour")
    await find(ctx, 0, title="Storm closes the harbour")
    await find(ctx, 0, "Read also: Ferries sail again from the storm harbour", title="Storm closes the harbour", at=1)
    (change,) = await kept(ctx, 0)
    assert change.kind is ChangeKind.FURNITURE
    assert "the headline of another article" in change.reason


async def test_a_headline_is_known_after_it_was_changed(ctx: Context) -> None:
    """Lists on other pages show it on."""
    for at, title in enumerate(("Ferries sail again from the storm harbour", "Ferries wait for the sea to calm down")):
        await find(ctx, 1, title=title, at=at)
    for at, line in enumerate(((), ("• Ferries sail again from the storm harbour",))):
        await find(ctx, 0, *line, title="Storm closes the harbour", at=at + 2)
    (change,) = await kept(ctx, 0)
    assert change.kind is ChangeKind.FURNITURE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ("Ferries sail again from the storm harbour", "Minister signs the harbour contract")),
        (("Read also",), ("Read also", "Ferries sail again from the storm harbour")),
    ],
)
async def test_headlines_that_stand_together_or_under_read_also_are_furniture(
    ctx: Context, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    await find(ctx, 1, title="Ferries sail again from the storm harbour")
    await find(ctx, 2, title="Minister signs the harbour contract")
    for at, lines in enumerate((before, after)):
        await find(ctx, 0, *lines, title="Storm closes the harbour", at=at)
    changed = await kept(ctx, 0)
    assert len(changed) == 1
    assert "the headline of another article" in changed[0].reason


async def test_a_list_is_known_by_the_headline_beside_the_one_that_comes(ctx: Context) -> None:
    ferries, minister = "Ferries sail again from the storm harbour", "Minister signs the harbour contract"
    for number, title in ((1, ferries), (2, minister)):
        await find(ctx, number, title=title)
    for at, lines in enumerate(((ferries,), (ferries, minister))):
        await find(ctx, 0, *lines, title="Storm closes the harbour", at=at)
    assert [one.kind for one in await kept(ctx, 0)] == [ChangeKind.FURNITURE]


async def test_a_subhead_that_another_article_has_for_its_headline_is_an_edit(ctx: Context) -> None:
    """The digest of the day says now what the article about it says."""
    await find(ctx, 2, title="Minister Hassan did not sign the contract")
    for at, lines in enumerate(((), ("Minister Hassan did not sign the contract",))):
        await find(ctx, 1, *lines, title="The day in brief", at=at)
    assert [one.kind for one in await kept(ctx, 1)] == [ChangeKind.BODY]


async def test_an_articles_own_headline_behind_read_also_is_furniture(ctx: Context) -> None:
    for at, lines in enumerate(((), ("Read also: Storm closes the harbour",))):
        await find(ctx, 0, *lines, title="Storm closes the harbour", at=at)
    assert [one.kind for one in await kept(ctx, 0)] == [ChangeKind.FURNITURE]


async def test_an_articles_own_headline_is_none_of_another(ctx: Context) -> None:
    """It stands at a second address too; as a line of the text it is the article's own."""
    await find(ctx, 1, title="Storm closes the harbour")
    await find(ctx, 0, title="Storm closes the harbour")
    change = await find(ctx, 0, "Storm closes the harbour", title="Storm closes the harbour", at=1)
    assert change is not None
    assert change.kind is ChangeKind.BODY


async def test_what_title_tags_add_is_no_edit_of_the_headline(ctx: Context) -> None:
    for number in range(3):
        await ctx.db.write(read, ctx, number, f"{STORY} {number}", NOON, f"Storm number {number}", "| News - Example")
    titles = ("Storm number 0 | News - Example", "Storm number 0")
    for at, title in enumerate(titles, 1):
        await ctx.db.write(read, ctx, 0, f"{STORY} 0", NOON + at * HOUR, title)
    assert [one.kind for one in await kept(ctx, 0)] == [ChangeKind.FURNITURE] * 2


async def test_a_second_page_of_the_same_article_teaches_nothing(ctx: Context) -> None:
    for number in range(12):
        await find(ctx, number, "Ferries at rest", "Cranes broken", title="Storm closes the harbour")
    assert await ctx.db.read(furniture.learned, SITE) == ()


async def test_judging_anew_keeps_within_its_limit_newest_first(ctx: Context) -> None:
    found = await join(ctx)
    assert [await judge(ctx, limit=1) for _ in range(4)] == [1, 1, 1, 0]
    assert (await again(ctx, found[0])).kind is ChangeKind.FURNITURE


async def test_what_was_learned_is_judged_by_after_a_restart(ctx: Context) -> None:
    """The program ends between the transaction that learned something and the judging anew."""
    await join(ctx)
    again = replace(ctx)
    assert [await judge_due(again, limit=2) for _ in range(4)] == [2, 1, 0, 0]
    assert [one.kind for one in await kept(ctx, 0, 1, 2)] == [ChangeKind.FURNITURE] * 3


async def test_nothing_is_due_where_nothing_was_learned_since(ctx: Context) -> None:
    await find(ctx, 0)
    await find(ctx, 0, "Join our channel", at=1)
    assert await ctx.db.read(furniture.owed, SITE) == 0
    assert await judge_due(ctx) == 0


async def test_what_is_learned_while_others_are_judged_stays_due(ctx: Context) -> None:
    """On PostgreSQL two checks run beside each other, and one does not see what the other has not committed."""
    await join(ctx)
    seen = await ctx.db.read(furniture.owed, SITE)
    await ctx.db.write(furniture.owe, SITE)
    await ctx.db.write(furniture.settle, SITE, seen)
    assert await judge_due(ctx) == 3
    assert await ctx.db.read(furniture.owed, SITE) == 0


async def test_a_change_made_while_another_check_was_learning_is_judged_by_it(ctx: Context) -> None:
    """Its own transaction began before the other ended, and its time is later."""
    await join(ctx)
    late = await find(ctx, 3, "Subscribe now!", at=3)
    assert late is not None

    def learn_it(conn: Connection) -> None:
        (row,) = furniture.counted(conn, SITE, [shift_key("Subscribe now!")])
        furniture.learn(conn, row, "told by others", NOON + 3 * HOUR - timedelta(minutes=1))
        furniture.owe(conn, SITE)

    await ctx.db.write(learn_it)
    await judge_due(ctx)
    assert (await again(ctx, late)).kind is ChangeKind.FURNITURE


async def test_another_outlet_learns_for_itself(ctx: Context) -> None:
    await join(ctx)
    assert await ctx.db.read(furniture.learned, SITE) != ()
    assert await ctx.db.read(furniture.learned, "other.example") == ()
    assert await ctx.db.write(furnishing.judge_anew, ctx, "other.example", NOON, 10) == 0


async def test_forty_articles_over_eight_rounds(ctx: Context) -> None:
    """All 54 edits are told, and by the end the 166 other texts are known for furniture: recall 1.0, precision 1.0.

    So they are in five stories told by other seeds.
    """
    truth: dict[tuple[int, int], str | None] = {}

    def play(conn: Connection) -> None:
        for one in readings():
            verdict = read(conn, ctx, one.article, one.text, NOON + one.round * HOUR, one.title, one.title_rest)
            if verdict.change and verdict.change.to_revision:
                truth[verdict.change.document_id, verdict.change.to_revision] = one.edit

    await ctx.db.write(play)
    while await judge(ctx, limit=1000):
        pass
    told = {(one.document_id, one.to_revision): one for one in await kept(ctx, *range(ARTICLES))}
    edits = {key for key, edit in truth.items() if edit}
    claimed = {key for key, one in told.items() if one.kind is not ChangeKind.FURNITURE}
    assert len(edits) == 6 * len(EDITS)
    lost = [(truth[key], told[key].reason) for key in edits - claimed]
    faked = [told[key].reason for key in claimed - edits]
    assert (lost, faked) == ([], [])
    assert len(told) - len(edits) == 166
