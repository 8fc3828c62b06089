"""Migrations: from nothing, from the version before with data in it, and in agreement with the tables."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from hub.store.fitness import packaged_version
from hub.store.roles import Endpoints, create_database

_INSERT = (
    "INSERT INTO nav.person (national_id, first_name, last_name, residential_address, postal_address, "
    "address_grade, protection, source_party) VALUES ($1, 'Prøve', 'Person', $2, $3, 'UGRADERT', $4, 'nav') "
    "RETURNING id"
)
_PARTS = "residential_line, residential_postal_code, residential_place, postal_line, postal_postal_code, postal_place"


@pytest.fixture
def unmigrated(server: EmbeddedServer) -> Iterator[Endpoints]:
    name = f"unmigrated_{uuid4().hex}"
    server.execute(create_database(name))
    yield server.endpoints(name)
    server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def asked(dsn: str, sql: str) -> list[tuple[object, ...]]:
    async def ask() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def run(dsn: str, statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()

    asyncio.run(execute())


def add_old_persons(dsn: str, *persons: tuple[str, str | None, str | None, str]) -> list[UUID]:
    async def add() -> list[UUID]:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(
                "INSERT INTO hub.party (id, kind, sector, name) VALUES ('nav', 'NAV', 'PUBLIC', 'NAV')"
            )
            return [await connection.fetchval(_INSERT, *person) for person in persons]
        finally:
            await connection.close()

    return asyncio.run(add())


def test_tables_and_migrations_agree(empty_database: Endpoints) -> None:
    assert migrate.check(empty_database.owner) == []


def test_drift_is_found(empty_database: Endpoints) -> None:
    asked(empty_database.owner, "ALTER TABLE hub.party ADD COLUMN forgotten text")
    assert ["forgotten" in difference for difference in migrate.check(empty_database.owner)] == [True]


def test_second_upgrade_does_nothing(empty_database: Endpoints) -> None:
    migrate.upgrade(empty_database.owner)
    assert asked(empty_database.owner, "SELECT version_num FROM hub.alembic_version") == [(packaged_version(),)]


def test_upgrade_by_a_superuser_still_leaves_everything_to_the_owner(
    server: EmbeddedServer, unmigrated: Endpoints
) -> None:
    name = unmigrated.owner.rpartition("@/")[2].partition("?")[0]
    server.execute("ALTER ROLE bofast_app SUPERUSER", name)
    try:
        migrate.upgrade(unmigrated.app)
    finally:
        server.execute("ALTER ROLE bofast_app NOSUPERUSER", name)
    owners = asked(unmigrated.owner, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('hub', 'audit')")
    assert owners == [("bofast_owner",)]


def test_addresses_of_the_first_version_are_taken_apart(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    add_old_persons(
        unmigrated.owner,
        ("15928741270", "Prøveveien 4, leil. 2, 9901 Testby", "Postboks 7, 0125 Oslo", "UGRADERT"),
        ("22816823084", "12 Rue de l'Essai, Paris", "  ", "UGRADERT"),
        ("03847538057", None, "SOT6, Postboks 2094 Vika, 0125 Oslo", "STRENGT_FORTROLIG"),
        ("52879131057", None, None, "FORTROLIG"),
    )
    migrate.upgrade(unmigrated.owner)
    people = asked(unmigrated.owner, f"SELECT national_id, {_PARTS}, grade FROM nav.person ORDER BY national_id")
    assert people == [
        ("03847538057", None, None, None, "SOT6, Postboks 2094 Vika", "0125", "Oslo", 2),
        ("15928741270", "Prøveveien 4, leil. 2", "9901", "Testby", "Postboks 7", "0125", "Oslo", 0),
        ("22816823084", "12 Rue de l'Essai, Paris", None, None, None, None, None, 0),
        ("52879131057", None, None, None, None, None, None, 1),
    ]
    assert migrate.check(unmigrated.owner) == []


def test_going_back_puts_the_addresses_together_again(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    told = (
        ("15928741270", "Prøveveien 4, 9901 Testby", None, "UGRADERT"),
        ("22816823084", "12 Rue de l'Essai, Paris", "Postboks 7, 0125 Oslo", "UGRADERT"),
    )
    add_old_persons(unmigrated.owner, *told)
    migrate.upgrade(unmigrated.owner)
    migrate.downgrade(unmigrated.owner, "0001")
    people = asked(
        unmigrated.owner,
        "SELECT national_id, residential_address, postal_address, protection FROM nav.person ORDER BY 1",
    )
    assert tuple(people) == told


def test_strict_protection_is_guarded_before_and_after(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0001")
    with pytest.raises(asyncpg.CheckViolationError):
        add_old_persons(unmigrated.owner, ("03847538057", "Skjulestedet 1", None, "STRENGT_FORTROLIG"))
    migrate.upgrade(unmigrated.owner)
    with pytest.raises(asyncpg.CheckViolationError):
        asked(
            unmigrated.owner,
            "INSERT INTO nav.person (national_id, first_name, last_name, residential_line, address_grade, protection, "
            "source_party) VALUES ('03847538057', 'O', 'H', 'Skjulestedet 1', 'UGRADERT', 'STRENGT_FORTROLIG', 'nav')",
        )


_OLD_LEDGERS = """
    INSERT INTO hub.party (id, kind, sector, name) VALUES
        ('nav', 'NAV', 'PUBLIC', 'NAV'), ('p', 'BANK', 'PRIVATE', 'P');
    INSERT INTO nav.person (id, national_id, first_name, last_name, address_grade, protection, source_party) VALUES
        (uuid_of(1), '15928741270', 'A', 'A', 'UGRADERT', 'UGRADERT', 'nav'),
        (uuid_of(2), '22816823084', 'B', 'B', 'UGRADERT', 'UGRADERT', 'nav');
    INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from) VALUES
        (uuid_of(1), 'VERGEMAL', uuid_of(1), uuid_of(2), '{ECONOMY}', '{READ,ACT}', '2020-01-01'),
        (uuid_of(2), 'FULLMAKT', uuid_of(1), uuid_of(2), '{ECONOMY}', '{READ}', '2020-01-01'),
        (uuid_of(3), 'FULLMAKT', uuid_of(1), uuid_of(2), '{HOUSING}', '{ACT}', '2020-01-01');
    INSERT INTO hub.consent (id, kind, subject_id, source_party, recipient_party, purpose, categories, given_by,
        mandate_id, notice_version, notice_sha256, language, collection_method, assurance, given_at, effective_from,
        expires_at, recorded_at)
    SELECT uuid_of(n), 'CONSENT_BANK_SECRECY', uuid_of(1), 'p', 'nav', 'REFINANCING', '{BUDGET}', 'GUARDIAN',
        uuid_of(1), '7', repeat('a', 64), 'en', 'PAPER_SCAN', 3, day('2026-01-01'), day(since), day(until),
        day('2026-01-03')
    FROM (VALUES (1, '2026-01-02', '2126-01-01'), (2, '2026-01-02', '2126-01-01'), (3, '2026-01-02', '2026-01-09'),
        (4, '2120-01-01', '2126-01-01'), (5, '2026-01-02', '2126-01-01'), (6, '2026-01-02', '2026-01-09')
    ) AS made (n, since, until);
    INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_at, recorded_by)
    SELECT uuid_of(n), kind, day(at), day(at), 'citizen'
    FROM (VALUES (1, 'GIVEN', '2026-01-02'), (2, 'GIVEN', '2026-01-02'), (2, 'WITHDRAWN', '2026-02-01'),
        (3, 'GIVEN', '2026-01-02'), (4, 'GIVEN', '2026-01-02'), (5, 'REQUESTED', '2026-01-02'),
        (6, 'GIVEN', '2026-01-02'), (6, 'RENEWED', '2026-03-01')
    ) AS happened (n, kind, at)
"""
_SHORT = {"uuid_of": "md5({}::text)::uuid", "day": "({})::date::timestamptz"}
_OLD_CONSENT = "id, given_by, mandate_id, notice_version, language, assurance, given_at, effective_from, expires_at"
_OPEN = "SELECT id FROM facts.consent ORDER BY 1"
_STATUS = "SELECT consent_id, status FROM facts.consent_status ORDER BY 1"
_RIGHTS = "SELECT id, rights FROM hub.mandate ORDER BY 1"


def old_ledgers() -> str:
    sql = _OLD_LEDGERS
    for name, meaning in _SHORT.items():
        sql = re.sub(rf"\b{name}\(([^)]*)\)", lambda found, meaning=meaning: meaning.format(found[1]), sql)
    return sql


def test_terms_of_a_consent_move_to_the_event_that_gave_it(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0005")
    run(unmigrated.owner, old_ledgers())
    before = [asked(unmigrated.owner, sql) for sql in (_OPEN, _STATUS)]
    migrate.upgrade(unmigrated.owner)
    # The fourth counts from a later day on: until then it has not been given.
    [open_, status] = [asked(unmigrated.owner, sql) for sql in (_OPEN, _STATUS)]
    fourth = asked(unmigrated.owner, "SELECT md5('4')::uuid")[0][0]
    assert open_ == before[0] == asked(unmigrated.owner, "SELECT md5('1')::uuid")
    assert dict(status) == dict(before[1]) | {fourth: "REQUESTED"}
    terms = asked(
        unmigrated.owner,
        "SELECT given_by, mandate_id = md5('1')::uuid, assurance, collection_method, notice_version, language, "
        "given_at < effective_at, extract(year FROM expires_at) FROM hub.consent_event "
        "WHERE kind = 'GIVEN' AND consent_id = md5('2')::uuid",
    )
    assert terms == [("GUARDIAN", True, 3, "PAPER_SCAN", "7", "en", True, 2126)]
    bare = asked(unmigrated.owner, "SELECT kind FROM hub.consent_event WHERE expires_at IS NULL ORDER BY kind")
    assert bare == [("REQUESTED",), ("WITHDRAWN",)]
    assert migrate.check(unmigrated.owner) == []


def test_right_to_act_becomes_the_rights_that_it_was(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0005")
    run(unmigrated.owner, old_ledgers())
    before = asked(unmigrated.owner, _RIGHTS)
    migrate.upgrade(unmigrated.owner)
    acts = ["CONSENT", "WITHDRAW", "SIGN_AGREEMENT"]
    after = [(id_, [new for old in rights for new in (acts if old == "ACT" else [old])]) for id_, rights in before]
    assert asked(unmigrated.owner, _RIGHTS) == after
    migrate.downgrade(unmigrated.owner, "0005")
    assert asked(unmigrated.owner, _RIGHTS) == before


def test_going_back_gives_each_consent_its_terms_again(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0005")
    run(unmigrated.owner, old_ledgers())
    reading = (_OPEN, _STATUS, f"SELECT {_OLD_CONSENT} FROM hub.consent WHERE id <> md5('5')::uuid ORDER BY 1")
    before = [asked(unmigrated.owner, sql) for sql in reading]
    migrate.upgrade(unmigrated.owner)
    migrate.downgrade(unmigrated.owner, "0005")
    after = [asked(unmigrated.owner, sql) for sql in reading]
    # One that counted from a later day on has an event of that day now, and one that was never given no terms.
    sixth = asked(unmigrated.owner, "SELECT md5('6')::uuid")[0][0]
    assert after[0] == before[0]
    assert [row for row in after[2] if row[0] != sixth] == [row for row in before[2] if row[0] != sixth]
    migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, _OPEN) == before[0]


def test_neither_way_leaves_a_ledger_open_to_change(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0005")
    run(unmigrated.owner, old_ledgers())
    for move in (lambda: migrate.upgrade(unmigrated.owner), lambda: migrate.downgrade(unmigrated.owner, "0005")):
        move()
        for ledger in ("consent", "consent_event", "mandate"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                run(unmigrated.owner, f"DELETE FROM hub.{ledger}")


_WITHDRAWN = """
    INSERT INTO hub.party (id, kind, sector, name) VALUES ('p', 'BANK', 'PRIVATE', 'P');
    INSERT INTO hub.submission (id, submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
        VALUES (md5('1')::uuid, 'p', 'p', 'MORTGAGE_DEFAULT', 'the-key-of-it', repeat('0', 64), 1);
    INSERT INTO hub.submitted_default (id, submission_id, submitter_party, row_no, outcome, content_sha256,
        first_unpaid_due, unpaid_terms, arrears_ore)
        VALUES (md5('1')::uuid, md5('1')::uuid, 'p', 1, 'ACCEPTED', repeat('0', 64), '2026-09-01', 2, 100);
    INSERT INTO hub.submitted_default_event (id, submitted_default_id, submitter_party, event_no, kind, actor,
        withdrawal_reason, first_unpaid_due, unpaid_terms, arrears_ore)
        VALUES (md5('2')::uuid, md5('1')::uuid, 'p', 1, 'WITHDRAWN', 'p', 'PAID', '2026-09-01', 2, 100);
    DELETE FROM hub.unrouted;
    INSERT INTO hub.routed (id, kind, outcome) VALUES (md5('2')::uuid, 'DEFAULT_EVENT', 'NO_GROUND');
"""


def test_going_back_leaves_a_withdrawn_default_as_it_was_sent(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner)
    run(unmigrated.owner, _WITHDRAWN)
    migrate.downgrade(unmigrated.owner, "0011")
    sent = "SELECT outcome, arrears_ore FROM hub.submitted_default"
    assert asked(unmigrated.owner, sent) == [("ACCEPTED", 100)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        run(unmigrated.owner, "DELETE FROM hub.routed")
    migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, "SELECT status FROM hub.submitted_default_standing") == [("ACCEPTED",)]
    assert migrate.check(unmigrated.owner) == []


def test_failed_migration_leaves_nothing_half_done(unmigrated: Endpoints) -> None:
    asked(unmigrated.owner, "CREATE SCHEMA facts")
    with pytest.raises(Exception, match="facts"):
        migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, "SELECT count(*) FROM pg_tables WHERE schemaname = 'hub'") == [(0,)]


_HANDED_IN = """
    INSERT INTO hub.party (id, kind, sector, name) VALUES ('9901-rent', 'RENT_COLLECTOR', 'PUBLIC', 'Kemneren');
    WITH batch AS (
        INSERT INTO hub.submission (submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
        VALUES ('9901-rent', '9901-rent', 'RENT_DEFAULT', 'a-key-of-then', repeat('0', 64), 2) RETURNING id
    )
    INSERT INTO hub.submitted_report (submission_id, submitter_party, kind, row_no, outcome, code, content_sha256,
        basis, municipality, subject_national_id, payload)
    SELECT batch.id, '9901-rent', 'RENT_DEFAULT', row_no, outcome, code, repeat('0', 64), basis, place, who,
        sent::jsonb
    FROM batch CROSS JOIN (VALUES
        (1, 'ACCEPTED', NULL, 'MUNI_ROUTINE', '9901', '15928741270', '{}'),
        (2, 'REJECTED', 'NO_BASIS', NULL, NULL, NULL, NULL)
    ) AS line (row_no, outcome, code, basis, place, who, sent)
"""
_REGISTERED = """
    INSERT INTO hub.registration (issuer, tenant, role, party_id, kind, groups, valid_from)
    VALUES ('MASKINPORTEN', '1', 'a', '9901-rent', 'rent-ledger', '{}', '2020-01-01'),
        ('MASKINPORTEN', '2', 'b', '9901-rent', 'enforcement-system', '{}', '2020-01-01')
"""


def test_senders_come_and_go_without_losing_what_was_handed_in(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0011")
    run(unmigrated.owner, _HANDED_IN)
    waiting = "SELECT kind, turn FROM hub.unrouted"
    assert asked(unmigrated.owner, waiting) == []
    migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, waiting) == [("RENT_DEFAULT", 1)]
    run(unmigrated.owner, _REGISTERED)
    migrate.downgrade(unmigrated.owner, "0011")
    assert asked(unmigrated.owner, waiting) == []
    kinds = asked(unmigrated.owner, "SELECT kind FROM hub.registration ORDER BY tenant")
    assert kinds == [("rent-collector",), ("enforcement",)]
    assert asked(unmigrated.owner, "SELECT count(*) FROM hub.submitted_report") == [(2,)]
    migrate.upgrade(unmigrated.owner)
    assert asked(unmigrated.owner, waiting) == [("RENT_DEFAULT", 1)]
    assert migrate.check(unmigrated.owner) == []


_HALF_JUDGED = """
    INSERT INTO hub.party (id, kind, sector, name) VALUES ('p', 'BANK', 'PRIVATE', 'P');
    INSERT INTO hub.upload (id, submitter_party, kind, idempotency_key, media, columns, requester, consumer, request_id,
        state, received_at, rows_judged, rows_accepted)
    SELECT md5(n::text)::uuid, 'p', 'MORTGAGE_DEFAULT', 'the-key-of-' || n, 'NDJSON', '{}', '{}', '', 'r', 'RECEIVED',
        now(), 3, 3
    FROM generate_series(1, 3) AS n;
    INSERT INTO hub.upload_identity (upload_id, identity)
    SELECT md5(n::text)::uuid, md5(concat(n, ' ', row_no))::uuid
    FROM generate_series(1, 2) AS n CROSS JOIN generate_series(1, 3) AS row_no
"""


def test_what_was_seen_of_a_file_is_still_seen(unmigrated: Endpoints) -> None:
    migrate.upgrade(unmigrated.owner, "0017")
    run(unmigrated.owner, _HALF_JUDGED)
    identities = "SELECT upload_id, identity FROM hub.upload_identity ORDER BY 1, 2"
    before = asked(unmigrated.owner, identities)
    migrate.upgrade(unmigrated.owner)
    seen = asked(unmigrated.owner, "SELECT upload_id, first_row, identities FROM hub.upload_seen")
    found = [
        (upload, UUID(bytes=digests[at : at + 16])) for upload, _, digests in seen for at in range(0, len(digests), 16)
    ]
    assert sorted(found) == before
    assert [first for _, first, _ in seen] == [0, 0]
    assert migrate.check(unmigrated.owner) == []
    migrate.downgrade(unmigrated.owner, "0017")
    assert asked(unmigrated.owner, identities) == before
