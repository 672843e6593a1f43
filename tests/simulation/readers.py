"""What stands for the worker processes that read untrusted bytes: the same reading, done at once and remembered."""

from monitor.core import reading
from monitor.interfaces import ReadFailure, Reading, ReadRequest

_READINGS: dict[tuple[object, ...], Reading] = {}


class RememberedReader:
    """An Extractor that reads the same bytes once: most pages are read many times over in a week."""

    async def read(self, request: ReadRequest) -> Reading:
        """Return what the core reads."""
        key = (request.task, request.url, request.body, request.content_type, request.hints, request.cheap)
        if key not in _READINGS:
            if len(_READINGS) > 50_000:
                _READINGS.clear()
            _READINGS[key] = _read(request)
        return _READINGS[key]

    async def close(self) -> None:
        """Hold nothing, release nothing."""


def _read(request: ReadRequest) -> Reading:
    try:
        return reading.read(request)
    except Exception as error:  # noqa: BLE001 - as in a worker, whatever a reader raises is a failure of this page
        return ReadFailure("error", f"{type(error).__name__}: {error}")
