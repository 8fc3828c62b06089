"""A hub that takes files, over a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.app import prepare_database
from hub.identity.register import Register
from hub.settings import Limits
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import open_house
from tests.bulk.sending import Sender
from tests.conftest import clone

_REGISTER_SECONDS = 0.2
LIMITS = Limits(body_seconds=2, upload_bytes=12_000_000, upload_rows=20_000)


@pytest.fixture(scope="module")
def bank(server: EmbeddedServer, loaded_template: str) -> Iterator[Sender]:
    """The bank's system at a hub that others may be sent to as well."""
    with clone(server, loaded_template) as endpoints, pytest.MonkeyPatch.context() as patched:
        # So that a test need not wait long for the register to be read again.
        patched.setitem(Register.__init__.__kwdefaults__, "refresh_every", _REGISTER_SECONDS)
        prepare_database(endpoints.owner)
        with open_house(endpoints, limits=LIMITS) as house:
            yield Sender(house=house, who="bank-system", endpoints=endpoints)
