"""What a bank hears about a file, and what it takes to judge it, does not depend on what the bank may not know."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from hub.demo.people import EVA
from hub.store.embedded import EmbeddedServer
from tests.bulk.sending import COLLECTION, NDJSON, ndjson, new_key
from tests.intake.factory import row, strangers
from tests.noninterference.changes import Change, changed
from tests.noninterference.conftest import traced
from tests.noninterference.test_commands import WORLDS, known_person
from tests.noninterference.trace import Tracer

_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_AT = re.compile(rb'"(receivedAt|judgedAt)":"[^"]*"')
_WRITTEN = (
    "hub.submission",
    "hub.submitted_default",
    "hub.upload",
    "hub.upload_rejection",
    "audit.event",
    "audit.security_event",
)
_BANK = "bank-system"
_PATIENCE = 10.0


@pytest.fixture(scope="module")
def files(server: EmbeddedServer, loaded_template: str) -> Iterator[Tracer]:
    """A hub of its own: files leave more than the answers to questions do."""
    with traced(server, loaded_template) as tracer:
        yield tracer
        # What it left has been taken back, or goes with the database.


def settle(tracer: Tracer) -> None:
    """Until everything that was taken in has been passed on to cases, which is done after the answer."""
    until = time.monotonic() + _PATIENCE
    while tracer.house.value("SELECT count(*) FROM hub.unrouted WHERE due_at <= now()"):
        if time.monotonic() > until:
            raise TimeoutError("it was not passed on")
        time.sleep(0.01)


def sent(tracer: Tracer, number: str) -> tuple[object, ...]:
    """Everything that can be told of a file about this person, from outside and inside."""
    house = tracer.house
    settle(tracer)
    rows = [row(number, loanRef="BL-1"), row(number, loanRef="BL-2", unpaidTerms=0), row(EVA.national_id)]
    headers = {"authorization": f"Bearer {house.token(_BANK)}"}
    before = [house.value(f"SELECT count(*) FROM {table}") for table in _WRITTEN]
    tracer._watch.take_judged()
    answer = house.http.post(
        COLLECTION,
        content=ndjson(rows),
        headers={**headers, "idempotency-key": new_key(), "content-type": NDJSON},
    )
    place = answer.headers["location"]
    while house.value("SELECT state FROM hub.upload WHERE id = $1::text::uuid", place.split("/")[2]) != "JUDGED":
        time.sleep(0.01)
    settle(tracer)
    told = [house.http.get(path, headers=headers) for path in (place, f"{place}/results")]
    after = [house.value(f"SELECT count(*) FROM {table}") for table in _WRITTEN]
    return (
        [one.status_code for one in (answer, *told)],
        [_AT.sub(b"", _ID.sub(b"", one.content)) for one in (*told,)],
        [sorted(set(one.headers) - {"date"}) for one in (answer, *told)],
        tracer._watch.take_judged(),
        [now - then for then, now in zip(before, after, strict=True)],
    )


@pytest.mark.parametrize("name", WORLDS)
def test_file_is_the_same_whatever_becomes_of_the_person(files: Tracer, name: str) -> None:
    world = WORLDS[name]
    number, person = known_person(files, has_consent=world.has_consent)
    before = sent(files, number)
    with changed(files.house, Change(name=name, steps=tuple(world.steps(files.house, person)))):
        after = sent(files, number)
    assert before == after


def test_file_is_the_same_for_an_unknown_number(files: Tracer) -> None:
    number, _ = known_person(files, has_consent=False)
    (unknown,) = strangers(1)
    assert sent(files, number) == sent(files, unknown)


def test_accepted_and_rejected_are_told_apart(files: Tracer) -> None:
    """Else the tests above would compare rejections only."""
    told = {
        has_consent: sent(files, known_person(files, has_consent=has_consent)[0])[1] for has_consent in (True, False)
    }
    assert told[True] != told[False]
