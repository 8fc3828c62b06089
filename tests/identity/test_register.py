"""The register in a real database: what it reads, how soon it sees a change, and that it fails closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from hub.errors import NoActingParty, Unauthenticated
from hub.identity.claims import CitizenClaims, EmployeeClaims
from hub.identity.model import Kind
from hub.identity.register import PERSON_SECONDS, STALE_AFTER, Register, RegisterUnavailable
from hub.store.roles import Endpoints
from schema.identifiers import NationalId
from tests.failing import DriverFailing
from tests.identity.forge import KARI
from tests.identity.registry import PERSON

ISSUED = {"issuer": "https://x.example", "expires_at": 1e10}
STAFF = EmployeeClaims(**ISSUED, tenant="t1", ident="A1", roles=frozenset({"role-1"}))
CITIZEN = CitizenClaims(**ISSUED, national_id=NationalId.parse(KARI), assurance=4, scopes=frozenset({"bofast:citizen"}))
ROWS = f"""
INSERT INTO hub.party (id, orgnr, kind, sector, name, municipality, log_shows_names)
VALUES ('9901-nav', '312345005', 'NAV', 'PUBLIC', 'NAV Testby', '9901', false);
INSERT INTO hub.unit (id, party_id, name, secure) VALUES ('9901', '9901-nav', 'NAV Testby', false);
INSERT INTO nav.person (id, national_id, first_name, last_name, address_grade, protection, shielded, source_party)
VALUES ('{PERSON}', '{KARI}', 'Kari', 'Testnes', 'UGRADERT', 'UGRADERT', false, '9901-nav');
INSERT INTO hub.employee (tenant, ident, display_name, person_id, unit_id, valid_from)
VALUES ('t1', 'A1', 'Ola Test', '{PERSON}', '9901', '2026-01-01');
INSERT INTO hub.registration (issuer, tenant, role, party_id, kind, groups, valid_from)
VALUES ('ENTRA', 't1', 'role-1', '9901-nav', 'nav', '{{SEES_FORTROLIG}}', '2026-01-01'),
       ('IDPORTEN', '*', 'bofast:citizen', NULL, 'citizen', '{{}}', '2026-01-01');
"""


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def owner(empty_database: Endpoints) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_database.owner)
    try:
        await connection.execute(ROWS)
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def register(owner: asyncpg.Connection, empty_database: Endpoints, clock: Clock) -> AsyncIterator[Register]:
    register = Register(empty_database.app, refresh_every=3600, clock=clock, today=lambda: date(2026, 11, 22))
    await register.start()
    yield register
    await register.stop()


async def test_employee_is_led_to_her_party(register: Register):
    requester = await register.resolve(STAFF)

    assert (requester.party, requester.unit, requester.kind) == ("9901-nav", "9901", Kind.NAV)
    assert (requester.person, requester.groups) == (PERSON, {"NAV", "PUBLIC", "SEES_FORTROLIG"})


async def test_citizen_is_found_by_national_id(register: Register):
    requester = await register.resolve(CITIZEN)

    assert (requester.person, requester.name, requester.kind) == (PERSON, "Kari Testnes", Kind.CITIZEN)


async def test_person_without_a_record_is_no_citizen_here(register: Register):
    stranger = CitizenClaims(
        **ISSUED, national_id=NationalId.parse("22816823084"), assurance=4, scopes=frozenset({"bofast:citizen"})
    )

    with pytest.raises(Unauthenticated) as refusal:
        await register.resolve(stranger)
    assert refusal.value.facts["reason"] == "UNKNOWN_CITIZEN"


async def test_withdrawn_registration_is_gone_after_a_refresh(register: Register, owner: asyncpg.Connection):
    await register.resolve(STAFF)
    await owner.execute("UPDATE hub.registration SET valid_to = '2026-11-21' WHERE role = 'role-1'")

    await register.refresh()

    with pytest.raises(NoActingParty):
        await register.resolve(STAFF)


async def test_register_refreshes_itself(owner: asyncpg.Connection, empty_database: Endpoints):
    register = Register(empty_database.app, refresh_every=0.05, today=lambda: date(2026, 11, 22))
    await register.start()
    try:
        await owner.execute("DELETE FROM hub.registration")
        with pytest.raises(NoActingParty):
            await _until_refused(register)
    finally:
        await register.stop()


async def test_register_refreshes_itself_whatever_the_driver_raises(
    owner: asyncpg.Connection, empty_database: Endpoints, driver_failing: DriverFailing
):
    register = Register(empty_database.app, refresh_every=0.05, today=lambda: date(2026, 11, 22))
    await register.start()
    try:
        await driver_failing("bofast-register")
        await owner.execute("DELETE FROM hub.registration")
        with pytest.raises(NoActingParty):
            await _until_refused(register)
    finally:
        await register.stop()


async def _until_refused(register: Register) -> None:
    for _ in range(100):
        await register.resolve(STAFF)
        await asyncio.sleep(0.05)


async def test_person_is_remembered_for_seconds_and_forgotten_by_a_refresh(
    register: Register, owner: asyncpg.Connection, clock: Clock
):
    await register.resolve(CITIZEN)
    await owner.execute("UPDATE nav.person SET first_name = 'Karin'")
    assert (await register.resolve(CITIZEN)).name == "Kari Testnes"

    clock.now += PERSON_SECONDS + 1
    assert (await register.resolve(CITIZEN)).name == "Karin Testnes"

    await owner.execute("UPDATE nav.person SET first_name = 'Kaja'")
    await register.refresh()
    assert (await register.resolve(CITIZEN)).name == "Kaja Testnes"


async def test_no_national_id_lies_in_memory(register: Register):
    await register.resolve(CITIZEN)

    assert KARI not in repr(register._persons)


async def test_old_picture_serves_for_a_while_and_then_nobody_gets_in(register: Register, clock: Clock):
    clock.now += STALE_AFTER
    assert await register.resolve(STAFF)

    clock.now += 1
    with pytest.raises(RegisterUnavailable):
        await register.resolve(STAFF)


async def test_register_that_was_not_started_lets_nobody_in(empty_database: Endpoints):
    with pytest.raises(RegisterUnavailable):
        await Register(empty_database.app).resolve(STAFF)


async def test_register_that_cannot_be_read_does_not_start_and_tells_no_address():
    register = Register("postgresql://nobody:secret@127.0.0.1:9/none")

    with pytest.raises(RegisterUnavailable) as refusal:
        await register.start()
    assert "secret" not in f"{refusal.value} {refusal.value.detail} {refusal.value.public()}"


async def test_register_lost_while_running_keeps_the_last_picture(register: Register, owner: asyncpg.Connection):
    await owner.execute("ALTER TABLE hub.registration RENAME TO registration_gone")

    with pytest.raises(RegisterUnavailable):
        await register.refresh()
    assert await register.resolve(STAFF)
