"""Write a bundle that proves a revision to anybody, without this program and its database (docs/proofs.md)."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor.app import proof_chain, proof_texts, sealing
from monitor.app.asking import find
from monitor.app.context import Context
from monitor.app.proof_chain import ChainPart
from monitor.app.proof_records import ProofRecords
from monitor.app.stamp_files import files_of
from monitor.core.chain import content_bytes, written
from monitor.edges.bundle import Bundle, bundle
from monitor.edges.whole_file import refuse_taken
from monitor.errors import EvidenceError, NotFoundError
from monitor.evidence_answers import ProofReport
from monitor.model import Capture, CorpusFile, Document, DocumentState, LeafKind, Revision
from monitor.shipped import shipped
from monitor.store import corpus, proving, revisions

FORMAT = "monitor-proof/1"
RECORDS = "records.warc.gz"
CHECKER = "check_proof.py"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be proved, and what is kept of it; `removed` counts captures whose bytes are gone for good."""

    document: Document
    revision: Revision
    captures: tuple[Capture, ...]
    saved: tuple[CorpusFile, ...]
    removed: int


async def prove(ctx: Context, which: int | str, number: int | None, out: Path | None) -> ProofReport:
    """Write a bundle for a revision (the current one for None) to a zip, in the folder `out` if that is one.

    Seals first what no seal covers yet. Raises NotFoundError for a document or revision that is not there,
    EvidenceError where nothing is kept of its bytes, UsageError when a file is in the way.
    """
    plan = await ctx.db.read(_plan, which, number)
    target = _target(plan, out)
    refuse_taken(target)
    await sealing.seal(ctx)
    with bundle(target, ctx.clock.now()) as made:
        captures, left_out = await _add_records(ctx, made, plan)
        await _add_saved(ctx, made, plan)
        subjects = [(LeafKind.REVISION, plan.revision.id), *((LeafKind.CAPTURE, one.id) for one in captures)]
        part = await ctx.db.read(proof_chain.part_of, subjects)
        proves = proof_texts.proves(plan.revision, captures, part, plan.removed, len(left_out))
        await asyncio.to_thread(_add_rest, ctx, made, plan, part, proves)
    return ProofReport(
        path=str(target),
        document=plan.document,
        revision=plan.revision,
        captures=tuple(captures),
        seal=part.seals[-1],
        stamps=part.stamps,
        files=made.names,
        proves=proves,
        left_out=tuple(left_out),
    )


def _plan(conn: Connection, which: int | str, number: int | None) -> _Plan:
    document = find(conn, which)
    if document.state is DocumentState.REDACTED:
        raise _gone(f"document {document.id} was redacted: {document.state_reason}")
    revision = _revision(conn, document, number)
    if (gone := proving.tombstone_of(conn, revision.id)) is not None:
        raise _gone(f"revision {revision.number} of document {document.id} was removed: {gone.reason}")
    captures, saved = proving.captures_behind(conn, revision), proving.saved_files(conn, revision.id)
    if not captures and not saved:
        raise _nothing(document, revision)
    return _Plan(document, revision, captures, saved, proving.removed(conn, revision.id))


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
    if not records.written and not plan.saved:
        raise EvidenceError(
            f"none of the records behind it can be read: {records.left_out[0]}",
            hint="`monitor verify` tells what else is damaged",
        )
    return records.written, records.left_out


def _name(plan: _Plan) -> str:
    return plan.document.url or f"document {plan.document.id}"


async def _add_saved(ctx: Context, made: Bundle, plan: _Plan) -> None:
    for one in {file.sha256: file for file in plan.saved}.values():
        made.add(f"saved/{Path(one.name).name}", await ctx.db.read(corpus.read_bytes, one.sha256))


def _add_rest(ctx: Context, made: Bundle, plan: _Plan, part: ChainPart, proves: Sequence[str]) -> None:
    """Write the text, the chain, the stamps, and how to check them."""
    made.add("text.txt", content_bytes(plan.revision.title, plan.revision.text))
    seals = {one.number: one for one in part.seals}
    stamps = [(one, files_of(one, seals[one.seal])) for one in part.stamps]
    for _, files in stamps:
        for name, data in files:
            made.add(name, data)
    told = [
        {
            "seal": one.seal,
            "method": str(one.method),
            "made_at": written(one.made_at),
            "authority": one.authority,
            "detail": one.detail,
            "files": [name for name, _ in files],
        }
        for one, files in stamps
    ]
    proof = {**_about(ctx, plan), "leaves": part.leaves, "seals": [proof_chain.told_seal(one) for one in part.seals]}
    made.add("proof.json", (json.dumps({**proof, "stamps": told}, ensure_ascii=False, indent=1) + "\n").encode())
    made.add("README.txt", proof_texts.readme(_name(plan), plan.revision, part, proves).encode())
    made.add(CHECKER, (shipped("config") / CHECKER).read_bytes())


def _about(ctx: Context, plan: _Plan) -> dict[str, Any]:
    one = plan.revision
    seen = {"first_seen_at": written(one.first_seen_at), "last_seen_at": written(one.last_seen_at)}
    return {
        "format": FORMAT,
        "made_at": written(ctx.clock.now()),
        "document": {"number": plan.document.id, "url": plan.document.url},
        "revision": {"number": one.number, "extractor": one.extractor, **seen},
    }
