"""How many connections there may be in this process, and how many of one party."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from hub.errors import LimitExceeded, Overloaded


class TooManyConnections(LimitExceeded):
    """This party holds as many connections as it may."""

    status = 429


class Seats:
    """Counts those who hold a connection. Each process counts its own."""

    def __init__(self, *, connections: int, of_a_party: int) -> None:
        self._connections = connections
        self._of_a_party = of_a_party
        self._all = 0
        self._parties: Counter[str] = Counter()

    @contextmanager
    def connection(self) -> Generator[None]:
        """A place for somebody who has not said yet who it is. Raises `Overloaded`."""
        if self._all >= self._connections:
            raise Overloaded
        self._all += 1
        try:
            yield
        finally:
            self._all -= 1

    @contextmanager
    def party(self, party: str) -> Generator[None]:
        """One of this party's places. Raises `TooManyConnections`."""
        if self._parties[party] >= self._of_a_party:
            raise TooManyConnections(
                f"The limit on live_per_party is {self._of_a_party}; this is 1 over.",
                limit="live_per_party",
                bound=self._of_a_party,
                over=1,
            )
        self._parties[party] += 1
        try:
            yield
        finally:
            self._parties[party] -= 1
            if not self._parties[party]:
                del self._parties[party]
