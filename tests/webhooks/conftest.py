"""A hub of one's own, and somebody who is called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.store.roles import Endpoints
from tests.acceptance.house import House, open_house
from tests.conftest import clone
from tests.webhooks.asking import end_all
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def hub(server, served_template) -> Iterator[House]:
    """One for the tests of a module: what happens in it, each test makes happen."""
    with clone(server, served_template) as endpoints, open_house(endpoints) as house:
        yield house


@pytest.fixture
def place(server, served_template) -> Iterator[Endpoints]:
    """A database of one's own, with the rights of the read roles."""
    with clone(server, served_template) as endpoints:
        yield endpoints


@pytest.fixture
def receiver(hub: House) -> Iterator[Receiver]:
    """Somebody who is called; after the test nobody is any more."""
    with receiving() as one:
        yield one
        end_all(hub)
