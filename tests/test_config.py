"""Configuration: where values are found, which wins, and what a person is told about a wrong one.

`python -m tests.test_config` writes config/monitor.toml and the table of docs/configuration.md anew.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import config
from monitor.config import explain, load_settings, warnings
from monitor.errors import ConfigError
from monitor.options import file_text, literal, options, reference
from monitor.settings import Settings
from monitor.shipped import shipped

SHIPPED_FILE = shipped("config") / "monitor.toml"
DOCUMENT = Path(__file__).parent.parent / "docs" / "configuration.md"
TABLE = re.compile(r"(?<=<!-- options: written by `python -m tests.test_config` -->\n).*(?=<!-- end -->)", re.DOTALL)


@pytest.fixture(autouse=True)
def nothing_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account without any configuration of its own, on a machine without one."""
    ours = ("MONITOR_", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "NOTIFY_", "WATCHDOG_", "NO_COLOR")
    for name in [name for name in os.environ if name.startswith(ours)]:
        monkeypatch.delenv(name)
    for name, folder in (("HOME", "home"), ("XDG_CONFIG_HOME", "home/etc"), ("XDG_DATA_HOME", "home/data")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setattr(config, "SYSTEM_FILE", tmp_path / "etc" / "monitor.toml")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path | None = None, overrides: Mapping[str, str] | None = None) -> str:
    """Return what is said about a configuration that is not accepted, hint included."""
    with pytest.raises(ConfigError) as caught:
        load_settings(path, overrides)
    return f"{caught.value} | {caught.value.hint}"


class TestDefaults:
    def test_nothing_needs_to_be_configured(self, tmp_path: Path) -> None:
        settings = load_settings()
        assert settings.data_dir == tmp_path / "home/data/monitor"
        assert settings.database_url == f"sqlite:///{tmp_path}/home/data/monitor/archive.db"
        assert settings.evidence_dir == settings.data_dir / "evidence"
        assert settings.mirror_dir == settings.data_dir / "corpus"
        assert settings.fetch.timeout == 60
        assert settings.fetch.max_bytes == 20_000_000
        assert settings.recheck.ladder[0] == 1_200
        assert {entry.origin for entry in explain(settings)} == {"default"}

    def test_the_shipped_file_says_what_the_code_does(self) -> None:
        """Every option is in it, active, with the default; loading it changes nothing."""
        assert SHIPPED_FILE.read_text(encoding="utf-8") == file_text(), "run: python -m tests.test_config"
        loaded = load_settings(SHIPPED_FILE)
        assert loaded.model_dump() == load_settings().model_dump()
        given_there = {entry.key for entry in explain(loaded) if entry.origin == str(SHIPPED_FILE)}
        assert given_there == set(options()) - {"data_dir"}  # which is empty there, and so follows the account

    def test_the_reference_lists_every_option(self) -> None:
        table = TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
        assert table is not None
        assert table[0] == reference(), "run: python -m tests.test_config"

    def test_every_option_says_why_it_is_there(self) -> None:
        assert all(option.why.endswith(".") and option.form.text for option in options().values())

    def test_settings_can_be_made_in_code(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path)
        assert settings.schedule.shortest == 300
        assert {entry.origin for entry in explain(settings)} == {"code"}
        assert explain(settings)[0].value == literal(str(tmp_path))

    def test_loading_is_light(self) -> None:
        """The command line loads it on every call: no event loop, no HTTP, no database."""
        program = (
            "import sys, monitor.config; print([n for n in ('asyncio','aiohttp','sqlalchemy') if n in sys.modules])"
        )
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert ran.stdout == "[]\n"


class TestWhichValueWins:
    def test_command_line_over_environment_over_credential_over_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = written(
            tmp_path / "monitor.toml", '[fetch]\ntimeout = "1s"\ngap = "1s"\nmin_rate = 1\nmax_redirects = 1\n'
        )
        for key in ("timeout", "gap", "min_rate"):
            written(tmp_path / f"secrets/fetch.{key}", "2\n")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "secrets"))
        for key in ("TIMEOUT", "GAP"):
            monkeypatch.setenv(f"MONITOR_FETCH__{key}", "3")
        settings = load_settings(file, {"fetch.timeout": "4"})
        fetch = settings.fetch
        assert (fetch.timeout, fetch.gap, fetch.min_rate, fetch.max_redirects) == (4, 3, 2, 1)
        origins = {entry.key: entry.origin for entry in explain(settings)}
        assert origins["fetch.timeout"] == "command line"
        assert origins["fetch.gap"] == "environment MONITOR_FETCH__GAP"
        assert origins["fetch.min_rate"] == "credential fetch.min_rate"
        assert origins["fetch.max_redirects"] == str(file)
        assert origins["fetch.max_bytes"] == "default"

    def test_the_named_file_wins_over_the_users_over_the_systems(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def hosts() -> int:
            return load_settings().daemon.hosts

        written(tmp_path / "etc/monitor.toml", "[daemon]\nhosts = 1")
        assert hosts() == 1
        written(tmp_path / "home/etc/monitor/monitor.toml", "[daemon]\nhosts = 2")
        assert hosts() == 2
        monkeypatch.setenv("MONITOR_CONFIG", str(written(tmp_path / "named.toml", "[daemon]\nhosts = 3")))
        assert hosts() == 3
        assert load_settings(written(tmp_path / "given.toml", "[daemon]\nhosts = 4")).daemon.hosts == 4

    def test_systemd_gives_the_data_directory_unless_one_is_configured(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/monitor:/var/lib/other")
        settings = load_settings()
        assert settings.data_dir == Path("/var/lib/monitor")
        assert explain(settings)[0].origin == "environment STATE_DIRECTORY"
        assert load_settings(written(tmp_path / "a.toml", 'data_dir = ""')).data_dir == Path("/var/lib/monitor")
        assert load_settings(written(tmp_path / "b.toml", 'data_dir = "/srv/news"')).data_dir == Path("/srv/news")

    def test_lists_and_tables_can_be_given_as_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Parted by commas, or as TOML or JSON."""
        for ladder in ("1h, 2h,3h", '["1h", "2h", "3h"]'):
            monkeypatch.setenv("MONITOR_RECHECK__LADDER", ladder)
            assert load_settings().recheck.ladder == (3_600, 7_200, 10_800)
        for gaps in (
            "a.example=5s, B.example=1m",
            '{"a.example": "5s", "b.example": 60}',
            '{"a.example" = 5, "b.example" = 60}',
        ):
            monkeypatch.setenv("MONITOR_FETCH__GAP_PER_HOST", gaps)
            assert load_settings().fetch.gap_per_host == {"a.example": 5, "b.example": 60}
        monkeypatch.setenv("MONITOR_FETCH__ALLOW_PRIVATE", "")
        assert load_settings().fetch.allow_private == ()

    def test_variables_and_credentials_of_others_are_left_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MONITOR_PORT", "tcp://10.0.0.1:80")
        monkeypatch.setenv("MONITOR_SERVICE_HOST", "10.0.0.1")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(written(tmp_path / "secrets/tls.key", "-----").parent))
        assert load_settings().model_dump() == Settings().model_dump()


class TestPaths:
    def test_paths_in_a_file_start_at_its_folder(self, tmp_path: Path) -> None:
        outlets = '[corpus]\noutlets = ["more/o.toml", "~/own.toml", "/x.toml"]'
        text = f'data_dir = "data"\n{outlets}\n[fetch]\nca_file = "ca.pem"'
        settings = load_settings(written(tmp_path / "site/monitor.toml", text))
        assert settings.data_dir == tmp_path / "site/data"
        assert settings.fetch.ca_file == tmp_path / "site/ca.pem"
        assert settings.corpus.outlets == (
            tmp_path / "site/more/o.toml",
            tmp_path / "home/own.toml",
            Path("/x.toml"),
        )

    def test_paths_in_variables_start_where_we_are(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("MONITOR_DATA_DIR", "here")
        assert load_settings().data_dir == tmp_path / "here"
        assert load_settings(overrides={"data_dir": "~/there"}).data_dir == tmp_path / "home/there"

    def test_an_sqlite_file_starts_at_the_folder_too(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", '[database]\nurl = "sqlite:///kept.db"')
        assert load_settings(file).database_url == f"sqlite:///{tmp_path}/kept.db"

    def test_a_folder_may_have_any_name(self, tmp_path: Path) -> None:
        """What has a meaning in a URL is escaped, and SQLAlchemy reads it back."""
        from sqlalchemy import make_url

        for name in ("a b", "50%", "what?", "a#b", "100%25", "ü"):
            assert make_url(Settings(data_dir=tmp_path / name).database_url).database == str(
                tmp_path / name / "archive.db"
            )


class TestDatabase:
    @pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
    def test_postgresql_is_opened_with_psycopg_3(self, scheme: str) -> None:
        settings = load_settings(overrides={"database.url": f"{scheme}://me:secret@db.example/news"})
        assert settings.database_url == "postgresql+psycopg://me:secret@db.example/news"

    @pytest.mark.parametrize("url", ["mysql://db.example/x", "sqlite://", "sqlite:///:memory:", "archive.db"])
    def test_other_databases_are_refused(self, url: str) -> None:
        assert f'command line: database.url is "{url}"; it takes "postgresql://' in refused(None, {"database.url": url})

    @pytest.mark.parametrize(
        "url",
        ["postgresql://me:se@c/ret@db/x", "postgresql://db/x?user=me&password=se@c/ret", "mysql://me:se@c/ret@db/x"],
    )
    def test_a_password_is_never_shown(self, url: str) -> None:
        """Neither where settings are explained, nor in an error, nor when they are printed."""
        if url.startswith("mysql"):
            shown = refused(None, {"database.url": url})
        else:
            settings = load_settings(overrides={"database.url": url})
            shown = f"{explain(settings)}{settings!r}{settings}"
        assert "***" in shown
        assert "c/ret" not in shown


class TestMistakes:
    def test_a_misspelt_key_is_named_with_the_file_and_the_right_one(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", '[fetch]\ntimout = "5s"')
        assert refused(file) == f"{file}: no such option: fetch.timout | did you mean fetch.timeout?"

    def test_an_option_in_the_wrong_section_is_found_again(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", "[fetch]\njitter = 0.2")
        assert "did you mean schedule.jitter?" in refused(file)

    def test_a_key_that_cannot_be_printed_is_told_all_the_same(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", r'"\u001b[2J" = 1')
        assert refused(file).startswith(rf'{file}: no such option: "\u001b[2J" |')

    def test_a_misspelt_section_is_named(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", "[fetchh]\ngap = 2")
        assert refused(file) == f"{file}: no such section: [fetchh] | did you mean [fetch]?"

    @pytest.mark.parametrize("name", ["MONITOR_FETCH__TIMOUT", "MONITOR_FETCH_TIMEOUT"])
    def test_a_misspelt_variable_is_named(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, "5s")
        assert refused() == f"environment {name}: no such option | did you mean MONITOR_FETCH__TIMEOUT?"

    def test_a_misspelt_credential_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(written(tmp_path / "secrets/database.uri", "x").parent))
        assert refused() == "credential database.uri: no such option: database.uri | did you mean database.url?"

    @pytest.mark.parametrize(
        ("key", "value", "takes"),
        [
            ("fetch.timeout", "soon", 'it takes a duration above zero, such as "45s"'),
            ("fetch.timeout", "0s", "a duration above zero"),
            ("fetch.max_bytes", "20 apples", 'a size above zero, such as "500kB"'),
            ("extract.workers", "0", "a whole number from 1"),
            ("extract.workers", "two", "a whole number from 1"),
            ("schedule.jitter", "1", "a number from 0 to below 1"),
            ("evidence.keep", "some", 'it takes "all", "changes" or "none"'),
            ("log.level", "loud", 'it takes "debug", "info"'),
            ("recheck.ladder", "2h,1h", "growing durations"),
            ("recheck.ladder", "", "growing durations"),
            ("fetch.contact", "me", "a URL or a mail address"),
            ("fetch.contact", "https://x.example/\r\nX: y", "a URL or a mail address"),
            ("fetch.user_agent", "a\r\nb", "one line of ASCII text"),
            ("fetch.gap_per_host", "https://x.example/=5s", "hosts with durations"),
            ("fetch.gap_per_host", "x.example", "hosts with durations"),
            ("fetch.resolve", "x.example:80=localhost:81", "addresses by host and port"),
            ("fetch.resolve", "x.example=127.0.0.1:81", "addresses by host and port"),
            ("fetch.resolve", "x.example:80=127.0.0.1:0", "addresses by host and port"),
            ("fetch.allow_private", "10.0.0.0/99", "IP addresses and networks"),
        ],
    )
    def test_a_wrong_value_is_told_with_what_the_option_takes(self, key: str, value: str, takes: str) -> None:
        said = refused(None, {key: value})
        assert said.startswith(f"command line: {key} is ")
        assert takes in said
        assert "\n" not in said

    @pytest.mark.parametrize("value", ["true", "[]", "{}", "2026-01-01", "nan"])
    @pytest.mark.parametrize("key", ["fetch.timeout", "fetch.max_bytes", "fetch.min_rate", "schedule.jitter"])
    def test_values_of_another_kind_are_refused(self, key: str, value: str, tmp_path: Path) -> None:
        """In a file, where true is no number although Python takes it for 1."""
        section, _, name = key.partition(".")
        file = written(tmp_path / "monitor.toml", f"[{section}]\n{name} = {value}")
        assert refused(file).startswith(f"{file}: {key} is ")

    def test_several_mistakes_are_told_at_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = written(tmp_path / "monitor.toml", 'datadir = "x"\nfetch = 3\n[log]\nlevel = "loud"\nformat = "xml"')
        monkeypatch.setenv("MONITOR_FETCH__GAP", "soon")
        assert [line.split(" (")[0] for line in refused(file).removesuffix(" | None").splitlines()] == [
            f"{file}: no such option: datadir",
            f"{file}: fetch is a section, not an option",
            'environment MONITOR_FETCH__GAP: fetch.gap is "soon"; it takes a duration such as "45s", "15m" or "1h30m"',
            f'{file}: log.level is "loud"; it takes "debug", "info", "warning" or "error"',
            f'{file}: log.format is "xml"; it takes "auto", "console" or "json"',
        ]

    def test_options_that_contradict_each_other_are_named_with_their_origins(self, tmp_path: Path) -> None:
        file = written(tmp_path / "monitor.toml", '[schedule]\nshortest = "2h"\njitter = 0.2')
        said = refused(file, {"schedule.longest": "90m"})
        assert (
            said
            == f"{file}, command line: [schedule] needs shortest (2 h) <= default (1 h) <= longest (1 h 30 min) | None"
        )
        assert "needs max_bytes (20000000) <= max_decoded (1000)" in refused(None, {"fetch.max_decoded": "1kB"})

    def test_a_file_that_was_named_must_be_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert refused(tmp_path / "none.toml").startswith(f"{tmp_path}/none.toml: No such file or directory | name ")
        assert "Is a directory" in refused(tmp_path)
        monkeypatch.setenv("MONITOR_CONFIG", str(tmp_path / "none.toml"))
        assert "none.toml: No such file" in refused()

    @pytest.mark.parametrize("text", [b"[fetch\n", b"gap = ", b"a = 1\na = 2", b"\xff\xfe", b'x = "\xe4"'])
    def test_a_broken_file_is_named(self, text: bytes, tmp_path: Path) -> None:
        file = tmp_path / "monitor.toml"
        file.write_bytes(text)
        assert refused(file).startswith(f"{file}: not TOML: ")

    def test_a_file_saved_by_a_windows_editor_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "monitor.toml"
        file.write_bytes(b"\xef\xbb\xbf[fetch]\r\nmin_rate = 5\r\n")
        assert load_settings(file).fetch.min_rate == 5

    def test_credentials_that_cannot_be_read_are_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "none"))
        assert "credentials " in refused()
        (tmp_path / "some/database.url").mkdir(parents=True)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "some"))
        assert "credential database.url: Is a directory" in refused()

    @given(st.sampled_from(sorted(options())), st.text(st.characters(exclude_categories=["Cs"])))
    def test_any_text_for_any_option_is_taken_or_told(self, key: str, value: str) -> None:
        """On one line that can be printed."""
        try:
            load_settings(overrides={key: value})
        except ConfigError as error:
            said = str(error)
        else:
            return
        assert said.isprintable()
        assert key in said or f"[{key.partition('.')[0]}]" in said


class TestWhoIsAsking:
    def test_without_a_contact_the_user_agent_says_so_and_a_warning_is_given(self) -> None:
        settings = load_settings()
        assert re.fullmatch(r"Monitor/\S+ \(news archive; no contact configured\)", settings.user_agent)
        assert warnings(settings)[0].startswith("fetch.contact is not set")

    @pytest.mark.parametrize("contact", ["https://archive.example/about", "desk@archive.example"])
    def test_a_contact_is_told_to_every_server(self, contact: str) -> None:
        settings = load_settings(overrides={"fetch.contact": contact})
        assert settings.user_agent.endswith(f" (+{contact})")
        assert warnings(settings) == ()

    def test_a_user_agent_of_ones_own_is_taken_as_it_is(self) -> None:
        assert load_settings(overrides={"fetch.user_agent": "Mine/1 (+x)"}).user_agent == "Mine/1 (+x)"

    def test_what_weakens_the_archive_is_warned_of(self) -> None:
        dangers = {
            "fetch.contact": "a@b.example",
            "fetch.allow_private": "127.0.0.1",
            "daemon.clock_file": "/c",
            "evidence.keep": "none",
        }
        told = warnings(load_settings(overrides=dangers))
        assert [line.split(" ")[0] for line in told] == ["fetch.allow_private", "daemon.clock_file", "evidence.keep"]


class TestTerminal:
    def test_colours_can_be_declined(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        assert config.colour_wanted()
        monkeypatch.setenv("NO_COLOR", "1")
        assert not config.colour_wanted()


def write_anew() -> None:
    """Write what is generated: the shipped file and the table of the reference."""
    SHIPPED_FILE.write_text(file_text(), encoding="utf-8")
    DOCUMENT.write_text(TABLE.sub(lambda _: reference(), DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write_anew()
