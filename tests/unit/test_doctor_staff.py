"""The doctor about receivers and logins: each is tried without sending anything, and what is wrong has its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from siloscope.errors import Unusable
from siloscope.ops import doctor_staff
from siloscope.ops.broker import free_port
from siloscope.ops.doubtful import Doubtful
from siloscope.settings import load

SECRET = "whsec_c3ludGhldGljIHNlY3JldCBvZiBhIHRlc3Qh"


def hook(port: int) -> dict[str, Any]:
    return {"kind": "webhook", "url": f"http://127.0.0.1:{port}/hook", "allow_private": True, "secret": SECRET}


def told(receivers: dict[str, Any], *to: str) -> Any:
    return load(deliver={"receivers": receivers, "routes": [{"to": to}] if to else []})


def test_without_receivers_nobody_is_told_and_that_is_said() -> None:
    assert "nobody is told" in doctor_staff.receivers(load())


def test_a_receiver_that_can_be_reached_is_right_and_gets_nothing(tmp_path: Path) -> None:
    assert doctor_staff.receivers(told({"log": {"kind": "file", "path": tmp_path / "told"}}, "log")) == (
        f"log: {tmp_path / 'told'} can be written"
    )
    assert list(tmp_path.iterdir()) == []


def test_each_receiver_that_cannot_be_reached_is_named_without_its_secrets(tmp_path: Path) -> None:
    log = {"kind": "file", "path": tmp_path}
    with pytest.raises(Unusable) as caught:
        doctor_staff.receivers(told({"crm": hook(free_port()), "log": log, "desk": hook(free_port())}, "crm"))
    assert str(caught.value) == "crm: nobody listens there; desk: nobody listens there"


def test_a_receiver_to_which_no_route_leads_is_doubtful(tmp_path: Path) -> None:
    log = {"kind": "file", "path": tmp_path}
    with pytest.raises(Doubtful, match=r"no route of deliver\.routes leads to spare: they are told nothing"):
        doctor_staff.receivers(told({"log": log, "spare": log}, "log"))


def login(**board: Any) -> str:
    return doctor_staff.login(load(board=board))


def test_a_token_is_for_this_machine() -> None:
    assert login() == "one address with a token, on this machine"


def test_a_board_behind_a_proxy_says_whom_it_believes_and_what_it_lacks() -> None:
    way = {"way": "proxy", "roles": {"*": "viewer"}, "trusted_proxies": ["10.1.0.0/24"]}
    with pytest.raises(Doubtful, match=r"from 10\.1\.0\.0/24; everybody must log in again .*secret_file"):
        login(login=way)
    way["secret"] = "a secret of thirty-two letters and more"
    with pytest.raises(Doubtful, match=r"set board\.url"):
        login(login=way)
    assert login(login=way, url="https://board.fernhall.example") == "header X-Forwarded-User from 10.1.0.0/24"


def test_an_issuer_that_does_not_answer_is_wrong() -> None:
    oidc = {"issuer": f"http://127.0.0.1:{free_port()}", "client_id": "board"}
    with pytest.raises(Unusable, match="issuer"):
        login(login={"way": "oidc", "roles": {"*": "viewer"}, "oidc": oidc})


def test_a_board_without_a_store_works_without_journeys(tmp_path: Path) -> None:
    with pytest.raises(Doubtful, match="journeys and history are not shown: there is no store in"):
        doctor_staff.store(load(store={"path": tmp_path / "none"}))
    assert not (tmp_path / "none").exists()
