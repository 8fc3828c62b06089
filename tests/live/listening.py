"""Subscribers of a running hub, over WebSocket and over server-sent events; and things that happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.acceptance.house import House
from tests.acceptance.recorded import Recorded, read_record
from tests.events import happening

SOON = 5.0
QUIET = 0.6
"""Seconds after which an event would long have been told: the line is looked at ten times a second."""

CASE = "subscription Told($id: ID!, $after: ID) { caseEvents(caseId: $id, after: $after) { id kind occurredAt } }"
INBOX = """subscription Told($unit: String!, $after: ID) {
    inboxEvents(unit: $unit, after: $after) { id kind signal { id kind unit case { caseNo } } } }"""
SUBMISSIONS = """subscription Told($after: ID) {
    submissionEvents(after: $after) { id kind submissionId rowCount defaults { rowNo outcome } } }"""


class Listener:
    """One WebSocket of a persona, begun."""

    def __init__(self, house: House, connection: ClientConnection, request_id: str) -> None:
        self._house = house
        self._connection = connection
        self._request_id = request_id

    def say(self, message: object) -> None:
        self._connection.send(json.dumps(message))

    def hear(self, seconds: float = SOON) -> dict[str, Any]:
        return json.loads(self._connection.recv(seconds))

    def subscribe(self, query: str, name: str = "1", **variables: object) -> None:
        """Whatever happens from when this returns is told."""
        self.say({"type": "subscribe", "id": name, "payload": {"query": query, "variables": variables}})
        self.say({"type": "ping"})
        assert self.hear() == {"type": "pong"}

    def next(self, name: str = "1") -> dict[str, Any]:
        """The next answer."""
        message = self.hear()
        assert (message["type"], message["id"]) == ("next", name), message
        return message["payload"]

    def told(self, name: str = "1") -> Any:
        """The event of the next answer."""
        payload = self.next(name)
        assert "errors" not in payload
        [event] = payload["data"].values()
        return event

    def error(self, name: str = "1") -> str:
        """The code of the error that ends a subscription."""
        message = self.hear()
        assert (message["type"], message["id"]) == ("error", name), message
        return message["payload"][0]["extensions"]["code"]

    def hears_nothing(self) -> bool:
        """Not even that there was something."""
        try:
            self._connection.recv(QUIET)
        except TimeoutError:
            return True
        return False

    def closed(self) -> tuple[int | None, str | None]:
        try:
            while True:
                self._connection.recv(SOON)
        except ConnectionClosed:
            return self._connection.close_code, self._connection.close_reason

    @property
    def recorded(self) -> Recorded:
        """What the connection left on record until now."""
        return self._house.runner.run(read_record(self._house.owner, self._request_id))


@contextmanager
def listening(
    house: House, who: str, purpose: str | None = None, *, url: str | None = None, **payload: str
) -> Iterator[Listener]:
    request_id = f"test-{uuid4().hex}"
    address = (url or house.url).replace("http", "ws", 1) + "/graphql"
    with connect(
        address,
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers={"x-request-id": request_id},
        proxy=None,
        compression=None,
        max_size=None,
    ) as connection:
        assert connection.response is not None
        assert connection.response.headers["x-request-id"] == request_id
        listener = Listener(house, connection, request_id)
        said = {"Authorization": f"Bearer {house.token(who)}", **payload}
        listener.say({"type": "connection_init", "payload": said | ({"Behandlingsnummer": purpose} if purpose else {})})
        assert listener.hear() == {"type": "connection_ack"}
        yield listener


class Stream:
    """A stream of server-sent events."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, str | None, Any]:
        """The next event: its name, its id, its data."""
        fields: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(":")
            if name:
                fields[name] = value.strip()
            elif fields:
                return fields["event"], fields.get("id"), json.loads(fields["data"] or "null")
        raise EOFError


@contextmanager
def streaming(
    house: House, who: str, query: str, purpose: str | None = None, *, last: str | None = None, **variables: object
) -> Iterator[Stream]:
    headers = {"authorization": f"Bearer {house.token(who)}", "accept": "text/event-stream"}
    headers |= {"behandlingsnummer": purpose} if purpose else {}
    headers |= {"last-event-id": last} if last else {}
    body = {"query": query, "variables": variables}
    with house.http.stream("POST", "/graphql", json=body, headers=headers) as response:
        assert response.status_code == 200, response.read()
        yield Stream(response)


def signal(house: House, case: str, unit: str | None = None) -> str:
    """Something arrives about a case."""
    given = {} if unit is None else {"unit": unit}
    return str(house.runner.run(happening.signal(house.owner, UUID(case), **given)))


def submission(house: House, submitter: str) -> str:
    return str(house.runner.run(happening.submission(house.owner, submitter)))
