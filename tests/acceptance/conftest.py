"""A hub to ask: one for all tests that only look, one of its own for a module that changes something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone


@pytest.fixture(scope="session")
def house(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub for all tests that only look."""
    with clone(server, served_template) as endpoints, open_house(endpoints) as opened:
        yield opened


@pytest.fixture(scope="module")
def own_house(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    """A hub for one module, with a record that nobody else writes to."""
    with clone(server, served_template) as endpoints, open_house(endpoints) as opened:
        yield opened
