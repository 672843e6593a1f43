"""A progress bar on standard error, for work long enough to wonder about."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class Bar:
    """A bar that appears with the first report of more than `least` things to do, and leaves no trace.

    The things are bytes with `sizes`, which people read as kB and MB.
    """

    def __init__(self, console: Console, doing: str, least: int, *, sizes: bool = False) -> None:
        self._doing = doing
        self._least = least
        count = DownloadColumn() if sizes else MofNCompleteColumn()
        columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def report(self, done: int, total: int) -> None:
        """Show that `done` of `total` things are done."""
        if total <= self._least:
            return
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(self._doing, total=total)
        self._progress.update(self._task, completed=done, total=total)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._progress.stop()
