"""Configuration: what carries a password or a key."""

from pathlib import Path
from typing import ClassVar

import pytest

from monitor.config import explain, load_settings, warnings
from monitor.settings import Settings
from tests.test_config import nothing_configured as nothing_configured
from tests.test_config import refused, written


class TestSecrets:
    """What carries a password or a key is shown to nobody, and told of where others could read it."""

    SECRETS: ClassVar = {
        "database.url": "postgresql://me:hush@db.example/x",
        "alerts.webhook_key": "hush",
        "alerts.channels": "desk=mailto://me:hush@mail.example,wire=slack://hush",
    }

    @pytest.mark.parametrize("key", SECRETS)
    def test_a_secret_is_masked_whole(self, key: str) -> None:
        """Neither its length nor where it leads is told; of channels only the names are."""
        settings = load_settings(overrides={key: self.SECRETS[key]})
        (shown,) = [entry.value for entry in explain(settings) if entry.key == key]
        named = {"alerts.channels": '{ "desk" = "***", "wire" = "***" }'}
        assert shown == named.get(key, '"***"')
        assert "hush" not in repr(settings)
        assert "hush" not in str(settings)

    def test_settings_made_in_code_keep_them_as_well(self, tmp_path: Path) -> None:
        alerts = {"webhook_key": "hush", "channels": {"desk": "slack://hush"}}
        assert "hush" not in str(explain(Settings.model_validate({"data_dir": tmp_path, "alerts": alerts})))

    @pytest.mark.parametrize(("key", "wrong"), [("alerts.channels", "hush"), ("alerts.channels", "{ desk = hush }")])
    def test_a_mistake_is_told_without_it(self, key: str, wrong: str) -> None:
        said = refused(None, {key: wrong})
        assert f"{key} is " in said
        assert "hush" not in said

    def test_a_database_without_a_password_is_shown(self) -> None:
        settings = load_settings(overrides={"database.url": "postgresql://db.example/x"})
        assert '"postgresql://db.example/x"' in {entry.value for entry in explain(settings)}

    def test_a_secret_where_others_can_read_it_is_warned_of(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On the command line and in a file for all; not in a file of one's own, the environment or a credential."""
        file = written(tmp_path / "monitor.toml", '[fetch]\ncontact = "a@b.example"\n[alerts]\nwebhook_key = "hush"')
        file.chmod(0o644)
        (told,) = warnings(load_settings(file))
        assert told.startswith(f"alerts.webhook_key stands in {file}")
        file.chmod(0o640)
        assert warnings(load_settings(file)) == ()
        (told,) = warnings(load_settings(file, {"alerts.webhook_key": "hush"}))
        assert told.startswith("alerts.webhook_key was given on the command line")
        monkeypatch.setenv("MONITOR_ALERTS__WEBHOOK_KEY", "hush")
        assert warnings(load_settings(file)) == ()
        assert warnings(load_settings(file, {"database.url": "postgresql://db.example/x"})) == ()
