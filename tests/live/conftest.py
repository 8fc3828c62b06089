"""A hub to subscribe at: one with a database of its own for each module, as events change what others look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone


@pytest.fixture(scope="module")
def house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        with open_house(endpoints) as opened:
            yield opened
