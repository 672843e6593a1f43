"""Mementos of what other archives kept: several in a second, more than a page of them, bodies that are not whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from gzip import compress
from pathlib import Path

import pytest

from monitor import Archive, Settings, open_archive
from monitor.store import mementos
from tests.blank import blank_sqlite
from tests.edges import foreign_warcs as foreign
from tests.web.asking import Client, get, links, serving, timemap

URL = "https://news.example/2021/03/04/the-bridge-is-coming"
AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
PAGE = foreign.html("The bridge is coming")
PACKED = compress(PAGE, mtime=0)
CODED = foreign.answer(PACKED, "Content-Encoding: gzip")
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
PROFILES = "http://netpreserve.org/warc/1.0/revisit/"


def after(seconds: float) -> datetime:
    """Return a time after half past nine."""
    return AT + timedelta(seconds=seconds)


def revisit(at: datetime, block: bytes, profile: str, **fields: str) -> bytes:
    """Return a revisit of the URL, which says what it refers to in `fields`."""
    common = {
        "WARC-Target-URI": URL,
        "WARC-Date": foreign.stamp(at, decimals=True),
        "WARC-Profile": profile,
        "Content-Type": "application/http; msgtype=response",
    }
    return foreign.record("revisit", common | {name.replace("_", "-"): value for name, value in fields.items()}, block)


def named(number: int, at: datetime) -> bytes:
    """Return the record of a page that tells its number."""
    block = foreign.answer(foreign.html(f"Number {number}"))
    return foreign.response(URL, at, block, WARC_Date=foreign.stamp(at, decimals=True))


@dataclass
class Shelf:
    """An archive that takes in records, and a client of its web server."""

    archive: Archive
    client: Client
    folder: Path

    async def take(self, *records: bytes) -> None:
        """Import records."""
        path = self.folder / "other.warc.gz"
        path.write_bytes(foreign.gzipped(records))
        (report,) = await self.archive.custody.import_warc([path])
        assert (report.kept, report.faults) == (len(records), ())

    async def uris(self) -> list[str]:
        """Return where the mementos are, in the order of the TimeMap."""
        return [one["uri"] for one in (await timemap(self.client, URL))["mementos"]["list"]]

    async def lead(self, path: str, **headers: str) -> str:
        """Return where a path leads."""
        answer = await get(self.client, path, **headers)
        assert answer.status == 302
        return answer.headers["Location"]


@pytest.fixture
async def shelf(tmp_path: Path, read_here: None) -> AsyncIterator[Shelf]:
    """An empty archive, served."""
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "evidence": {"min_free": "1MB"}})
    blank_sqlite(settings.data_dir / "archive.db")
    async with open_archive(settings, at=datetime(2026, 11, 16, 12, tzinfo=UTC)) as archive, serving(archive) as client:
        yield Shelf(archive, client, tmp_path)


async def test_every_capture_has_an_address_of_its_own(shelf: Shelf) -> None:
    """Fourteen digits where its second has no other; two of the very same moment are told apart as well."""
    await shelf.take(*(named(number, after(at)) for number, at in enumerate((4.95, 5.3, 5.7, 5.7, 9.0))))
    uris = await shelf.uris()
    digits = [uri.split("/")[4] for uri in uris]
    assert [len(one) > 14 for one in digits] == [False, True, True, True, False]
    assert len(set(uris)) == 5
    for number, uri in enumerate(uris):
        answer = await get(shelf.client, uri)
        assert (answer.status, f"Number {number}" in await answer.text()) == (200, True)
        assert answer.headers["Memento-Datetime"].endswith(f"09:30:0{(4, 5, 5, 5, 9)[number]} GMT")
        around = links(answer.headers["Link"])
        assert (around["first"], around["last"]) == (uris[:1], uris[-1:])
        assert around.get("prev", []) == uris[max(number - 1, 0) : number]
        assert around.get("next", []) == uris[number + 1 : number + 2]


async def test_the_second_asked_for_comes_before_what_is_nearer(shelf: Shelf) -> None:
    """Addresses of fourteen digits lead to the capture of that second nearest to it, where there are several."""
    await shelf.take(*(named(number, after(at)) for number, at in enumerate((4.95, 5.3, 5.7, 8.0))))
    uris = await shelf.uris()
    asked = "Thu, 04 Mar 2021 09:30:05 GMT"
    assert await shelf.lead(f"/timegate/{URL}", Accept_Datetime=asked) == uris[1]
    assert await shelf.lead(f"/memento/20210304093005/{URL}") == uris[1]
    assert await shelf.lead(f"/memento/20210304093007/{URL}") == uris[3]
    assert await shelf.lead(f"/memento/20210304093006/{URL}") == uris[2]
    assert await shelf.lead(f"/memento/202103040930057/{URL}") == uris[2]
    assert await shelf.lead(f"/memento/20210304093005700000999/{URL}") == uris[2]  # none has that number
    assert (await get(shelf.client, f"/memento/20210304093004/{URL}")).status == 200


async def test_a_long_timemap_goes_on_elsewhere(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds lead from page to page to every capture, and each tells of the newest of all (RFC 7089 5)."""
    await shelf.take(*(named(number, after(at)) for number, at in enumerate((0, 1, 1.5, 1.5, 2, 3, 4))))
    whole = await shelf.uris()
    monkeypatch.setattr(mementos, "PAGE", 3)
    pages = [told := await timemap(shelf.client, URL)]
    while "pages" in told:
        answer = await get(shelf.client, told["pages"]["next"]["uri"]["json_format"])
        pages.append(told := await answer.json())
    listed = [[one["uri"] for one in page["mementos"]["list"]] for page in pages]
    assert [len(one) for one in listed] == [3, 3, 1]
    assert [uri for page in listed for uri in page] == whole
    assert {page["mementos"]["last"]["uri"] for page in pages} == {whole[-1]}
    path, seen = f"/timemap/link/{URL}", []
    while path:
        said = await (await get(shelf.client, path)).text()
        found = links(said)
        assert path in found["self"][0]
        seen += found["memento"]
        further = [one for one in found.get("timemap", []) if not one.endswith(f"/timemap/link/{URL}")]
        path = further[0].partition(shelf.client.host + f":{shelf.client.port}")[2] if further else ""
    assert seen == whole


async def test_what_a_revisit_repeats_is_shown_however_it_is_named(shelf: Shelf) -> None:
    """By time, by nothing but its digest, or a 304 that tells a head of its own: coded as it was when it came."""
    digest, refers = foreign.sha1(PACKED), {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": foreign.stamp(AT)}
    same = PROFILES + "identical-payload-digest"
    await shelf.take(
        foreign.response(URL, AT, CODED),
        revisit(after(10), NOT_MODIFIED, PROFILES + "server-not-modified", **refers),
        revisit(after(20), foreign.answer(b"", "Content-Encoding: gzip"), same, WARC_Payload_Digest=digest, **refers),
        revisit(after(30), foreign.answer(b"", "X-Town: Port"), same, WARC_Payload_Digest=digest),
    )
    answers = [await get(shelf.client, uri) for uri in await shelf.uris()]
    assert [(one.status, await one.read()) for one in answers] == [(200, PAGE)] * 4
    assert [one.headers["X-Archive-Orig-Status"] for one in answers] == ["200", "304", "200", "200"]
    assert [one.content_type for one in answers] == ["text/html"] * 4
    assert answers[3].headers["X-Archive-Orig-X-Town"] == "Port"
    assert not any("X-Archive-Body" in one.headers for one in answers)


async def test_a_revisit_of_what_nobody_has_is_no_page(shelf: Shelf) -> None:
    await shelf.take(
        revisit(AT, foreign.answer(b""), PROFILES + "identical-payload-digest", WARC_Payload_Digest="sha1:X")
    )
    assert (await get(shelf.client, (await shelf.uris())[0])).status == 502


async def test_a_body_that_cannot_be_decoded_is_given_as_it_came(shelf: Shelf) -> None:
    """And says so: as bytes of no kind, with the coding and the kind that were claimed under names of their own."""
    torn = PACKED[:100] + b"xx" + PACKED[102:]
    await shelf.take(foreign.response(URL, AT, foreign.answer(torn, "Content-Encoding: gzip")))
    answer = await get(shelf.client, (await shelf.uris())[0])
    assert (answer.status, await answer.read()) == (200, torn)
    assert answer.headers["X-Archive-Body"] == "coded"
    assert answer.headers["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert answer.headers["X-Archive-Orig-Content-Type"].startswith("text/html")
    assert answer.content_type == "application/octet-stream"
    assert "Content-Encoding" not in answer.headers


async def test_a_body_that_was_cut_off_says_so(shelf: Shelf) -> None:
    """A revisit that only lacks a body of its own is no such thing."""
    cut, digest = foreign.answer(PAGE[:300]), foreign.sha1(PAGE)
    same = PROFILES + "identical-payload-digest"
    await shelf.take(
        foreign.response(URL, AT, cut, WARC_Truncated="disconnect"),
        foreign.response(URL, after(10), foreign.answer(PAGE)),
        revisit(after(20), foreign.answer(b""), same, WARC_Payload_Digest=digest, WARC_Truncated="length"),
    )
    answers = [await get(shelf.client, uri) for uri in await shelf.uris()]
    assert [one.headers.get("X-Archive-Body") for one in answers] == ["truncated", None, None]


async def test_a_body_that_only_reads_the_same_says_so(shelf: Shelf) -> None:
    """Where other bytes came, which nobody found anything new in, what is shown is the earlier ones."""
    await shelf.take(
        foreign.response(URL, AT, CODED),
        revisit(
            after(10),
            foreign.answer(b""),
            "urn:monitor:revisit:same-reading",
            WARC_Refers_To_Target_URI=URL,
            WARC_Refers_To_Date=foreign.stamp(AT),
            WARC_Payload_Digest=foreign.sha1(PACKED),
        ),
    )
    answer = await get(shelf.client, (await shelf.uris())[1])
    assert (answer.headers["X-Archive-Body"], await answer.read()) == ("same-reading", PAGE)
