"""Undo Content-Encoding within bounds, and know a whole body from a cut, a broken and an exploding one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.edges.buffer import Buffer
from monitor.edges.codings import CODINGS, FAULTS, Coding

# Below this many decoded bytes nothing is a bomb, however well it packs: a page of one repeated line is none.
RATIO_FLOOR = 1_048_576
MAX_CODINGS = 3  # stacked; each more is a lever for a bomb, and nobody in good faith uses three
# What a body may take besides `max_body`: it is held as received too, and so is the window of each coding. With the
# default caps nothing takes more than 64 MiB.
_BESIDE = 12 << 20
_HEAD = 1_048_576  # bytes kept of a body that is too large; robots.txt needs half of it (RFC 9309 2.5)
_NOT_A_CODING = frozenset({"", "identity", "none", "binary", "utf-8", "utf8"})  # seen in the wild, all mean plain


class Ending(StrEnum):
    """How a body ended."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"  # the end of the coded stream never came
    UNDECODABLE = "undecodable"  # not what Content-Encoding says, or damaged
    TOO_LARGE = "too_large"  # beyond a cap, a bomb among them


MAX_RATIO = 200.0  # decoded to received, at most; what is kept was let in by it, and is read again by it


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Caps in bytes, as received (`max_raw`) and decoded (`max_body`), and on decoded bytes per byte received.

    Of a coded body both are held, so together they may not exceed `max_body` by more than 12 MiB.
    """

    max_raw: int
    max_body: int
    max_ratio: float = MAX_RATIO


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body decoded: whole when COMPLETE, its first MiB when TOO_LARGE, else empty, for part of a text misleads."""

    body: bytes
    ending: Ending
    detail: str | None = None


class _Unfit(Exception):  # noqa: N818 - a signal between the stages and the decoder, never seen outside
    """A stage went over a cap."""


class BodyDecoder:
    """Take a body as it arrives and bound what comes of it.

    Each stage of stacked codings is held to the caps, so that a bomb inside a harmless wrapping costs no more than
    a plain one: memory stays near `max_body` and work near what `max_body` takes.
    """

    def __init__(self, codings: Iterable[str], limits: BodyLimits) -> None:
        self._limits = limits
        self._names = tuple(codings)
        self._failure: tuple[Ending, str] | None = None
        self._stages: tuple[Coding, ...] = ()
        self._received = 0
        self._produced = [0] * max(len(self._names), 1)  # decoded bytes of each stage, the last one first
        self._out = Buffer(limits.max_body)
        self._open()

    @property
    def full(self) -> bool:
        """Say whether a cap is reached, so that nothing more need be received."""
        return self._failure is not None and self._failure[0] is Ending.TOO_LARGE

    def feed(self, data: bytes) -> None:
        """Take the next bytes as received. After a failure they are counted and dropped."""
        self._received += len(data)
        if self._failure is not None:
            return
        try:
            for piece in self._run(self._stages, data) if self._stages else (self._counted(0, data),):
                self._out.write(piece)
        except _Unfit as unfit:
            self._failure = Ending.TOO_LARGE, str(unfit)
        except FAULTS as fault:
            self._failure = Ending.UNDECODABLE, f"body is not {self._label()}: {fault}"

    def finish(self) -> Decoded:
        """Return what came of all that was fed. May be asked once."""
        if self._failure is None and not all(stage.done for stage in self._stages):
            self._failure = Ending.TRUNCATED, f"{self._label()} body ends before its end mark"
        if self._failure is None:
            return Decoded(self._out.take(), Ending.COMPLETE)
        return Decoded(self._out.take(_HEAD) if self.full else b"", *self._failure)

    def _open(self) -> None:
        unknown = [name for name in self._names if name not in CODINGS]
        if unknown:
            self._failure = Ending.UNDECODABLE, f"unknown Content-Encoding {unknown[0][:40]!r}"
        elif len(self._names) > MAX_CODINGS:
            self._failure = Ending.UNDECODABLE, f"{len(self._names)} stacked Content-Encodings"
        else:
            self._stages = tuple(CODINGS[name]() for name in reversed(self._names))

    def _run(self, stages: tuple[Coding, ...], data: bytes) -> Iterator[bytes]:
        if not stages:
            yield data
            return
        for piece in stages[0].push(data):
            yield from self._run(stages[1:], self._counted(len(stages) - 1, piece))

    def _counted(self, stage: int, piece: bytes) -> bytes:
        """Count a piece against the caps; of the last stage, 0, keep what still fits under `max_body`."""
        before = self._produced[stage]
        self._produced[stage] = total = before + len(piece)
        if self._stages and total > max(RATIO_FLOOR, self._limits.max_ratio * self._received):
            raise _Unfit(f"body expands {total // max(self._received, 1)} times, a bomb")
        if total > self._limits.max_body:
            if stage == 0:
                self._out.write(piece[: self._limits.max_body - before])
            raise _Unfit(f"body is larger than {self._limits.max_body} bytes decoded")
        if self._stages and self._held() > self._limits.max_body + _BESIDE:
            raise _Unfit(f"body takes more than {self._limits.max_body + _BESIDE} bytes, coded and decoded")
        return piece

    def _held(self) -> int:
        """Return about how many bytes of memory the body takes."""
        windows = (min(stage.window, made) for stage, made in zip(reversed(self._stages), self._produced, strict=True))
        return self._received + self._produced[0] + sum(windows)

    def _label(self) -> str:
        return ", ".join(self._names) or "plain"


def codings_of(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """Return the content codings in the order applied (RFC 9110 8.4), over all such headers, without those that do
    nothing."""
    values = (value.decode("latin-1") for name, value in headers if name.lower() == b"content-encoding")
    names = (name.strip().strip("\"'").lower() for value in values for name in value.split(","))
    return tuple(name for name in names if name not in _NOT_A_CODING)


def decode(headers: Iterable[tuple[bytes, bytes]], raw: bytes, limits: BodyLimits) -> Decoded:
    """Return a kept body decoded, as the fetcher would have: for evidence that is read again."""
    names = codings_of(headers)
    if not raw:
        return Decoded(b"", Ending.COMPLETE)
    decoder = BodyDecoder(names, limits)
    for start in range(0, len(raw), 65_536):
        decoder.feed(raw[start : start + 65_536])
        if decoder.full:
            break
    return decoder.finish()
