"""Write a bundle that proves a revision to anybody, without this program and its database (docs/proofs.md)."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor.app import proof_chain, proof_texts, sealing
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.proof_chain import ChainPart
from monitor.app.proof_records import ProofRecords
from monitor.app.stamp_files import files_of
from monitor.core import chain
from monitor.edges.bundle import Bundle, bundle
from monitor.edges.whole_file import refuse_place
from monitor.errors import EvidenceError, NotFoundError
from monitor.evidence_answers import ProofReport
from monitor.model import Capture, CorpusFile, Document, DocumentState, LeafKind, Origin, Revision, Tombstone
from monitor.shipped import shipped
from monitor.store import captures, corpus, leaves, proving, revisions

FORMAT = "monitor-proof/1"
RECORDS = "records.warc.gz"
CHECKER = "check_proof.py"
_COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be proved, and what is kept of it; `removed` counts captures whose bytes are gone for good.

    `read_from` is the capture that the text was read from, be it removed, for which `stone` is left; `saved` is the
    file that it was read from.
    """

    document: Document
    revision: Revision
    captures: tuple[Capture, ...]
    removed: int
    read_from: Capture | None = None
    stone: Tombstone | None = None
    saved: CorpusFile | None = None


async def prove(
    ctx: Context, which: int | str, number: int | None, out: Path | None, *, every: bool = False
) -> ProofReport:
    """Write a bundle for a revision (the current one for None) to a zip, in the folder `out` if that is one.

    With the captures that tell something: the one that it was read from, those with which it came back, the newest; or
    with `every` one that shows it. Seals first what no seal covers yet. Raises NotFoundError for a document, a revision
    or a folder that is not there, EvidenceError where nothing is kept of its bytes, UsageError when a file is in the
    way or would lie in the archive's own folder.
    """
    await sealing.seal(ctx)
    plan = await ctx.db.read(_plan, which, number, every=every)
    target = _target(plan, out)
    refuse_place(target, ctx.settings.data_dir)
    with bundle(target, ctx.clock.now()) as made:
        written, left_out = await _add_records(ctx, made, plan)
        await _add_saved(ctx, made, plan)
        part = await ctx.db.read(proof_chain.part_of, _subjects(plan, written))
        proves = proof_texts.proves(plan.revision, written, part, plan.removed, len(left_out))
        await asyncio.to_thread(_add_rest, ctx, made, plan, part, proves)
    return ProofReport(
        path=str(target),
        document=plan.document,
        revision=plan.revision,
        captures=tuple(written),
        seal=part.runs[-1][-1],
        stamps=part.stamps,
        files=made.names,
        proves=proves,
        left_out=tuple(left_out),
    )


def _subjects(plan: _Plan, written: Sequence[Capture]) -> list[tuple[LeafKind, int]]:
    stones = [(LeafKind.TOMBSTONE, plan.stone.id)] if plan.stone else []
    return [(LeafKind.REVISION, plan.revision.id), *stones, *((LeafKind.CAPTURE, one.id) for one in written)]


def _plan(conn: Connection, which: int | str, number: int | None, *, every: bool) -> _Plan:
    document = find(conn, which)
    if document.state is DocumentState.REDACTED:
        raise _gone(f"document {document.id} was redacted: {document.state_reason}")
    revision = _revision(conn, document, number)
    if (gone := proving.tombstone_of(conn, revision.id)) is not None:
        raise _gone(f"revision {revision.number} of document {document.id} was removed: {gone.reason}")
    leaf = leaves.of(conn, LeafKind.REVISION, revision.id)
    read_from = leaf.read_from if leaf else None
    if revision.origin is Origin.CORPUS:
        saved = proving.saved_file(conn, read_from) if read_from else None
        plan = _Plan(document, revision, proving.captures_behind(conn, revision, None, every=every), 0, saved=saved)
    else:
        plan = _read_from_the_web(conn, document, revision, read_from, every=every)
    if not plan.captures and not plan.saved:
        raise _nothing(document, revision)
    return replace(plan, removed=proving.removed(conn, revision.id))


def _read_from_the_web(
    conn: Connection, document: Document, revision: Revision, read_from: int | None, *, every: bool
) -> _Plan:
    first = captures.get(conn, read_from) if read_from else None
    # What a text only repeats may be of another document: two had the same page.
    if first and first.revision_id == revision.id and first.document_id not in (None, document.id):
        raise EvidenceError(
            f"revision {revision.number} of document {document.id} was read from {first.url}, as it was sealed,"
            f" which is document {first.document_id}",
            hint="`monitor verify` tells what else was altered",
        )
    stone = proving.tombstone_of_capture(conn, first.id) if first is not None and first.removed_at else None
    behind = proving.captures_behind(conn, revision, read_from, every=every)
    return _Plan(document, revision, behind, 0, first, stone)


def _gone(why: str) -> EvidenceError:
    return EvidenceError(why, hint="its tombstone is in the chain; there is nothing left to prove")


def _nothing(document: Document, revision: Revision) -> EvidenceError:
    return EvidenceError(
        f"nothing is kept of the bytes behind revision {revision.number} of document {document.id}",
        hint="evidence.keep was none when it was read, or retention has removed them since",
    )


def _revision(conn: Connection, document: Document, number: int | None) -> Revision:
    if number is None:
        found = revisions.get(conn, document.revision_id) if document.revision_id else None
    else:
        found = revisions.numbered(conn, document.id, number)
    if found is None:
        what = "text" if number is None else f"revision {number}"
        raise NotFoundError(f"document {document.id} has no {what}", hint=f"`monitor show {document.id}` lists them")
    return found


def _target(plan: _Plan, out: Path | None) -> Path:
    name = f"proof-{plan.document.id}-{plan.revision.number}.zip"
    return out / name if out is not None and out.is_dir() else out or Path(name)


async def _add_records(ctx: Context, made: Bundle, plan: _Plan) -> tuple[list[Capture], list[str]]:
    """Write the records of the captures; return those written, and why others are not."""
    if not plan.captures:
        return [], []
    with made.records(RECORDS) as out:
        records = ProofRecords(ctx, out)
        await records.write(RECORDS, f"what proves revision {plan.revision.number} of {_name(plan)}", plan.captures)
    first = plan.read_from
    if first is not None and first.removed_at is None and first.id not in {one.id for one in records.written}:
        raise _damaged("the record that it was read from cannot be read", records)
    if not records.written and not plan.saved:
        raise _damaged("none of the records behind it can be read", records)
    return records.written, records.left_out


def _damaged(what: str, records: ProofRecords) -> EvidenceError:
    return EvidenceError(
        f"{what}: {'; '.join(records.left_out)}", hint="`monitor verify` tells what else is damaged"
    )  # fmt: skip


def _url(plan: _Plan) -> str | None:
    """Return the address of a document, or of its page where another document has that now."""
    first = plan.read_from or next(iter(plan.captures), None)
    return plan.document.url or (first.url if first else None)


def _name(plan: _Plan) -> str:
    return _url(plan) or f"document {plan.document.id}"


async def _add_saved(ctx: Context, made: Bundle, plan: _Plan) -> None:
    if plan.saved is not None:
        made.add(f"saved/{Path(plan.saved.name).name}", await ctx.db.read(corpus.read_bytes, plan.saved.sha256))


def _add_rest(ctx: Context, made: Bundle, plan: _Plan, part: ChainPart, proves: Sequence[str]) -> None:
    """Write the text, the chain, the stamps, and how to check them."""
    made.add("text.txt", chain.content_bytes(plan.revision.title, plan.revision.text))
    stamps = [(one, files_of(one, part.seals[one.seal])) for one in part.stamps]
    for _, files in stamps:
        for name, data in files:
            made.add(name, data)
    told = [
        {
            "seal": one.seal,
            "method": str(one.method),
            "made_at": chain.written(one.made_at),
            "authority": one.authority,
            "detail": one.detail,
            "files": [name for name, _ in files],
        }
        for one, files in stamps
    ]
    runs = [proof_chain.told_run(run) for run in part.runs]
    made.add("proof.json", _json({**_about(ctx, plan), "stamps": told, "leaves": part.leaves, "chain": runs}))
    made.add("README.txt", proof_texts.readme(_name(plan), plan.revision, part, proves).encode())
    made.add(CHECKER, (shipped("config") / CHECKER).read_bytes())


def _json(proof: Mapping[str, Any]) -> bytes:
    """Write an object with a line for each of its values: years of seals are in one of them."""
    lines = (f"{json.dumps(name)}:{json.dumps(one, **_COMPACT)}" for name, one in proof.items())
    return ("{" + ",\n".join(lines) + "}\n").encode()


def _about(ctx: Context, plan: _Plan) -> dict[str, Any]:
    one = plan.revision
    seen = {"first_seen_at": chain.written(one.first_seen_at), "last_seen_at": chain.written(one.last_seen_at)}
    return {
        "format": FORMAT,
        "made_at": chain.written(ctx.clock.now()),
        "document": {"number": plan.document.id, "url": _url(plan)},
        "revision": {"number": one.number, "extractor": one.extractor, **seen},
    }
