"""A hub for each module: what one gives and withdraws, another must not find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone


@pytest.fixture(scope="module")
def own_house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    """Over the demo's data, with the rights of the read roles."""
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        with open_house(endpoints) as opened:
            yield opened
