"""What tests on a secured broker share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.secured import Secured, secured_broker

from siloscope.ops.broker import available


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A broker that lets in whom it knows, by TLS."""
    if (why_not := available()) is not None:
        pytest.skip(why_not)
    with secured_broker(tmp_path_factory.mktemp("certificates")) as broker:
        yield broker
