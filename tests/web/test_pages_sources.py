"""The pages of the sources: who is in trouble, when each is asked next and why."""

from tests.app.deskful import HOSTILE, SECRET
from tests.web.asking import Client, get
from tests.web.facts import facts
from tests.web.pages import faults, found, main_words, page

pytest_plugins = ["tests.web.deskful"]


async def test_sources_are_listed_with_those_in_trouble_first_and_each_with_why(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/sources")
    items = found(tree, "//main//ul/li")
    assert [one.split()[0].partition("/rss")[0] for one in items[:4]] == [
        f"https://{name}.example" for name in ("broken", "quiet", "never", "closed")
    ]
    assert f"the last 3 checks failed: no answer in 30 s {HOSTILE}" in items[0]
    assert "nothing new for 9 days" in items[1]
    assert "next check 16 Nov 2026, 12:00 UTC: about 3 articles a day" in items[4]
    assert "unwanted.example" not in main_words(tree)
    assert not faults(tree)


async def test_a_list_that_goes_on_behind_its_end_is_empty_and_not_a_fault(desk_reader: Client) -> None:
    assert "no further sources" in main_words(await page(desk_reader, "/sources?after=WzUuMCwgOTk5XQ"))
    await page(desk_reader, "/sources?after=nonsense", status=400)


async def test_one_source_tells_its_plan_its_checks_and_what_it_told_of(desk_reader: Client) -> None:
    tree = await page(desk_reader, "/sources/1")
    assert facts(tree)["Next check"] == "16 Nov 2026, 12:00 UTC: about 3 articles a day"
    assert facts(tree)["Told of"] == "4 articles"
    assert "timeout" in " ".join(found(tree, "//section[@aria-labelledby='outcomes']//tr"))
    assert len(tree.xpath("//section[@aria-labelledby='fetches']//tbody/tr")) == 4
    assert found(tree, "//section[@aria-labelledby='documents']//h3/a/@href")[0] == "/documents/4"
    assert len(tree.xpath("//figure//svg[@role='img']")) == 5
    assert not faults(tree)


async def test_no_secret_of_a_source_is_shown_and_its_title_is_text(desk_reader: Client) -> None:
    answer = await get(desk_reader, "/sources/8")
    assert SECRET not in await answer.text()
    tree = await page(desk_reader, "/sources/8")
    assert found(tree, "//h1") == [HOSTILE]
    told = facts(tree)
    assert (told["Sends"], told["Asked through"]) == ("Authorization: ***", "http://***@proxy.example:3128")
    assert told["Publisher asks"] == "to be polled every 15 min at most"
    assert told["As told"] == "every 1 h"
    assert told["Push by hub"] == "https://hub.example/: active, 0 pushes"


async def test_what_is_no_source_is_not_found(desk_reader: Client) -> None:
    for number in ("99", "9" * 18, "7"):
        await page(desk_reader, f"/sources/{number}", status=404)
