"""A file of a hundred thousand rows takes no more memory than one of a thousand. Takes minutes: `-m slow`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from hub.app import prepare_database
from hub.demo.personas import persona
from hub.identity.sign_in import sign_in
from hub.store.embedded import EmbeddedServer
from tests.bulk.sending import COLLECTION, NDJSON, new_key
from tests.conftest import clone
from tests.exactly_once.house import Hub
from tests.intake.factory import row
from tests.running import free_port

ROOT = Path(__file__).parents[2]
MORE = 64 * 2**20
"""Bytes that a hundred times the rows may take beside: a good deal less than the file."""


@pytest.fixture
def hub(server: EmbeddedServer, loaded_template: str, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A hub in a process of its own: its address, and its number."""
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        one = Hub(port=free_port(), data=tmp_path, databases=asdict(endpoints))
        one.start()
        assert one.number is not None
        yield one.url, one.number
        one.end()


def peak(number: int) -> int:
    """The most that a process ever had in memory, in bytes."""
    status = Path(f"/proc/{number}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) * 1_024


def lines(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield orjson.dumps(row(loanRef=f"BL-{number}"), option=orjson.OPT_APPEND_NEWLINE)


@pytest.mark.slow
def test_hundred_thousand_rows_take_no_more_memory_than_a_thousand(hub: tuple[str, int]) -> None:
    url, number = hub
    bank = persona("bank-system")
    assert bank is not None
    token = asyncio.run(sign_in(url, bank))
    peaks = {}
    with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as http:
        for count in (1_000, 100_000):
            headers = {"idempotency-key": new_key(), "content-type": NDJSON}
            sent = http.post(COLLECTION, content=lines(count), headers=headers)
            told: dict[str, Any] = sent.json()
            while told["state"] != "JUDGED":
                time.sleep(0.2)
                told = http.get(sent.headers["location"]).json()
            assert told["accepted"] == count
            with http.stream("GET", f"{sent.headers['location']}/results") as answer:
                assert sum(1 for _ in answer.iter_lines()) == count
            peaks[count] = peak(number)
    assert peaks[100_000] < peaks[1_000] + MORE
