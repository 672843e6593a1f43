"""Name the program that read an article, and tell whether two readings came from the same one.

Apart from the reading itself, since importing trafilatura costs a second.
"""

import re

# Raise it whenever the same bytes may give another text, headline, byline or date than before: whatever a change tells
# of. That is any rule of ours for these, for the tree they are read from, and every option of trafilatura; not a rule
# for sections, languages, quality or speed.
READER = 2

_VERSIONS = re.compile(r"(?P<program>[^\s/]+/\S+)(?:\s+reader/(?P<reader>\d+))?(?=\s|$)")
_MODE = re.compile(r"\btext=(\w+)")


def extractor_name(program: str, mode: str, *, flattened: bool = False) -> str:
    """Return what a reading says of its making: `trafilatura/2.3.1 reader/2 text=default`, or with ` tree=flat`.

    `program` is name/version, `mode` the way in which the text was found, `flattened` whether inline tags were taken
    out of a page nested too deeply.
    """
    return f"{program} reader/{READER} text={mode}{' tree=flat' if flattened else ''}"


def same_extractor(a: str | None, b: str | None) -> bool:
    """Say whether two readings came from the same program and reader, so that a difference is the page's.

    `text=` and `tree=` depend on the page and are no version. A name without a reader (of before there was one) has
    reader 1; a text that no extractor read (None) is like its kind only.
    """
    return a == b or (a is not None and b is not None and _versions(a) == _versions(b))


def mode_of(extractor: str | None) -> str | None:
    """Return the way in which a text was found, for the hint `mode` of the next reading; None when not stated."""
    found = _MODE.search(extractor or "")
    return found[1] if found else None


def _versions(extractor: str) -> tuple[str, str]:
    found = _VERSIONS.match(extractor)
    return (found["program"], found["reader"] or "1") if found else (extractor, "")
