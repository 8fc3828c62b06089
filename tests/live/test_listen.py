"""`bofast listen` at a running hub."""

from __future__ import annotations

import json
import subprocess
import threading

from hub.demo.people import EVA
from tests.acceptance.house import House
from tests.live.listening import CASE
from tests.live.test_case_events import happens
from tests.running import BOFAST, bofast, clean_environment


def test_listen_prints_each_event_as_it_comes_and_goes_on_after_one(house: House) -> None:
    case = house.case_of(EVA)
    first = listened(house, case)
    happens(house, case)
    again = listened(house, case, "--after", first["extensions"]["event"])
    assert first["data"]["caseEvents"]["kind"] == again["data"]["caseEvents"]["kind"] == "PLAN_CHANGED"
    assert first["extensions"] != again["extensions"]


def listened(house: House, case: str, *more: str) -> dict[str, dict[str, dict[str, str]]]:
    """The first line; until it comes, something happens over and over."""
    command = (*BOFAST, "listen", CASE, "--as", "nav-caseworker", "--purpose", "B101", "--url", house.url)
    variables = ("--variables", json.dumps({"id": case}))
    with subprocess.Popen(
        [*command, *variables, *more], stdout=subprocess.PIPE, text=True, env=clean_environment()
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        reading = threading.Thread(target=lambda: lines.append(process.stdout.readline()))  # type: ignore[union-attr]
        reading.start()
        while reading.is_alive():
            if not more:
                happens(house, case)
            reading.join(0.5)
        process.terminate()
    return json.loads(lines[0])


def test_listen_says_why_there_is_nothing_to_listen_to(house: House) -> None:
    done = bofast("listen", CASE, "--as", "nav-caseworker", "--variables", '{"id": "x"}', url=house.url)
    assert done.returncode == 1
    assert "PURPOSE_REQUIRED" in done.stderr
