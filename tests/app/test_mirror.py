"""Current texts lie beside the database as plain files, in the layout of the corpus they continue."""

import asyncio
import json
from pathlib import Path
from shutil import rmtree

import pytest

from monitor import Archive
from monitor.app import mirror
from monitor.app.mirror import name_of, write_file
from tests.app.rig import ALL, Rig, add, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORY = "http://one.example/news/ships"
OTHER = "http://one.example/news/market"


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder by its name in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def index_of(rig: Rig) -> list[dict[str, object]]:
    """Return the lines of the index."""
    text = (rig.settings.mirror_dir / "index.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


async def publish(rig: Rig, archive: Archive, website: Website) -> None:
    """Publish two articles and archive them."""
    website.pages |= {
        FEED: rss((STORY, "Ships"), (OTHER, "Market")),
        STORY: Page(article("Ships")),
        OTHER: Page(article("Market", 40)),
    }
    await add(archive, FEED)
    await play(rig, archive, MORNING)


async def test_articles_become_files_in_the_corpus_layout(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """`new/NNN_<hash of URL>.txt` holds title, text and the URL in angle brackets; the index says what is what."""
    await publish(site_rig, watcher, website)
    one = (await watcher.document(STORY)).document
    revision = (await watcher.document(STORY)).revisions[-1]
    line = next(line for line in index_of(site_rig) if line["url"] == STORY)
    name = str(line["file"])
    assert name in {f"new/{name_of(number, STORY)}" for number in (0, 1)}
    assert (site_rig.settings.mirror_dir / name).read_text(encoding="utf-8") == (
        f"{revision.title}\n\n{revision.text}\n\n<{STORY}>\n"
    )
    assert line == {
        "file": name,
        "document": one.id,
        "origin": "web",
        "url": STORY,
        "title": "Ships",
        "language": revision.language,
        "first_seen_at": "2026-11-16T06:00:00Z",
        "state": "live",
        "revision": 1,
        "sha256": revision.text_sha256,
    }


async def test_numbers_continue_those_of_the_seed_and_stay(rig: Rig, archive: Archive) -> None:
    """Saved texts are 000 to 005, articles go on from there, and a changed article keeps its number."""
    await archive.import_corpus(CORPUS)
    await add(archive, "http://www.agencialitoral.example/feed/")
    await play(rig, archive, MORNING, at(16, 7, 30))
    before = {str(line.get("url")): str(line["file"]) for line in index_of(rig) if str(line["file"]).startswith("new/")}
    assert sorted(int(name[4:7]) for name in before.values()) == list(range(6, 6 + len(before)))
    url = next(url for url in before if "tormenta" in url)
    rig.at(at(16, 12))
    await archive.check_document(url)
    await archive.mirror()
    after = {str(line.get("url")): line for line in index_of(rig)}
    assert (after[url]["file"], after[url]["revision"]) == (before[url], 2)
    assert "veintiuna" in (rig.settings.mirror_dir / before[url]).read_text(encoding="utf-8")


async def test_what_was_deleted_is_rebuilt_from_the_database(rig: Rig, archive: Archive) -> None:
    """Seed files byte for byte, articles under their numbers, the index line for line."""
    await archive.import_corpus(CORPUS)
    await add(archive, "http://www.agencialitoral.example/feed/")
    await play(rig, archive, MORNING)
    before = snapshot(rig.settings.mirror_dir)
    assert await archive.mirror(rebuild=True) == len(before) - 1
    assert snapshot(rig.settings.mirror_dir) == before
    rmtree(rig.settings.mirror_dir)
    assert await archive.mirror() == len(before) - 1
    assert snapshot(rig.settings.mirror_dir) == before
    for path in CORPUS.glob("*.txt"):
        assert before[f"seed/{path.name}"] == path.read_bytes()


async def test_a_mirror_that_is_up_to_date_writes_nothing(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A round without news touches no file."""
    await publish(site_rig, watcher, website)
    folder = site_rig.settings.mirror_dir
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert await watcher.mirror() == 0
    await play(site_rig, watcher, at(16, 8))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


async def test_what_takes_long_tells_how_far_it_is(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """A round its visits, the mirror its articles; both end with all of them."""
    website.pages |= {FEED: rss((STORY, "Ships"), (OTHER, "Market"))}
    website.pages |= {STORY: Page(article("Ships")), OTHER: Page(article("Market", 40))}
    visits, texts = list[tuple[int, int]](), list[tuple[int, int]]()
    await add(watcher, FEED)
    site_rig.at(MORNING)
    await watcher.tick(progress=lambda done, total: visits.append((done, total)))
    await watcher.mirror(rebuild=True, progress=lambda done, total: texts.append((done, total)))
    assert visits[-1] == (1, 1)
    assert texts == [(2, 2)]


async def test_a_text_that_changes_while_it_is_written_is_written_again(
    site_rig: Rig, watcher: Archive, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the file and the note that it is there, the article changed: the mirror ends with the newer text."""
    await publish(site_rig, watcher, website)
    loop, write = asyncio.get_running_loop(), mirror._write_batch

    def writing(folder: Path, batch: list[mirror.Text]) -> None:
        write(folder, batch)
        if batch[0][2].number == 2:
            website.pages[STORY] = Page(article("Ships", 14))
            asyncio.run_coroutine_threadsafe(watcher.check_document(STORY), loop).result(10)

    website.pages[STORY] = Page(article("Ships", 13))
    await watcher.check_document(STORY)
    monkeypatch.setattr(mirror, "_write_batch", writing)
    await watcher.mirror()
    line = next(line for line in index_of(site_rig) if line["url"] == STORY)
    assert line["revision"] == 3
    assert "14 ships" in (site_rig.settings.mirror_dir / str(line["file"])).read_text(encoding="utf-8")


async def test_the_index_follows_the_states(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """An article that is gone keeps its file; the index says that it is gone."""
    await publish(site_rig, watcher, website)
    website.pages[STORY] = Page(b"gone", "text/plain", 410)
    for hour in (7, 9):
        site_rig.at(at(16, hour))
        await watcher.check_document(STORY)
    await watcher.mirror()
    line = next(line for line in index_of(site_rig) if line["url"] == STORY)
    assert line["state"] == "gone"
    assert (site_rig.settings.mirror_dir / str(line["file"])).exists()


async def test_two_mirrors_at_once_do_not_meet(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Side by side, each document is written whole, under one number."""
    await publish(site_rig, watcher, website)
    before = snapshot(site_rig.settings.mirror_dir)
    await asyncio.gather(*(watcher.mirror(rebuild=True) for _ in range(4)))
    assert snapshot(site_rig.settings.mirror_dir) == before


async def test_readers_see_whole_files_only(tmp_path: Path) -> None:
    """However often a file is written anew, by several threads, whoever reads sees one text or the other."""
    path, texts = tmp_path / "folder" / "file.txt", [b"a" * 200_000, b"b" * 100_000]
    write_file(path, texts[0])
    writing = [asyncio.to_thread(write_file, path, texts[number % 2]) for number in range(40)]
    tasks = [asyncio.ensure_future(one) for one in writing]
    seen = set()
    while not all(task.done() for task in tasks):
        seen.add(await asyncio.to_thread(path.read_bytes))
    await asyncio.gather(*tasks)
    assert seen <= set(texts)
    assert [one.name for one in path.parent.iterdir()] == ["file.txt"]


async def test_documents_without_a_text_are_not_mirrored(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """What is only heard of has no file and no line."""
    website.pages[FEED] = rss((STORY, "Ships"))
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert await watcher.documents(ALL) == ()
    assert index_of(site_rig) == []


MOVED_TO = "http://one.example/news/ships-in-the-roads"


def files_of(rig: Rig, title: str) -> dict[str, str]:
    """Return the files of articles with that title, by name."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (rig.settings.mirror_dir / "new").iterdir()}
    return {name: text for name, text in found.items() if text.startswith(f"{title}\n")}


@pytest.mark.parametrize("number", [12, 21])
async def test_an_article_at_a_new_address_has_one_file(
    number: int, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Under its old number and named for the new address, whether its text changed or not; seed files stay."""
    seed = site_rig.settings.mirror_dir / "seed" / name_of(0, STORY)
    write_file(seed, b"a file with the number and the address of the article")
    await publish(site_rig, watcher, website)
    before = next(iter(files_of(site_rig, "Ships")))
    website.pages |= {STORY: redirect(MOVED_TO), MOVED_TO: Page(article("Ships", number))}
    site_rig.at(at(16, 8))
    await watcher.check_document(STORY)
    await watcher.mirror()
    (after,) = files_of(site_rig, "Ships")
    assert after == name_of(int(before[:3]), MOVED_TO)
    assert f"<{MOVED_TO}>" in files_of(site_rig, "Ships")[after]
    assert f"new/{after}" in [line["file"] for line in index_of(site_rig)]
    assert seed.exists()


async def test_a_page_that_settles_at_another_spelling_has_one_file(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await publish(site_rig, watcher, website)
    www = STORY.replace("http://", "http://www.")
    website.pages |= {STORY: redirect(www), www: Page(article("Ships"))}
    site_rig.at(at(16, 8))
    await watcher.check_document(STORY)
    await watcher.mirror()
    (text,) = files_of(site_rig, "Ships").values()
    assert f"<{www}>" in text


async def test_an_article_read_at_both_of_its_addresses_has_one_file(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Once the two are known to be one; the index has one line of it."""
    await publish(site_rig, watcher, website)
    website.pages |= {FEED: rss((STORY, "Ships"), (MOVED_TO, "Ships")), MOVED_TO: Page(article("Ships"))}
    await play(site_rig, watcher, at(16, 8))
    assert len(files_of(site_rig, "Ships")) == 2
    website.pages[STORY] = redirect(MOVED_TO)
    site_rig.at(at(16, 9))
    await watcher.check_document(STORY)
    await watcher.mirror()
    (text,) = files_of(site_rig, "Ships").values()
    assert f"<{MOVED_TO}>" in text
    assert [line["url"] for line in index_of(site_rig)].count(MOVED_TO) == 1
    assert await watcher.mirror() == 0
    assert await watcher.mirror(rebuild=True) == 2


async def test_an_index_that_takes_long_is_written_later_and_not_forgotten(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The files come at once; the index once it is its turn, or with the next start, also without further news."""
    first, second = "http://one.example/2026/11/16/first-story", "http://one.example/2026/11/16/second-story"
    website.pages |= {FEED: rss((first, "First")), first: Page(article("First")), second: Page(article("Second", 13))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    await play(site_rig, watcher, at(16, 7))
    index = watcher.settings.mirror_dir / "index.jsonl"
    watcher._ctx.mirror_pace.took(3_600.0)
    website.pages[FEED] = rss((first, "First"), (second, "Second"))
    await play(site_rig, watcher, at(16, 13))
    assert len(list((watcher.settings.mirror_dir / "new").iterdir())) == 2
    assert len(index.read_text().splitlines()) == 1
    async with site_rig.open() as later:
        assert await later.mirror() == 0
    assert len(index.read_text().splitlines()) == 2
