"""Logging: text for a person at a terminal, JSON lines for machines, nothing that a page said can act on either.

Events are constant dotted names in the past tense (`fetch.finished`); what came from outside is only ever a field.
"""

import atexit
import logging
import os
import sys
from collections import Counter
from datetime import datetime
from io import StringIO
from time import monotonic
from typing import NamedTuple, TextIO

import structlog
from structlog.dev import Column, ConsoleRenderer, KeyValueColumnFormatter, LogLevelColumnFormatter, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import EventDict, ExcInfo, Processor

from monitor.log_repeats import HoldBack, HoldBackLibraries, Repeats

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
# Our events since the process began, by level: those that are told, and those held back as repeats.
EVENTS: Counter[str] = Counter()
JOINERS = "\u200c\u200d"  # Persian and the scripts of India cannot be read without them, and they do no harm


def configure(
    level: str = "info",
    format: str = "auto",  # noqa: A002 - the option is called so
    stream: TextIO | None = None,
    *,
    colours: bool = True,
) -> None:
    """Send our events from `level` on, and warnings of the libraries, to `stream` (standard error).

    `format` is `console`, `json`, or `auto`: console on a terminal, else JSON. Colours only on a terminal. May be
    called again; loggers made before follow, and what was held back as a repeat is told before. The journal is no
    terminal, so that JOURNAL_STREAM need not be asked: terminals of a desktop session inherit it although they are not
    the journal.
    """
    tell_the_rest()
    out = stream or sys.stderr
    terminal = out.isatty()
    ends = _console(colours and terminal) if format == "console" or (format == "auto" and terminal) else _json()
    repeats = Repeats()
    processors: list[Processor] = [structlog.contextvars.merge_contextvars, _count, HoldBack(repeats), *_STAMPS, *ends]
    _HELD[:] = [_Held(os.getpid(), out, processors, repeats)]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _route_libraries(max(LEVELS[level], logging.WARNING), ends, out, repeats)


class _Held(NamedTuple):
    """What holds back repeats: by which process it was configured, and where it tells."""

    process: int
    out: TextIO
    processors: list[Processor]
    repeats: Repeats

    @property
    def is_ours(self) -> bool:
        """Say whether it still is what is logged by: not forked, closed, or configured otherwise by somebody else."""
        ours = structlog.get_config()["processors"] is self.processors
        return ours and self.process == os.getpid() and not self.out.closed


_HELD: list[_Held] = []


@atexit.register
def tell_the_rest() -> None:
    """Tell what is held back as a repeat (monitor/log_repeats.py); the end of the process does it by itself."""
    for one in _HELD:
        if one.is_ours:
            one.repeats.end(monotonic())


def _count(_logger: object, method: str, event: EventDict) -> EventDict:
    EVENTS[method] += 1
    return event


def keep_quiet() -> None:
    """Print none of our events until a log is configured: whoever uses the library asked for none.

    Without this structlog prints all of them to standard output. The events of others are left as they are.
    """
    if not structlog.is_configured():
        structlog.configure(logger_factory=_unless_ours)


def _unless_ours(*named: object) -> "structlog.PrintLogger | _Silence":
    return _SILENCE if named and str(named[0]).partition(".")[0] == "monitor" else structlog.PrintLogger()


class _Silence:
    """A logger that says nothing."""

    def msg(self, _message: str) -> None:
        return

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


_SILENCE = _Silence()
_STAMPS: tuple[Processor, ...] = (structlog.processors.add_log_level, TimeStamper(fmt="iso", utc=True))


class _Handler(logging.StreamHandler[TextIO]):
    """The handler that `configure` added, to be told from others."""


def _route_libraries(level: int, ends: tuple[Processor, ...], out: TextIO, repeats: Repeats) -> None:
    """Give the libraries' own logging, and Python's warnings, the same voice."""
    handler = _Handler(out)
    handler.addFilter(HoldBackLibraries(repeats))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *_STAMPS],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    root = logging.getLogger()
    for earlier in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)


def _json() -> tuple[Processor, ...]:
    """JSON lines in ASCII: whatever a field holds arrives unchanged, and no byte of it can act on a terminal."""
    # Local variables stay out: they hold whole pages, and passwords.
    tracebacks = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    return tracebacks, _in_order, JSONRenderer(default=_plain)


def _in_order(_logger: object, _method: str, event: EventDict) -> EventDict:
    first = {key: event[key] for key in ("timestamp", "level", "event") if key in event}
    return {**first, **event}


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _console(colours: bool) -> tuple[Processor, ...]:
    styles = ConsoleRenderer.get_default_column_styles(colours)

    def column(key: str, style: str, width: int = 0) -> Column:
        return Column(key, KeyValueColumnFormatter(None, style, styles.reset, _escaped, width))

    level_styles = ConsoleRenderer.get_default_level_styles(colours)
    columns = [
        column("timestamp", styles.timestamp),
        Column("level", LogLevelColumnFormatter(level_styles, styles.reset)),
        column("event", styles.bright, 24),
        column("logger", styles.logger_name),
        Column("", KeyValueColumnFormatter(styles.kv_key, styles.kv_value, styles.reset, _field)),
    ]
    return _to_the_second, _safe, ConsoleRenderer(columns=columns, exception_formatter=_traceback, sort_keys=False)


def _to_the_second(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Tell a person the time to the second; JSON keeps the rest."""
    if "timestamp" in event:
        event["timestamp"] = str(event["timestamp"])[:19].replace("T", " ")
    return event


def _safe(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Escape what the renderer writes as it is: names of fields, and two fields that it takes for tracebacks."""
    safe = {_escaped(key): value for key, value in event.items()}
    return safe | {key: _indented(str(safe[key])) for key in ("exception", "stack") if key in safe}


def _field(value: object) -> str:
    """Write a value so that it is one word, or quoted."""
    text = _escaped(value if isinstance(value, str) else repr(value))
    if not isinstance(value, str) or (text and not any(mark in text for mark in " =\"'")):
        return text
    return '"' + text.replace('"', '\\"') + '"'


def _escaped(value: object) -> str:
    """Write as escapes what would move a cursor, colour text, forge a line or turn its direction around."""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in JOINERS else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    written = StringIO()
    plain_traceback(written, exc_info)
    stream.write("\n" + _indented(written.getvalue().strip("\n")))


def _indented(text: str) -> str:
    """Indent every line, so that none of an exception's message passes for an event."""
    return "\n".join(f"    {_escaped(line)}" for line in text.split("\n"))
