"""What listens: answers leave at once, and a port that is taken is said with its setting."""

from __future__ import annotations

import socket

import pytest

from siloscope.errors import Unusable
from siloscope.ops.listening import address_of, listening


def test_an_answer_in_two_parts_waits_for_no_acknowledgement() -> None:
    with listening("board", "127.0.0.1", 0) as at, socket.create_connection(at.getsockname()):
        accepted, _ = at.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_said_with_its_setting() -> None:
    with listening("board", "127.0.0.1", 0) as at:
        port = at.getsockname()[1]
        with pytest.raises(Unusable, match=rf"^board\.port {port} of 127\.0\.0\.1 cannot be had"):
            listening("board", "127.0.0.1", port)
        assert address_of(at) == f"http://127.0.0.1:{port}"
