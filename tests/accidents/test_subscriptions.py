"""Accidents of subscriptions: somebody is told without having said who it is, or takes all there is."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from hub.demo.people import KARI
from hub.settings import Limits
from tests.acceptance.house import House
from tests.live.listening import CASE, listening, signal

MODERN, LEGACY = "graphql-transport-ws", "graphql-ws"


def opened(house: House, *protocols: str) -> ClientConnection:
    url = house.url.replace("http", "ws", 1)
    return connect(f"{url}/graphql", subprotocols=[Subprotocol(name) for name in protocols], proxy=None)


def start(house: House, kind: str) -> str:
    payload = {"query": CASE, "variables": {"id": house.case_of(KARI)}}
    return json.dumps({"id": "1", "type": kind, "payload": payload})


# --- CVE-2026-35523: the legacy protocol starts what is asked before anybody has said who it is -----------------------


def test_cve_2026_35523_legacy_protocol_gets_no_connection(house: House) -> None:
    with pytest.raises(InvalidStatus) as caught, opened(house, LEGACY):
        pass
    assert caught.value.response.status_code == 400
    assert json.loads(caught.value.response.body)["errors"][0]["extensions"]["code"] == "SUBPROTOCOL_NOT_SERVED"


def test_cve_2026_35523_who_offers_both_is_spoken_to_in_the_modern_one(house: House) -> None:
    with opened(house, LEGACY, MODERN) as connection:
        assert connection.subprotocol == MODERN


@pytest.mark.parametrize("kind", ["subscribe", "start"])
def test_cve_2026_35523_nothing_is_started_before_the_beginning(house: House, kind: str) -> None:
    with opened(house, MODERN) as connection:
        connection.send(start(house, kind))
        signal(house, house.case_of(KARI))
        with pytest.raises(ConnectionClosed):
            connection.recv(5)
        assert connection.close_code == (4401 if kind == "subscribe" else 4400)


def test_cve_2026_35523_nothing_is_started_by_who_was_refused(house: House) -> None:
    with opened(house, MODERN) as connection:
        connection.send(json.dumps({"type": "connection_init", "payload": {"Authorization": "Bearer none"}}))
        # It may be closed before there is anything to start.
        with suppress(ConnectionClosed):
            connection.send(start(house, "subscribe"))
        with pytest.raises(ConnectionClosed):
            connection.recv(5)
        assert connection.close_code == 4401


# --- CVE-2026-35526: each message starts something, without end ------------------------------------------------------


def test_cve_2026_35526_a_flood_of_subscriptions_starts_no_more_than_the_limit(house: House) -> None:
    most, flood = Limits().live_operations, 500
    with listening(house, "nav-caseworker", "B101") as flooding:
        for number in range(flood):
            payload = {"query": CASE, "variables": {"id": house.case_of(KARI) if number == 0 else "x"}}
            flooding.say({"type": "subscribe", "id": str(number), "payload": payload})
        refused: list[dict[str, Any]] = []
        while len(refused) < flood - most:
            message = flooding.hear()
            # The first is of a case in which something may still happen.
            if (message["type"], message["id"]) != ("next", "0"):
                refused.append(message)
        assert {message["type"] for message in refused} == {"error"}
        assert {message["payload"][0]["extensions"]["limit"] for message in refused} == {"live_operations"}
        assert [message["id"] for message in refused] == [str(number) for number in range(most, flood)]
        # Those that there were go on.
        signal(house, house.case_of(KARI))
        assert flooding.told("0")["kind"] == "SIGNAL_RECEIVED"


def test_cve_2026_35526_what_is_over_takes_no_place(house: House) -> None:
    """As in CVE-2026-107727: subscriptions that are over must not count."""
    most = Limits().live_operations
    with listening(house, "nav-caseworker", "B101") as one:
        for number in range(3 * most):
            one.subscribe(CASE, str(number), id="x")
            one.say({"type": "complete", "id": str(number)})
        for number in range(most):
            one.say({"type": "subscribe", "id": f"bad-{number}", "payload": {"query": "{"}})
            assert one.error(f"bad-{number}") == "GRAPHQL_VALIDATION_FAILED"
        for number in range(most):
            one.subscribe(CASE, f"good-{number}", id="x")


def test_cve_2026_35526_who_has_not_begun_is_closed_and_takes_no_place_of_a_party(house: House) -> None:
    with ExitStack() as waiting:
        for _ in range(Limits().live_per_party + 5):
            waiting.enter_context(opened(house, MODERN))
        with listening(house, "nav-caseworker", "B101") as one:
            one.subscribe(CASE, id=house.case_of(KARI))
