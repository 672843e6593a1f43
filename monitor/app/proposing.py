"""Propose the sources that imported texts cite."""

from collections.abc import Iterable

from monitor.answers import ImportedText, ProposedSource
from monitor.core.homes import merge_proposals, propose_homes
from monitor.core.outlets import Registry


def propose(texts: Iterable[ImportedText], registry: Registry) -> tuple[ProposedSource, ...]:
    """Return the sources cited by any of the texts, the most cited first."""
    found = merge_proposals(propose_homes(text.citations, registry, text.language) for text in texts)
    return tuple(ProposedSource(one.url, one.reason, one.count, one.outlet, one.language, one.kind) for one in found)
