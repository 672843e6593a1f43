"""Tell mentions of outlets in running text from the words they are made of: boats, vaccines, parties, regions."""

import re
from collections.abc import Iterator, Sequence

from monitor.core.lines import line_after, line_before
from monitor.core.outlet_names import NameMatch
from monitor.model import Citation, CitationKind

# Words for agencies, papers and stations, that may stand before a name with a few words between ...
_NOUN_BEFORE = re.compile(
    r"(?<!\w)[وبلك]?(?:l'|d'|l’|d’)?"
    r"(?:agenc(?:e|ia|ias|ies|y)|agência|agenzia|(?:nachrichten)?agentur|kantor berita|hãng(?: thông tấn| tin)?|báo|"
    r"đài|агентств\w*|информагентств\w*|газет\w*|телеканал\w*|радиостанци\w*|журнал\w*|"
    r"(?:ال)?(?:وكالة|وكالات|صحيفة|جريدة|قناة|موقع|إذاعة|شبكة|مجلة|فضائية)|"
    r"diario|periódico|semanario|rotativo|revista|journal|quotidien|hebdomadaire|newspaper|daily|magazine|harian|koran|"
    r"majalah|surat kabar|situs|laman|site|sitio|portal|cadena|canal|cha[iî]ne|channel|broadcaster|télévision|"
    r"televisora|emisora|radio|jornal|emissora|giornale|quotidiano|emittente|zeitung|sender|gazetesi)"
    r"(?P<between>(?:\s+[^\s.,;:!?،؛()]+){0,3}?)\s*$",
    re.IGNORECASE,
)
# ... or behind it.
_NOUN_AFTER = re.compile(
    r"[\"'»”]?\s*(?:(?:news )?agency|newspaper|daily|website|(?:haber )?ajans\w*|gazete\w*|channel|television|TV\b)",
    re.IGNORECASE,
)
# Words after which a bare name is itself again: `diario de Granma` is a paper of that province.
_NOT_A_NAME = frozenset(
    {"de", "of", "di", "da", "do", "en", "in", "em", "na", "à", "в", "في", "من", "على", "شبه", "إلى"}
)

_QUOTE_BEFORE = re.compile(r"[\"'«“„‘]\s?$")
_QUOTE_AFTER = re.compile(r"\s?[\"'»”“’]")

_THINGS_BEFORE = re.compile(
    r"(?:vacun\w+|vaccin\w*|vacina\w*|вакцин\w*|vaksin\w*|vắc[- ]?xin|impfstoff\w*|(?:ال)?لقاح\w*|aşı\w*|"
    r"sat[eé]l+it\w*|спутник\w*|(?:ال)?قمر(?:\s\w+)?|uydu\w*|vệ tinh|yat\w*|yacht|يخت|boat|ship|barco|bateau|navire|"
    r"embarcación|expedici[oó]n\w*|desembarco|provinc\w+|provínci\w+|municipio|مقاطعة|شبه)"
    r"(?:\s+[^\s.,;:!?،]+){0,2}?\s*[\"'«“„]?\s?$",
    re.IGNORECASE,
)
_THINGS_AFTER = re.compile(
    r"[\"'»”]?[\s\-‑–]?(?:(?:V|В|M|Light|Lite|Лайт)\b|[1-9]\b(?!\s?\w)|vaccin\w*|vacun\w*|vaksin\w*|aşı\w*|sat[eé]l\w+|"
    r"boat|yacht|province|провинц\w*|Земли\b)"
)
_VACCINES = re.compile(r"(?i)vacun|vaccin|vacina|вакцин|vaksin|vắc.?xin|impfstoff|لقاح|aşı")

_NEAR = 60  # characters looked at on each side
_LAST_LINES = 3  # a name alone on one of the last lines signs the text ...
_MARGIN = 500  # ... when no more than so many characters follow


def find_mentions(text: str, names: Sequence[NameMatch]) -> Iterator[Citation]:
    """Yield the names that stand in running text or alone on a line, with a confidence by what is around them.

    Bare names count only in quotes, beside a word such as "agency", or alone on one of the first or last lines. The
    same word as a vaccine, satellite, boat or province is left out.
    """
    for match in names:
        if confidence := _confidence(text, match):
            cited = text[match.start : match.end]
            yield Citation(CitationKind.MENTION, cited, match.start, match.end, confidence, outlet=match.outlet.key)


def _confidence(text: str, match: NameMatch) -> float:
    """Return how likely the name cites its outlet; 0 when it does not."""
    before, after = text[max(0, match.start - _NEAR) : match.start], text[match.end : match.end + _NEAR]
    if signed := _signature(text, match):
        return signed
    if _THINGS_BEFORE.search(before.rpartition("\n")[2]) or _THINGS_AFTER.match(after):
        return 0.0
    if _beside_noun(before, after, match):
        return 0.7 if match.bare else 0.8
    quoted = _QUOTE_BEFORE.search(before) and _QUOTE_AFTER.match(after)
    if match.bare:
        return 0.45 if quoted and not text[match.start].islower() else 0.0
    if _VACCINES.search(before + after):
        return 0.3
    return 0.75 if quoted else 0.6


def _beside_noun(before: str, after: str, match: NameMatch) -> bool:
    if not match.outlet.name.lower().startswith("radio") and _NOUN_AFTER.match(after):
        return True
    unquoted = _QUOTE_BEFORE.sub("", before.rpartition("\n")[2]).rstrip("ـ ") + " "
    noun = _NOUN_BEFORE.search(unquoted)
    if noun is None:
        return False
    between = noun["between"].split()
    return not match.bare or not between or (len(between) <= 2 and between[-1].casefold() not in _NOT_A_NAME)


def _signature(text: str, match: NameMatch) -> float:
    """Return the confidence of a name that is a line of its own at the end or the beginning of the text, else 0."""
    line = line_before(text, match.start) + text[match.start : match.end] + line_after(text, match.end)
    if line.strip(" \t\r\u00a0*_-–—.|©") != text[match.start : match.end]:
        return 0.0
    below, above = text[match.end : match.end + _MARGIN], text[max(0, match.start - _MARGIN) : match.start]
    if match.end + _MARGIN >= len(text) and _lines_in(below) < _LAST_LINES:
        return 0.7 if match.bare else 0.9
    if match.start <= _MARGIN and _lines_in(above) < _LAST_LINES:
        return 0.5 if match.bare else 0.75
    return 0.0


def _lines_in(part: str) -> int:
    return sum(1 for line in part.split("\n") if line.strip())
