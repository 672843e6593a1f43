"""Read the language tags that feeds and pages give."""

import re

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_][a-z0-9_-]*)?", re.IGNORECASE)


def language_tag(raw: str | None) -> str | None:
    """Return a BCP 47 tag in its usual case (`en-US`, `zh-Hant-TW`), or None when the text is no language tag."""
    match = _TAG.fullmatch((raw or "").strip())
    if match is None or match[1].lower() in {"und", "mul", "zxx"}:
        return None
    script = f"-{match[2].title()}" if match[2] else ""
    region = f"-{match[3].upper()}" if match[3] else ""
    return match[1].lower() + script + region


def same_language(one: str | None, other: str | None) -> bool | None:
    """Say whether two tags share their primary language; None when one is unknown."""
    if not one or not other:
        return None
    return one.split("-")[0].lower() == other.split("-")[0].lower()
