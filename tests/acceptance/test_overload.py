"""More requests at once than there is room for: the next is told so at once, and those inside are answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.settings import Limits
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone

ROOM = 2
QUERY = "{ cases(first: 3) { nodes { id } } }"
WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND relation = 'hub.case'::regclass"


@pytest.fixture(scope="module")
def small(server: EmbeddedServer, served_template: str) -> Iterator[House]:
    with (
        clone(server, served_template) as endpoints,
        open_house(endpoints, limits=Limits(concurrent_requests=ROOM)) as house,
    ):
        yield house


def test_one_too_many_is_turned_away_while_the_others_wait_for_a_lock(small: House) -> None:
    small.token("nav-caseworker")
    assert "data" in small.ask("nav-caseworker", QUERY, purpose="B101").json
    with ThreadPoolExecutor(ROOM) as askers:
        small.execute("BEGIN; LOCK TABLE hub.case IN ACCESS EXCLUSIVE MODE")
        inside = [askers.submit(small.ask, "nav-caseworker", QUERY, purpose="B101") for _ in range(ROOM)]
        try:
            _until_waiting(small, ROOM)
            turned_away = [
                small.ask("nav-caseworker", QUERY, purpose="B101"),
                small.ask(None, "{ me { actor } }"),
            ]
            lives = small.http.get("/health/live").status_code
        finally:
            small.execute("ROLLBACK")
        answered = [asked.result() for asked in inside]
    for answer in turned_away:
        assert (answer.status, answer.codes, answer.headers["retry-after"]) == (503, ["OVERLOADED"], "1")
        # It did nothing, and nothing of it is on record.
        assert (answer.recorded.events, answer.recorded.refusals) == ((), ())
    assert turned_away[0].content == turned_away[1].content
    assert lives == 200
    assert [answer.status for answer in answered] == [200] * ROOM
    assert all(answer.data["cases"]["nodes"] for answer in answered)
    assert small.ask("nav-caseworker", QUERY, purpose="B101").status == 200


def test_query_that_runs_long_is_ended_and_others_are_answered_meanwhile(small: House) -> None:
    """A lock stands for a long run: to the server both are a statement that does not come to its end."""
    small.token("nav-caseworker")
    with ThreadPoolExecutor(1) as askers:
        small.execute("BEGIN; LOCK TABLE hub.case IN ACCESS EXCLUSIVE MODE")
        try:
            slow = askers.submit(small.ask, "nav-caseworker", QUERY, purpose="B101")
            _until_waiting(small, 1)
            assert small.ask("nav-caseworker", "{ me { actor } }").status == 200
            ended = slow.result(timeout=30)
        finally:
            small.execute("ROLLBACK")
    assert (ended.status, ended.codes, ended.headers["retry-after"]) == (503, ["SOURCE_TIMEOUT"], "1")
    assert small.ask("nav-caseworker", QUERY, purpose="B101").status == 200


def _until_waiting(house: House, number: int) -> None:
    deadline = time.monotonic() + 20
    while house.value(WAITING) < number:
        assert time.monotonic() < deadline, "nobody waits for the lock"
        time.sleep(0.02)


def test_hub_that_is_full_from_the_first_moment_can_still_fetch_the_keys_of_its_own_issuer(
    server: EmbeddedServer, served_template: str
) -> None:
    with (
        clone(server, served_template) as endpoints,
        open_house(endpoints, limits=Limits(concurrent_requests=ROOM)) as house,
    ):
        house.token("nav-caseworker")
        with ThreadPoolExecutor(ROOM) as askers:
            asked = [askers.submit(house.ask, "nav-caseworker", "{ me { actor } }") for _ in range(ROOM)]
            assert [one.result().status for one in asked] == [200] * ROOM
