"""Cut a text into its sentences, in any script."""

import re

# An end needs white space behind it where words are parted by spaces, and none where they are not. A line is over at
# its end, whatever it ends with: headings have no full stop, and Thai has none at all.
_CLOSING = "\"'”’»)\\]」』）》〉"
_MARKS = ".!?؟…۔।॥։"
# Possessive, and begun nowhere within a run, so that no run of marks or spaces is gone over twice.
_PARTED = rf"(?<![{_MARKS}])[{_MARKS}]++[{_CLOSING}]*+(?=\s)"
_UNPARTED = rf"(?<![。！？｡])[。！？｡]++[{_CLOSING}]*+"
_LINE_END = r"(?<![^\S\n])(?=[^\S\n]*+\n)"
_END = re.compile(rf"({_PARTED}|{_UNPARTED}|{_LINE_END})\s*+")
_ABBREVIATIONS = {
    "en": "mr mrs ms dr st sr jr prof gen lt col maj capt sgt sen rep gov pres vs no nr inc ltd co corp vol fig art",
    "fr": "mm mme mlle me cf m",
    "es": "sra srta dra lic ing av ud uds ee gral",
    "ru": "г гг ул им т тов руб см д р н тыс млн млрд проф акад ген",
    "id, vi": "tn ny drs ir hj kh yth sdr tp ths pgs bs",
    "de": "z b bzw ca hr fr str usw evtl ggf tel",
}
_ABBREVIATED = frozenset(word for some in _ABBREVIATIONS.values() for word in some.split())
_LONGEST = 8  # characters of an abbreviation, with what stands before it: "(S.E.M"
_OPENING = "\"'(["
_LOOK_BACK = 10  # characters in which an initial or an abbreviation is looked for


def cut(text: str) -> list[str]:
    """Cut a text into sentences and the white space between them; joined again they are the text.

    A full stop ends no sentence behind an initial or a known abbreviation, nor before a small letter.
    """
    found, at = [], len(text) - len(text.lstrip())
    if at:
        found.append(text[:at])
    for end in _END.finditer(text, at):
        if not _goes_on(text, end):
            found += [text[at : end.end(1)], text[end.end(1) : end.end()]]
            at = end.end()
    rest = text[at:]
    found += [rest.rstrip(), rest[len(rest.rstrip()) :]]
    return [part for part in found if part]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, without the white space around them."""
    return [part for part in cut(text) if not part.isspace()]


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Tell a full stop that ends no sentence."""
    mark = end[1]
    if mark[:1] not in (".", "…") or "\n" in end[0]:
        return False
    if text[end.end() : end.end() + 1].islower():
        return True
    last = text[max(0, end.start() - _LOOK_BACK) : end.start()].rpartition(" ")[2]
    if mark != "." or len(last) > _LONGEST:
        return False
    word = last.rpartition(".")[2].lstrip(_OPENING)
    return (len(word) == 1 and word.isupper()) or word.casefold() in _ABBREVIATED
