"""Settings: what is read from where, and the one line that a mistake gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from siloscope.errors import WrongUsage
from siloscope.secret_files import secrets_of
from siloscope.settings import Gateway, Security, Settings, Store, load


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


@pytest.mark.parametrize("content", ["hush", "hush\n", "hush\r\n"])
def test_every_secret_may_be_in_a_file(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text(content)
    monkeypatch.setenv("SILOSCOPE_STORE__PASSWORD_FILE", str(secret))
    settings = load(
        security={"protocol": "sasl_ssl", "username": "ada", "password_file": secret, "key_password_file": secret},
        schema_registry_password_file=secret,
    )
    security = settings.security
    kept = (settings.store.password, security.password, security.key_password, settings.schema_registry_password)
    assert [each and each.get_secret_value() for each in kept] == ["hush"] * 4


def test_every_secret_has_a_setting_for_its_file() -> None:
    for model in (Settings, Security, Store, Gateway):
        assert secrets_of(model)
        assert {f"{name}_file" for name in secrets_of(model)} <= set(model.model_fields)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read: No such file"), ("\n", "holds nothing"), ("a\nb", "holds several lines")],
)
def test_a_secret_that_cannot_be_had_is_said_by_its_file(content: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    text = complaint(written(tmp_path, f"store: {{url: 'http://a', password_file: '{file}'}}\n"))
    assert f"line 1: store: password_file: {file} {said}" in text


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    text = complaint(written(tmp_path, "store: {url: 'http://a', password: hush, password_file: b}\n"))
    assert "give password or password_file, not both" in text
    assert "hush" not in text


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("url: 'https://ada:hush@a'", "url holds no user and no password"),
        ("url: 'http://a', ca_file: ca.pem", "ca_file and cert_file are for a url with https://"),
        ("url: 'https://a', cert_file: c.pem", "cert_file and key_file go together"),
    ],
)
def test_what_does_not_go_together_is_said_without_the_password(store: str, said: str, tmp_path: Path) -> None:
    text = complaint(written(tmp_path, f"store: {{{store}}}\n"))
    assert said in text
    assert "hush" not in text


def test_server_and_embedded_store_exclude_each_other(tmp_path: Path) -> None:
    assert "not both" in complaint(written(tmp_path, "store: {url: 'http://a', path: data}\n"))


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ("- {hour: 3}\n- {hour: -1}\n", "line 3: rates.1.hour = -1: write greater than or equal to 0 (money per hour)"),
        ("- {hour: 3, curency: EUR}\n", "line 2: rates.0.curency: there is no such setting; did you mean currency?"),
        ("- {hour: 3, currency: euro}\n", "line 2: rates.0.currency = 'euro': "),
        ("  {hour: 3}\n", "line 1: rates: write a list (what customers' lost time costs"),
    ],
)
def test_a_wrong_rate_is_named_with_its_line(rates: str, said: str, tmp_path: Path) -> None:
    assert said in complaint(written(tmp_path, f"rates:\n{rates}"))
