"""A folder of saved texts comes in whole: every text once, every bad file named, nothing else lost."""

import hashlib
import json
from pathlib import Path

import pytest

from monitor import Archive
from monitor.app.mirror import name_of
from monitor.errors import NotFoundError
from monitor.model import DocumentState, Origin
from tests.app.rig import ALL, Rig, add, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import MORNING
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]

TEXT = (
    "A ferry for the outer islands\n\nPort Sereno, 14 November – The first ferry in nine years left for the outer "
    "islands on Saturday with 120 passengers and a goat.\n\nThe line will run twice a week until the spring.\n"
)
URL = "http://one.example/news/ferry"


def put(folder: Path, **files: str | bytes) -> Path:
    """Write files, whose names have `__` for the dot, into a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def lines_of(index: Path) -> list[dict[str, object]]:
    """Return what an index says, a dictionary a line."""
    return [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]


async def test_importing_twice_changes_nothing(archive: Archive) -> None:
    """The second time every text is known, and nothing is added."""
    first = await archive.import_corpus(CORPUS)
    before = await archive.stats()
    second = await archive.import_corpus(CORPUS)
    assert [one.status for one in first.documents] == ["new"] * 6
    assert [(one.status, one.name) for one in second.documents] == [("known", one.name) for one in first.documents]
    assert await archive.stats() == before
    assert before.corpus_documents == 6


async def test_a_dry_run_stores_nothing(rig: Rig, archive: Archive) -> None:
    """It tells what would come in and which sources are cited."""
    report = await archive.import_corpus(CORPUS, dry_run=True, add_sources=True)
    assert {one.status for one in report.documents} == {"found"}
    assert {one.status for one in report.added} == {"found"}
    assert (await archive.stats()).documents == 0
    assert await archive.sources() == ()
    assert not (rig.settings.mirror_dir / "seed").exists()


async def test_seed_files_keep_their_bytes_and_names(rig: Rig, archive: Archive) -> None:
    """Names in the mirror's pattern are kept, and the files are the same byte for byte."""
    await archive.import_corpus(CORPUS)
    seed = rig.settings.mirror_dir / "seed"
    originals = sorted(CORPUS.glob("*.txt"))
    assert [path.name for path in sorted(seed.iterdir())] == [path.name for path in originals]
    for path in originals:
        assert (seed / path.name).read_bytes() == path.read_bytes()


async def test_numbering_goes_on_where_the_names_ended(rig: Rig, archive: Archive, tmp_path: Path) -> None:
    """A file with a name of its own gets the next number and the hash of its URL, or else of its bytes."""
    await archive.import_corpus(CORPUS)
    with_url = f"{TEXT}\n<{URL}>\n"
    folder = put(tmp_path / "more", ferry__txt=with_url, other__txt=TEXT)
    report = await archive.import_corpus(folder)
    assert [one.name for one in report.documents] == [
        name_of(6, URL),
        name_of(7, hashlib.sha256(TEXT.encode()).hexdigest()),
    ]
    assert len(list((rig.settings.mirror_dir / "seed").iterdir())) == 8


async def test_the_same_file_under_two_names_is_one_text(rig: Rig, archive: Archive, tmp_path: Path) -> None:
    """The second is known, and there is one file of it in the mirror."""
    report = await archive.import_corpus(put(tmp_path / "in", a__txt=TEXT, b__txt=TEXT))
    assert [one.status for one in report.documents] == ["new", "known"]
    assert (await archive.stats()).documents == 1
    assert len(list((rig.settings.mirror_dir / "seed").iterdir())) == 1


async def test_two_texts_that_state_one_url_are_revisions_of_one_document(archive: Archive, tmp_path: Path) -> None:
    """Both stay, the later imported is the current one, and no change is claimed of which nothing is known."""
    later = TEXT.replace("120 passengers", "210 passengers")
    folder = put(tmp_path / "in", a__txt=f"{TEXT}\n<{URL}>\n", b__txt=f"{later}\n<{URL}>\n")
    report = await archive.import_corpus(folder)
    (number,) = {one.document_id for one in report.documents}
    view = await archive.document(number or 0)
    assert [(one.number, one.origin, "210" in one.text) for one in view.revisions] == [
        (1, Origin.CORPUS, False),
        (2, Origin.CORPUS, True),
    ]
    assert (view.document.revision_count, view.document.revision_id) == (2, view.revisions[1].id)
    assert len(view.corpus_files) == 2
    assert view.changes == ()


async def test_two_files_of_one_text_at_one_url_are_one_revision(archive: Archive, tmp_path: Path) -> None:
    """They differ in bytes only, and cite the same at the same places."""
    folder = put(tmp_path / "in", a__txt=f"{TEXT}\n<{URL}>\n", b__txt=f"{TEXT}\n<{URL}>\n\n")
    report = await archive.import_corpus(folder)
    assert ([one.status for one in report.documents], report.problems) == (["new", "new"], ())
    view = await archive.document(report.documents[0].document_id or 0)
    assert (len(view.revisions), len(view.corpus_files), len(view.citations)) == (1, 2, 1)


async def test_a_saved_text_does_not_displace_what_stands_at_its_address(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    """A text imported after its page was read is kept beside it; the page's text stays the current one."""
    website.pages = {"http://one.example/rss": rss((URL, "Ships")), URL: Page(article("Ships in the roads"))}
    await add(watcher, "http://one.example/rss")
    await play(site_rig, watcher, MORNING)
    await watcher.import_corpus(put(tmp_path / "in", a__txt=f"{TEXT}\n<{URL}>\n"))
    (one,) = await watcher.documents(ALL)
    view = await watcher.document(one.id)
    assert [revision.origin for revision in view.revisions] == [Origin.WEB, Origin.CORPUS]
    assert (one.title, one.revision_id, one.revision_count) == ("Ships in the roads", view.revisions[0].id, 2)
    report = await watcher.check_document(one.id)
    assert report.change is None, report.steps


async def test_bad_files_are_problems_and_the_rest_comes_in(rig: Rig, tmp_path: Path, read_here: None) -> None:
    """Each is named with its reason, in the order of the files, and none keeps the others out."""
    rig.overrides |= {"corpus.max_file": "2kB"}
    folder = put(
        tmp_path / "in",
        a_good__txt=TEXT,
        b_empty__txt=b"",
        c_binary__txt=b"text\0with\0zeros",
        d_huge__txt="word " * 1000,
        e_pdf__txt=b"%PDF-1.7 and so on",
        f_picture__png=b"\x89PNG",
        g_lines__jsonl="\n".join(
            [
                json.dumps({"text": TEXT, "title": "From a line", "url": URL}),
                "{broken",
                json.dumps({"title": "no text"}),
            ]
        ),
        h_encoding__txt=b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1],
        z_good__txt=TEXT.replace("ferry", "boat"),
    )
    (folder / "x_unreadable.txt").symlink_to("/proc/self/mem")
    async with rig.open() as archive:
        report = await archive.import_corpus(folder)
    assert [Path(one.path).name for one in report.documents] == ["a_good.txt", "g_lines.jsonl", "z_good.txt"]
    told = [(Path(problem.about).name, problem.reason) for problem in report.problems]
    assert [name for name, _ in told] == [
        "b_empty.txt",
        "c_binary.txt",
        "d_huge.txt",
        "e_pdf.txt",
        "f_picture.png",
        "g_lines.jsonl",
        "g_lines.jsonl",
        "h_encoding.txt",
        "x_unreadable.txt",
    ]
    assert "empty" in told[0][1]
    assert "binary" in told[1][1]
    assert "too large" in told[2][1]
    assert "PDF" in told[3][1]
    assert "not a kind of file" in told[4][1]
    assert "line 2 is not JSON" in told[5][1]
    assert "line 3 has no text" in told[6][1]
    assert "encoding is not known" in told[7][1]
    assert "cannot be read" in told[8][1]


async def test_other_encodings_are_read(archive: Archive, tmp_path: Path) -> None:
    """A windows-1251 text is decoded, and its seed file keeps its own bytes."""
    russian = "Паром для дальних островов\n\nПервый за девять лет паром ушёл в субботу к дальним островам.\n" * 3
    report = await archive.import_corpus(put(tmp_path / "in", a__txt=russian.encode("cp1251")))
    (one,) = report.documents
    assert (one.encoding, one.language, one.title) == ("cp1251", "ru", "Паром для дальних островов")
    assert one.sha256 == hashlib.sha256(russian.encode("cp1251")).hexdigest()


async def test_lines_of_one_file_are_texts_of_their_own(rig: Rig, archive: Archive, tmp_path: Path) -> None:
    """Each line is a document; the file is kept once, and the index tells which line is which."""
    rows = [{"text": TEXT.replace("nine", word), "title": word} for word in ("two", "three")]
    report = await archive.import_corpus(put(tmp_path / "in", a__jsonl="\n".join(map(json.dumps, rows))))
    assert [(one.line, one.title, one.status) for one in report.documents] == [(1, "two", "new"), (2, "three", "new")]
    index = lines_of(rig.settings.mirror_dir / "index.jsonl")
    assert [(line["line"], line["title"]) for line in index] == [(1, "two"), (2, "three")]
    assert len(list((rig.settings.mirror_dir / "seed").iterdir())) == 1


async def test_a_folder_that_is_not_there_is_said(archive: Archive, tmp_path: Path) -> None:
    """So is one without files; nothing is made."""
    with pytest.raises(NotFoundError, match=r"there is no .*nowhere"):
        await archive.import_corpus(tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(NotFoundError, match="no file"):
        await archive.import_corpus(tmp_path / "bare")


async def test_the_french_copy_is_found_changed(rig: Rig, archive: Archive) -> None:
    """Its first live reading makes one change: 12 became 21, and the anonymous claim is gone."""
    await archive.import_corpus(CORPUS)
    await play(rig, archive, MORNING)
    ((change, one),) = [(view.change, view.document) for view in await archive.changes()]
    assert one.url == "http://www.radio-mareverte.example/fr/actualites/277616-accord-cooperation-portuaire"
    assert (change.kind, change.from_revision, change.to_revision) == ("body", 1, 2)
    assert "12 → 21" in change.reason
    assert "one sentence removed" in change.reason
    diff = await archive.diff(one.id)
    removed = " ".join(segment.text for segment in diff.text if segment.op == "delete")
    inserted = [segment.text.strip() for segment in diff.text if segment.op == "insert"]
    assert "Selon des sources proches" in removed
    assert inserted == ["21"]


async def test_a_saved_text_without_an_address_is_compared_with_nothing(rig: Rig, archive: Archive) -> None:
    """The Indonesian copy, with its share button and captions, states no URL: the live page is a document beside it."""
    await archive.import_corpus(CORPUS)
    await add(archive, "http://kabarmuara.example/feed.json")
    await play(rig, archive, MORNING)
    found = [one for one in await archive.documents(ALL) if one.language == "id"]
    assert {(one.origin, one.url) for one in found} == {
        (Origin.CORPUS, None),
        (Origin.WEB, "http://kabarmuara.example/berita/90412/kerja-sama-perikanan"),
    }
    assert {one.origin: one.state for one in found} == {
        Origin.CORPUS: DocumentState.SAVED,
        Origin.WEB: DocumentState.LIVE,
    }
    assert [view.document.language for view in await archive.changes()] == ["fr"]


async def test_a_saved_text_whose_page_is_gone_stays(rig: Rig, archive: Archive) -> None:
    """Its page answers 404: the text is kept, and found by a search."""
    await archive.import_corpus(CORPUS)
    await play(rig, archive, MORNING)
    (hit,) = (await archive.search("escuela redes cofradía")).items
    assert hit.document.url == "http://diariosotavento.example/local/escuela-de-redes-8783.html"
    assert (hit.document.origin, hit.document.misses) == (Origin.CORPUS, 1)
