"""An archive recorded through the public API, and a way to run the command line on it."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor import Settings, open_archive
from monitor.cli.app import app
from tests.app.rig import ReadHere
from tests.blank import blank_sqlite
from tests.cli.site import HOST, PARAGRAPHS, Site
from tests.once import once

BEGINS = {"add-source", "import-corpus", "import-opml"}
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHANGED = "El mercado central costará 21 millones"
EDITED = (CHANGED, (PARAGRAPHS[0].replace("12", "21"), *PARAGRAPHS[1:]))
TEXTS = {
    "mercado.txt": "El mercado de La Habana abre de nuevo\n\nLa Habana, 2 mar (Prensa Latina) El mercado abrió sus "
    "puertas el lunes, informó la agencia.\n\nhttp://diario.example/cerrado\n",
    "souk.txt": "افتتاح السوق القديم في وسط المدينة\n\nأعلنت البلدية أن السوق القديم سيفتح أبوابه للزوار يوم الاثنين "
    "بعد سنوات من الترميم الذي شمل الأسقف والواجهات.\n\nالمصدر: سبوتنيك\n",
}


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """A site with a feed of two articles."""
    site = Site()
    site.article("/mercado", "El mercado central costará 12 millones")
    site.article("/tranvia", "El tranvía vuelve al centro")
    site.feed(("/mercado", "El mercado central costará 12 millones"), ("/tranvia", "El tranvía vuelve al centro"))
    yield site
    site.close()


@pytest.fixture(scope="session")
def config(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration file: no waiting, and the site found on the loopback."""
    ((name, address),) = site.resolve.items()
    file = tmp_path_factory.mktemp("config") / "monitor.toml"
    resolve = f'resolve = {{ "{name}" = "{address}" }}'
    file.write_text(f'[fetch]\ngap = "0s"\ncontact = "https://archive.example"\n{resolve}\n[extract]\nworkers = 1\n')
    return file


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of saved texts, and one file that is none."""
    folder = tmp_path_factory.mktemp("texts")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


@pytest.fixture(autouse=True)
def read_here() -> Iterator[None]:
    """Read pages in this process: a worker that does takes a second to start, and nothing here is about it."""
    with reading_here():
        yield


@contextmanager
def reading_here() -> Iterator[None]:
    """Have archives that are opened read pages by themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        yield


@pytest.fixture(scope="session")
def recorded(site: Site, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory: two saved texts, a feed with two articles, one of them changed after an hour."""

    def make(data_dir: Path) -> None:
        with reading_here():
            asyncio.run(_record(site, folder, data_dir))

    made = once(tmp_path_factory, "recorded", make)
    site.article("/mercado", *EDITED)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("archive") / "data"))


async def _record(site: Site, folder: Path, data_dir: Path) -> None:
    settings = Settings.model_validate(
        {"data_dir": data_dir, "fetch": {"gap": 0, "resolve": site.resolve}, "extract": {"workers": 1}}
    )
    async with open_archive(settings, at=START) as archive:
        await archive.import_corpus(folder)
        await archive.add_sources([f"http://{HOST}/rss"])
    async with open_archive(settings, at=START + timedelta(minutes=5)) as archive:
        await archive.tick()
    site.article("/mercado", *EDITED)
    async with open_archive(settings, at=START + timedelta(hours=1)) as archive:
        await archive.tick()


@pytest.fixture
def run(config: Path, tmp_path: Path) -> Run:
    """Run the command line in this process, on an archive of its own unless told.

    What writes to one that is not there finds an empty one: each migration takes its time.
    """

    def run(*args: object, data_dir: Path = tmp_path / "archive", stdin: str | bytes | None = None) -> Result:
        if BEGINS.intersection(args):
            blank_sqlite(Path(data_dir) / "archive.db")
        place = ["--config", str(config), "--data-dir", str(data_dir)]
        done = CliRunner().invoke(app, [*place, *map(str, args)], input=stdin, prog_name="monitor")
        return Result(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def ask(run: Run, recorded: Path) -> Run:
    """Run the command line on the recorded archive."""
    return lambda *args, **more: run(*args, data_dir=recorded, **more)
