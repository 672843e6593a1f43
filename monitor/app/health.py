"""How well the archive runs: readiness, alarms, metrics."""

from monitor.app.context import Context


class Health:
    """What knows how well an open archive runs."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
