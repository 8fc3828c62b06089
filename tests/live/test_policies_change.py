"""Policies that change while somebody subscribes: the next event is decided by those in force."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from hub.app import prepare_database
from hub.demo.people import EVA
from hub.rules import POLICIES, read_folder, read_rules
from hub.rules.activation import reload
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints
from tests.acceptance.house import House, open_house
from tests.conftest import clone
from tests.live.listening import CASE, listening
from tests.live.test_case_events import happens

_CLOSING = """
@id("core.reload.events")
@basis("DATA_MINIMISATION")
@because("For this test: nobody is told of a case in which NAV in 9901 takes part.")
forbid (
  principal,
  action == Action::"see:CaseEvent",
  resource
) when {
  resource.parties.contains(Party::"9901-nav")
};
"""


@pytest.fixture(scope="module")
def served(server: EmbeddedServer, loaded_template: str) -> Iterator[tuple[Endpoints, House]]:
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        with open_house(endpoints) as house:
            yield endpoints, house


def test_policy_that_closes_takes_effect_with_the_next_event_and_so_does_one_that_opens(
    served: tuple[Endpoints, House],
) -> None:
    endpoints, house = served
    files = read_folder(POLICIES)
    packaged = read_rules(files)
    closed = read_rules({**files, "core.cedar": files["core.cedar"] + _CLOSING})
    case = house.case_of(EVA)
    with listening(house, "nav-caseworker", "B101") as caseworker:
        caseworker.subscribe(CASE, id=case)
        happens(house, case)
        assert caseworker.told()["kind"] == "PLAN_CHANGED"
        asyncio.run(reload(endpoints.owner, closed))
        happens(house, case)
        # Longer than elsewhere: this process loads the other set first.
        for _ in range(4):
            assert caseworker.hears_nothing()
        asyncio.run(reload(endpoints.owner, packaged))
        happens(house, case)
        assert caseworker.told()["kind"] == "PLAN_CHANGED"
        assert len(caseworker.recorded.events) == 2
