"""A hub that is watched, over a database of its own whose ledgers let a test take back what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import make_url

from hub.app import prepare_database
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import open_house
from tests.conftest import clone
from tests.noninterference.changes import unlock_ledgers
from tests.noninterference.trace import Tracer
from tests.noninterference.watching import watching


@contextmanager
def traced(server: EmbeddedServer, template: str) -> Iterator[Tracer]:
    """A hub with its own database, for as long as it is wanted."""
    with clone(server, template) as endpoints:
        prepare_database(endpoints.owner)
        with watching(make_url(endpoints.app).database or "") as watch, open_house(endpoints) as house:
            unlock_ledgers(house)
            yield Tracer(house, watch)


@pytest.fixture(scope="package")
def tracer(server: EmbeddedServer, loaded_template: str) -> Iterator[Tracer]:
    """One hub for all tests of this folder: each puts the data back as it was."""
    with traced(server, loaded_template) as tracer:
        yield tracer


@pytest.fixture(autouse=True)
def _counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that asked, the record holds what it should and nothing more."""
    yield
    if "tracer" in request.fixturenames:
        request.getfixturevalue("tracer").hold_count()
