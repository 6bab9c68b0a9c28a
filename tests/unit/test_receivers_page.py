"""docs/receivers.md says what holds: its settings load, its code verifies what we sign."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from siloscope.deliver import receivers
from siloscope.deliver.message import What
from siloscope.deliver.senders.webhook import signatures
from siloscope.settings import load
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGE = (TOP / "docs" / "receivers.md").read_text(encoding="utf-8")
SECRET = "whsec_" + "A" * 44


def test_the_settings_on_the_page_are_taken(tmp_path: Path) -> None:
    example, clicks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    written = (example + clicks).replace("/run/secrets", str(tmp_path))
    for name, secret in {"slack": "https://hooks.slack.com/services/T/B/x"}.items():
        (tmp_path / name).write_text(secret)
    for name in ("mail", "desk", "slack_bot", "slack_signing", "ntfy"):
        (tmp_path / name).write_text(SECRET)
    file = tmp_path / "settings.yml"
    file.write_text(written)
    shown = load(file).deliver.receivers
    kinds = {each.kind for each in shown.values()}
    assert kinds == {get_args(each.model_fields["kind"].annotation)[0] for each in _kinds()}
    assert yaml.safe_load(example)["deliver"]["receivers"].keys() == shown.keys()


def _kinds() -> tuple[Any, ...]:
    return get_args(get_args(receivers.Receiver)[0])


def test_the_code_on_the_page_verifies_what_we_sign() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    now, old = int(time.time()), "whsec_" + "B" * 44
    headers = {"webhook-id": "n-1", "webhook-timestamp": str(now)}
    headers["webhook-signature"] = signatures([old, SECRET], "n-1", now, b"{}")
    assert found["genuine"](SECRET, headers, b"{}") and found["genuine"](old, headers, b"{}")
    assert not found["genuine"](SECRET, headers, b"{ }")
    assert not found["genuine"](SECRET, headers | {"webhook-timestamp": str(now - 900)}, b"{}")


def test_all_that_is_told_is_on_the_page() -> None:
    for what in get_args(What):
        assert f"`{what}`" in PAGE
