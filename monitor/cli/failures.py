"""Turn what goes wrong into one line, a hint, and an exit code. The only place that does."""

import asyncio
import os
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from monitor.cli.session import Session
from monitor.cli.text import one_line, writable
from monitor.errors import MonitorError, UsageError

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
BUG = 70  # EX_SOFTWARE of sysexits.h


class Commands(TyperGroup):
    """The commands, run so that every failure is told the same way."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; raise typer.Exit with the documented code for whatever goes wrong."""
        try:
            return super().invoke(ctx)
        except typer.Exit:
            raise
        except BrokenPipeError:
            close_quietly()
            raise typer.Exit(0) from None
        except (KeyboardInterrupt, asyncio.CancelledError, typer.Abort):
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if is_usage_error(error):
                self._mention_place(ctx, error)
                _speak_plainly(error)
                raise
            raise typer.Exit(tell(error, ctx.find_object(Session) or Session())) from None

    def _mention_place(self, ctx: Any, error: Any) -> None:
        """Say where a global option goes when it was written after the command."""
        option = getattr(error, "option_name", None)
        if any(option in param.opts for param in ctx.command.params):
            error.message += f"; it goes before the command: monitor {option} {ctx.invoked_subcommand} ..."


def _speak_plainly(error: Any) -> None:
    """Leave out what typer takes over from the error below: that a word is none of those allowed, it says itself."""
    error.message = error.message.removeprefix("Value error, ")


def is_usage_error(error: Exception) -> bool:
    """Return whether typer will tell of this one itself, and end with 2."""
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def tell(error: Exception, session: Session) -> int:
    """Write what failed and what can be done about it to standard error; return the exit code."""
    if session.debug:
        sys.stderr.write("".join(traceback.format_exception(error)))
    if isinstance(error, MonitorError):
        return _tell_expected(error, session)
    if isinstance(error, UnicodeEncodeError) and (garbled := [arg for arg in sys.argv[1:] if arg != writable(arg)]):
        return _tell_expected(
            UsageError(f"{garbled[0]} is not UTF-8", hint="names of files may be; no others"), session
        )
    if isinstance(error, OSError):
        return _tell_expected(MonitorError(_said_by_system(error)), session)
    said = one_line(f"{type(error).__name__}: {error}")
    session.screen.error(f"monitor: this is a bug: {said}")
    if not session.json and not session.debug:
        session.screen.error("  hint: run it again as `monitor --debug ...` and report what it prints")
    return BUG


def _tell_expected(error: MonitorError, session: Session) -> int:
    hint = one_line(error.hint) if error.hint else ""
    if session.json:
        session.screen.error(f"monitor: {one_line(error)}" + (f" ({hint})" if hint else ""))
        return error.exit_code
    for line in str(error).splitlines() or [""]:
        session.screen.error(f"monitor: {one_line(line)}")
    if hint:
        session.screen.error(f"  hint: {hint}")
    return error.exit_code


def _said_by_system(error: OSError) -> str:
    about = f"{error.filename}: " if error.filename else ""
    return f"{about}{error.strerror or error}"


def close_quietly() -> None:
    """Point standard output at nothing: whoever read it is gone, and Python would complain at the end."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
