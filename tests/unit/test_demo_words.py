"""What the demo says before and after the alerts can be typed as it stands."""

from __future__ import annotations

import shlex

from siloscope.ops.demo_words import command, on_call


def test_the_line_for_who_is_on_call_names_the_demos_own_addresses() -> None:
    settings = {"bootstrap_servers": "127.0.0.1:1", "store__path": "/tmp/my demo/store", "rates": "[]"}
    assert shlex.split(on_call(settings, ["http://127.0.0.1:2/metrics", "http://127.0.0.1:3/metrics"])) == [
        "SILOSCOPE_BOOTSTRAP_SERVERS=127.0.0.1:1", "SILOSCOPE_STORE__PATH=/tmp/my demo/store", command(), "status",
        "--page", "127.0.0.1:2", "--page", "127.0.0.1:3",
    ]  # fmt: skip
