"""Ctrl-C is heeded, also where its exception is lost."""

from __future__ import annotations

import os
import signal
import weakref

import pytest

from siloscope.ops.demo_parts import signals_interrupt


class Thing:
    """Something that can be watched going away."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_whose_exception_is_lost_is_still_known(number: int) -> None:
    thing = Thing()
    with signals_interrupt() as came:
        watch = weakref.ref(thing, lambda _: os.kill(os.getpid(), number))  # what is raised in here reaches nobody
        try:
            del thing
        except KeyboardInterrupt:
            pass
        assert came.is_set()
    assert watch() is None


def test_the_handlers_of_before_are_there_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with signals_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
