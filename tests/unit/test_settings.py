"""Settings: what is read from where, and the one line that a mistake gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from siloscope.errors import WrongUsage
from siloscope.settings import Settings, load


def written(directory: Path, text: str) -> Path:
    path = directory / "siloscope.yml"
    path.write_text(text)
    return path


def complaint(config: Path | None = None) -> str:
    with pytest.raises(WrongUsage) as caught:
        load(config)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_without_file_and_environment_the_defaults_hold() -> None:
    settings = load()
    assert (settings.clock, settings.grace_seconds, settings.partitions) == ("wall", 60, 8)
    assert settings.store.url is None


def test_the_environment_wins_over_the_file_also_inside_a_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = written(tmp_path, "partitions: 4\nstore:\n  url: http://a:8123\n  username: ada\n")
    monkeypatch.setenv("SILOSCOPE_PARTITIONS", "16")
    monkeypatch.setenv("SILOSCOPE_STORE__URL", "http://b:8123")
    settings = load(config)
    assert settings.partitions == 16
    assert (settings.store.url, settings.store.username) == ("http://b:8123", "ada")


def test_an_unknown_key_gets_its_line_and_the_nearest_name(tmp_path: Path) -> None:
    text = complaint(written(tmp_path, "clock: stream\nstore:\n  urll: http://a\n"))
    assert "line 3: store.urll: there is no such setting; did you mean url?" in text


def test_an_unknown_variable_gets_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILOSCOPE_PARTITION", "3")
    assert "did you mean SILOSCOPE_PARTITIONS?" in complaint()


def test_a_wrong_value_is_named_with_its_line_and_what_to_write(tmp_path: Path) -> None:
    text = complaint(written(tmp_path, "clock: sundial\n"))
    assert "line 1: clock = 'sundial': write 'wall' or 'stream'" in text


def test_a_wrong_value_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILOSCOPE_GRACE_SECONDS", "sixty")
    assert complaint().startswith("environment variable SILOSCOPE_GRACE_SECONDS: grace_seconds = 'sixty': write")


@pytest.mark.parametrize("content", ["a: [", "- a", "\x00"])
def test_what_is_no_settings_file_is_said_in_one_line(tmp_path: Path, content: str) -> None:
    assert "siloscope.yml" in complaint(written(tmp_path, content))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "No such file" in complaint(tmp_path / "none.yml")


def test_a_password_never_shows(tmp_path: Path) -> None:
    config = written(tmp_path, "security:\n  protocol: sasl_ssl\n  username: a\n  password: hush\n")
    assert "hush" not in repr(load(config))
    assert "1234" not in complaint(written(tmp_path, "security: {password: 1234}\n"))


def test_server_and_embedded_store_exclude_each_other(tmp_path: Path) -> None:
    assert "not both" in complaint(written(tmp_path, "store: {url: 'http://a', path: data}\n"))


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
