"""A wrong receiver is one line with its place and the remedy, and gives none of its secrets away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from siloscope.errors import WrongUsage
from siloscope.settings import load

HOOK = {"kind": "webhook", "url": "https://hook.example/"}
WRONG: list[tuple[Any, str]] = [
    (HOOK | {"old_secret": "whsec_hush"}, "deliver.receivers.it.secret: it is missing"),
    (HOOK | {"secret": "whsec_hush"}, "deliver.receivers.it: secret: write whsec_ and the base64"),
    (HOOK | {"url": "https://us:hush@hook.example/"}, "line 5: deliver.receivers.it.url: it does not fit"),
    ({"kind": "pigeon", "secret": "hush"}, "say its kind, one of webhook, email, slack, apprise, file"),
    ({"url": "https://hook.example/", "secret": "hush"}, "say its kind, one of"),
    ({"kind": "slack", "url": "http://hooks.slack.com/hush"}, "url begins with https://"),
    ({"kind": "slack", "token": "hush"}, "token and channel go together"),
    ({"kind": "slack", "url": ["hush"]}, "deliver.receivers.it.url: write a valid string"),
    ({"kind": "slack", "url": "https://hush/", "bottons": True}, "there is no such setting; did you mean buttons?"),
    ({"kind": "email", "to": "desk@example.com"}, "deliver.receivers.it.to = 'desk@example.com': write a list"),
    ({"kind": "email", "to": ["nobody"]}, "deliver.receivers.it.to.0 = 'nobody'"),
    ({"kind": "file", "path": "box", "form": "xml"}, "write 'jsonl' or 'eml'"),
    (HOOK | {"secret_file": "/nowhere/secret"}, "secret_file: /nowhere/secret cannot be read"),
    ({"kind": "apprise", "url": "ntfys://hush", "language": "fr"}, "deliver.receivers.it.language = 'fr'"),
    ("hush", "deliver.receivers.it: write"),
]


@pytest.mark.parametrize(("receiver", "said"), WRONG)
def test_a_wrong_receiver_is_one_line_without_its_secrets(tmp_path: Path, receiver: Any, said: str) -> None:
    file = tmp_path / "settings.yml"
    file.write_text(yaml.safe_dump({"deliver": {"receivers": {"it": receiver}}}))
    with pytest.raises(WrongUsage) as caught:
        load(file)
    assert said in str(caught.value)
    assert "hush" not in str(caught.value) and "\n" not in str(caught.value)


def test_secrets_may_stand_in_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whsec_" + "A" * 44 + "\n")
    file, hook = tmp_path / "settings.yml", HOOK | {"secret_file": str(tmp_path / "secret")}
    file.write_text(yaml.safe_dump({"deliver": {"receivers": {"it": hook}}}))
    settings = load(file)
    assert "AAAA" not in repr(settings)
    assert settings.deliver.receivers["it"].secret.get_secret_value().endswith("AAAA")  # type: ignore[union-attr]
