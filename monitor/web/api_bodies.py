"""What may be sent to the API: strict JSON, nothing unknown in it, nothing longer than it need be."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from monitor.answers import SourceOptions
from monitor.errors import UsageError
from monitor.model import EvidencePolicy, SourceKind
from monitor.web.api_forms import LANGUAGE, NAME, URL

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f]+$")]
Several = Annotated[tuple[Text, ...], Field(max_length=50)]
_HEADER = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[!-~]([ -~]*[!-~])?$"
HeaderLine = Annotated[str, Field(max_length=4000, pattern=_HEADER)]


def _without_fraction(given: object) -> object:
    """Return 60.0 as 60, which to JSON Schema is a whole number as well."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


_Seconds = Annotated[int, Field(ge=1, le=100 * 366 * 86_400)]
Seconds = Annotated[_Seconds, BeforeValidator(_without_fraction, json_schema_input_type=_Seconds)]


class Body(BaseModel):
    """A body: JSON as it is written, no number for a text, no name that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NewSource(Body):
    """A URL to watch, and what is said of it; whatever is left out is found out."""

    url: Annotated[str, Field(max_length=2000, pattern=URL.schema["pattern"])]
    kind: SourceKind | None = None
    every_s: Seconds | None = None
    cron: Text | None = None
    outlet: Annotated[str, Field(max_length=100, pattern=NAME.schema["pattern"])] | None = None
    language: Annotated[str, Field(max_length=35, pattern=LANGUAGE.schema["pattern"])] | None = None
    tags: Several = ()
    include: Several = ()
    exclude: Several = ()
    force: bool = False
    headers: Annotated[tuple[HeaderLine, ...], Field(max_length=20)] = ()
    proxy: Annotated[str, Field(max_length=500, pattern=r"^http://[!-.0-~]+/?$")] | None = None
    insecure_tls: bool = False
    ignore_robots: bool = False
    evidence: EvidencePolicy | None = None
    retain_s: Seconds | None = None

    def options(self) -> SourceOptions:
        """Return what is said of the URL. Raises UsageError for what excludes each other."""
        if self.every_s is not None and self.cron is not None:
            raise UsageError("every_s and cron exclude each other", hint="leave one of them out")
        return SourceOptions(**{name: value for name, value in self if name != "url"})


class Pausing(Body):
    """Why a source is paused."""

    reason: Text | None = None
