"""Who works on the archive: each daemon says that it lives, and what it does."""

from monitor.app.context import Context


class Workers:
    """The workers of an open archive, this process among them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
