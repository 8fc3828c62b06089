"""A hub of its own for the accidents of others: some of them need its data, or its database, to change under it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone
from tests.noninterference.changes import unlock_ledgers


@pytest.fixture(scope="package")
def house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    """One hub for all tests of this folder: each puts back what it changed."""
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        with open_house(endpoints) as opened:
            unlock_ledgers(opened)
            yield opened
