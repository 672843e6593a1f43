"""What a page says of the language of a text: `lang` and `dir`."""

import re

from markupsafe import Markup

# Languages written from right to left unless their tag names another script (CLDR's script metadata).
_LEFTWARD = re.compile("ar|arc|ar[yz]|ckb|dv|fa|glk|he|ks|lrc|mzn|nqo|ps|sd|syr|ug|ur|yi")
_LEFTWARD_SCRIPTS = re.compile("adlm|arab|aran|hebr|mand|mend|nkoo|rohg|samr|syrc|thaa")
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)


def direction(tag: str | None) -> str:
    """Return rtl or ltr for a BCP 47 tag, and auto (by the first strong letter) where there is none."""
    if not tag or not _TAG.fullmatch(tag):
        return "auto"
    primary, *rest = tag.lower().split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    leftward = _LEFTWARD_SCRIPTS.fullmatch(scripts[0]) if scripts else _LEFTWARD.fullmatch(primary)
    return "rtl" if leftward else "ltr"


def tongue(tag: str | None) -> Markup:
    """Return the attributes `lang` and `dir` of an element that holds a text in this language."""
    if not tag or not _TAG.fullmatch(tag):
        return Markup('dir="auto"')
    return Markup('lang="{}" dir="{}"').format(tag, direction(tag))
