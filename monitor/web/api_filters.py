"""The filters of the API: the fields of the search, each as a parameter of its own."""

from monitor.model import ChangeKind, DocumentState, Field, Origin
from monitor.web.api_forms import LANGUAGE, NAME, NUMBER, QUERY, WHEN, listed, word
from monitor.web.api_routes import Asked, Parameter

QUERY_TEXT = Parameter(
    "q", QUERY, 'What is searched: words, "phrases", -without, this OR that, begin*, and fields such as outlet:name.'
)

FILTERS = (
    Parameter(Field.OUTLET, listed(NAME), "Of these outlets: keys, names, or domains."),
    Parameter(Field.SOURCE, listed(NUMBER), "Told of by these sources."),
    Parameter(Field.LANG, listed(LANGUAGE), "In these languages; the regions of a language count."),
    Parameter(Field.ORIGIN, listed(word(Origin)), "Saved texts, or what was fetched."),
    Parameter(Field.STATE, listed(word(DocumentState)), "In these states."),
    Parameter(Field.SINCE, WHEN, "First seen since then."),
    Parameter(Field.UNTIL, WHEN, "First seen until then; a date counts with its whole day."),
    Parameter(Field.CHANGED, WHEN, "With a change since then."),
    Parameter(Field.KIND, listed(word(ChangeKind)), "With a change of these kinds."),
    Parameter(Field.CITES, listed(NAME), "Saved texts that cite these outlets."),
)


def query_of(asked: Asked, *, without: tuple[str, ...] = ()) -> str:
    """Return the query that says what `q` and the filters do.

    The filters come first: a quote that `q` leaves open would swallow them.
    """
    said = (f"{one.name}:{_values(asked[one.name])}" for one in FILTERS if one.name not in without and asked[one.name])
    return " ".join((*said, asked["q"] or "")).strip()


def _values(given: object) -> str:
    several = given if isinstance(given, tuple) else (given,)
    return ",".join(f'"{one}"' for one in several)
