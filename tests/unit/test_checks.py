"""`siloscope test` says of each check how it ended."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from siloscope.errors import Unusable
from siloscope.ops import checks


@pytest.mark.parametrize(
    ("ending", "said"),
    [("", "passed"), ("sys.exit(1)", "FAILED"), ("os.kill(os.getpid(), 15)", "FAILED, ended by SIGTERM")],
)
def test_a_check_that_a_signal_ended_says_which(
    ending: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "CHECKS", {"these": ["python", "-c", f"import os, sys; {ending}"]})
    monkeypatch.setattr(checks, "lacking", lambda: "no Java")
    with nullcontext() if said == "passed" else pytest.raises(Unusable, match=r"^failed: these; left out"):
        checks.main()
    assert f"siloscope: these: {said} in " in capsys.readouterr().out
