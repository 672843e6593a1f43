"""`mirror`: the archive's own copy of all texts, as plain files."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural

if TYPE_CHECKING:
    from monitor import Archive


def mirror(
    ctx: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write every text again, not only what is missing.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the current texts as plain files.

    They lie in the corpus folder of the data directory, which `monitor status` names; `run` and `tick` keep them up
    to date.

    Example: monitor mirror --rebuild
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> int:
        with session.screen.progress("writing texts") as progress:
            return await archive.mirror(rebuild=rebuild, progress=progress)

    written = session.ask(work, begins=True)
    if json:
        return session.screen.json({"written": written})
    session.screen.line(f"{plural(written, 'text')} written to {one_line(session.settings.mirror_dir)}")
    if not written and not rebuild:
        session.screen.hint("mirror --rebuild")
    return None
