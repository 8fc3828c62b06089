"""What the demo has nothing of: put beside its data so that each fact holds of some rows and not of others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import asyncpg

from hub.demo.grounds import add_mandate
from hub.demo.loans import add_default, add_loan
from hub.demo.offices import BANK, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import BARN, DAGLIG_LEDER, EVA, GUNNAR, IVAN, KARI, LIV, MONA, NINA, OLA, SIRI
from hub.demo.rows import Rows
from hub.demo.scene import Scene, fixed_id
from tests.log_lines import adding

NOW = datetime.now(UTC)
FIRST = date(2026, 2, 2)
IN_FORCE, OVER, OF_EVA = (fixed_id(f"glass {name}") for name in ("in force", "over", "of Eva"))
LOG = adding("""
    SELECT gen_random_uuid() AS id, gen_random_uuid() AS event_id, now() AS occurred_at, $1::uuid AS subject_id,
        source AS source_party, recipient AS recipient_party, unit AS recipient_unit, 'A1' AS actor_id,
        'Navn' AS actor_name, 'rolle' AS actor_role, 'STAFF' AS actor_kind, 'STL_17' AS basis,
        ARRAY['RENT'] AS categories, ARRAY[]::text[] AS policies, 'LOOKED_UP' AS kind, 'r' AS request_id,
        'INFO' AS severity, 1 AS rows, true AS delivered
    FROM unnest($2::text[]) source, unnest($2::text[]) recipient, unnest($3::text[]) unit""")


async def plant(connection: asyncpg.Connection) -> None:
    """As owner, into a database with the demo's data."""
    rows = Rows()
    _add_mandates(rows)
    _add_cases(rows)
    # A case and whom it is about refer to each other.
    async with connection.transaction():
        await rows.copy_to(connection)
    await _break_glasses(connection)
    await connection.execute(_RECEIPTS)
    await connection.execute(_UNVERIFIED)
    await connection.execute(_OTHER_AGREEMENTS, SYNTEVIK.number, BANK)
    await connection.execute(_MANDATE_TO_SIGN, EVA.id, GUNNAR.id)
    await connection.execute(_CHANGES)
    await connection.execute(_CORRECTIONS)
    await connection.execute(_WEBHOOKS, [BANK, OTHER_BANK])
    for sender, kind in (
        (TESTBY.rent_collector, "RENT_DEFAULT"),
        (TESTBY.nav, "RENT_DEMAND_COPY"),
        (BANK, "RENT_DEFAULT"),
    ):
        await connection.execute(_REPORT, sender, kind)
    for person in (KARI, EVA):
        await connection.execute(LOG, person.id, [TESTBY.nav, BANK, TESTBY.housing], [TESTBY.nav_unit, None])
    await _tell(connection)


_WEBHOOKS = """
    WITH made AS (
        INSERT INTO hub.webhook (submitter_party, consumer, scopes, issuer, purpose, url, kinds, secret, position)
        SELECT party, party, ARRAY['bofast:bank'], 'planted', 'B103', 'https://bank.example/', ARRAY['PLAN'], '', 0
        FROM unnest(CAST($1 AS text[])) AS party
        RETURNING id, submitter_party
    )
    INSERT INTO hub.webhook_dead_letter (webhook_id, submitter_party, event_id, position, kind, line, occurred_at,
        attempts, last_result, died_at)
    SELECT id, submitter_party, gen_random_uuid(), 1, 'PLAN', gen_random_uuid(), now(), 16, 'HTTP 500', now()
    FROM made"""


async def _tell(connection: asyncpg.Connection) -> None:
    """Events of every case, of every signal, and of what two parties handed in."""
    for table in ("participant", "signal"):
        await connection.execute(f"UPDATE hub.{table} SET source_party = source_party")
    for party in (BANK, OTHER_BANK):
        await connection.execute(_SUBMISSION, party)
    await connection.execute("SELECT hub.put_in_line(100000)")


_SUBMISSION = """
    INSERT INTO hub.submission (submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
    VALUES ($1, $1, 'MORTGAGE_DEFAULT', 'planted', repeat('0', 64), 0)"""
_UNVERIFIED = """
    INSERT INTO housing.lease_breach
    SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'verified_with_tenant_at', NULL))).*
    FROM housing.lease_breach b"""
# With ids before all others, so that each would be named if it counted.
_OTHER_AGREEMENTS = """
    WITH other AS (
        SELECT a.*, changed, row_number() OVER () AS number
        FROM hub.agreement a, unnest(ARRAY['municipality', 'manager']) AS changed
    ), made AS (
        INSERT INTO hub.agreement (id, municipality, lender_party, loan_manager_party, loan_types, notify_within_days,
            data_fields, valid_from, signed_by)
        SELECT CAST('00000000-0000-4000-8000-' || lpad(number::text, 12, '0') AS uuid),
            CASE changed WHEN 'municipality' THEN $1 ELSE municipality END, lender_party,
            CASE changed WHEN 'manager' THEN $2 ELSE loan_manager_party END, loan_types, notify_within_days,
            data_fields, valid_from, signed_by
        FROM other RETURNING id
    )
    INSERT INTO hub.agreement_event (agreement_id, kind, effective_at, recorded_by)
    SELECT id, 'SIGNED', now() - interval '1 day', 'planted' FROM made"""
_MANDATE_TO_SIGN = """
    WITH made AS (
        INSERT INTO hub.mandate
        SELECT (jsonb_populate_record(m, jsonb_build_object(
            'id', '00000000-0000-4000-8000-000000000001', 'rights', ARRAY['CONSENT']))).*
        FROM hub.mandate m WHERE giver_id = $1 AND holder_id = $2 LIMIT 1 RETURNING id
    )
    INSERT INTO hub.mandate_event (mandate_id, kind, effective_at, recorded_by)
    SELECT id, 'GRANTED', now() - interval '1 day', 'planted' FROM made"""
_CHANGES = """
    INSERT INTO hub.case_change (id, case_id, kind, occurred_at, state_after, phase_after, unit_after, source_party)
    SELECT gen_random_uuid(), id, 'OPENED', opened_at, state, phase, responsible_unit, source_party
    FROM hub."case" AS opened"""
_CORRECTIONS = """
    INSERT INTO hub.submitted_default_event (submitted_default_id, submitter_party, event_no, kind, actor,
        correction_reason, first_unpaid_due, unpaid_terms, arrears_ore)
    SELECT id, submitter_party, 1, 'CORRECTED', submitter_party, 'PARTLY_PAID', first_unpaid_due, unpaid_terms, 1
    FROM hub.submitted_default WHERE outcome = 'ACCEPTED'"""
_REPORT = """
    WITH batch AS (
        INSERT INTO hub.submission (submitter_party, actor, kind, idempotency_key, content_sha256, row_count)
        VALUES ($1, $1, $2, 'planted by hand', repeat('0', 64), 1) RETURNING id
    )
    INSERT INTO hub.submitted_report (submission_id, submitter_party, kind, row_no, outcome, code, content_sha256)
    SELECT id, $1, $2, 1, 'REJECTED', 'NO_BASIS', repeat('0', 64) FROM batch"""
_MANDATES = (
    # giver, holder, kind, areas, rights
    (EVA, GUNNAR, "FULLMAKT", ["ECONOMY"], ["READ"]),
    (EVA, LIV, "FULLMAKT", ["ECONOMY", "HOUSING"], ["CONSENT"]),
    (EVA, SIRI, "FULLMAKT", ["HOUSING"], ["WITHDRAW"]),
    (KARI, GUNNAR, "FULLMAKT", ["HOUSING"], ["READ", "CONSENT", "WITHDRAW"]),
    (KARI, GUNNAR, "FREMTIDSFULLMAKT", ["ECONOMY"], ["READ", "CONSENT", "WITHDRAW"]),
    (KARI, LIV, "FULLMAKT", ["HOUSING"], ["WITHDRAW"]),
    (KARI, LIV, "FREMTIDSFULLMAKT", ["ECONOMY"], ["CONSENT"]),
    (KARI, SIRI, "FULLMAKT", ["PERSONAL"], ["READ"]),
    (BARN, SIRI, "VERGEMAL", ["PERSONAL"], ["READ"]),
    (MONA, GUNNAR, "FULLMAKT", ["ECONOMY", "HOUSING", "PERSONAL"], ["READ"]),
    (MONA, LIV, "FULLMAKT", ["ECONOMY"], ["READ"]),
)


def _add_mandates(rows: Rows) -> None:
    """For some areas and some rights, to one holder at once or bit by bit. A guardian of a child, and of nobody's."""
    for number, (giver, holder, kind, areas, rights) in enumerate(_MANDATES):
        add_mandate(
            rows,
            f"planted {number}",
            giver=giver.id,
            holder=holder.id,
            areas=areas,
            first=FIRST,
            kind=kind,
            rights=rights,
        )
    add_mandate(rows, "of no case", giver=DAGLIG_LEDER.id, holder=LIV.id, areas=["ECONOMY"], first=FIRST)


def _add_cases(rows: Rows) -> None:
    """A second case of Kari's with two adults in it and a child who is an adult in another; and consents, some of them
    for one of two cases alone.
    """
    second = Scene.story(rows, TESTBY, "second", subject=KARI.id, opened=FIRST, nav_unit=TESTBY.second_nav_unit)
    second.case(901, track="OWNER", phase=1, state="OPEN")
    second.member(KARI.id, "SELF")
    second.member(NINA.id, "COHABITANT")
    second.member(EVA.id, "CHILD", "CHILD")
    second.participant(TESTBY.nav, TESTBY.second_nav_unit, "CASEWORKER", "STL_17")
    second.participant(BANK, None, "CREDITOR", "STL_17")
    for case, source, recipient, purpose, words in _CONSENTS:
        second.consent(source, recipient, purpose, words, date(2026, 6, 1), case_id=second.case_id if case else None)
    second.consent(BANK, TESTBY.nav, "EVICTION_PREVENTION", ["LOAN_DETAILS"], FIRST, subject_id=OLA.id, case_id=None)
    for lender, kind in ((TESTBY.orgnr, "STARTLAN"), (BANK, "STARTLAN"), (BANK, "BANK_LOAN")):
        loan = add_loan(second, kind, lender, principal_ore=10_000_000)
        add_default(second, loan, date(2026, 8, 1), 1, date(2026, 8, 20))


_CONSENTS = (
    # whether for the second case alone, source, recipient, purpose, what
    (True, BANK, TESTBY.nav, "EVICTION_PREVENTION", ["LOAN_DETAILS"]),
    (False, BANK, TESTBY.nav, "EVICTION_PREVENTION", ["LOAN_DEFAULT", "PLAN_STATUS"]),
    (False, OTHER_BANK, TESTBY.nav, "EVICTION_PREVENTION", ["HEALTH_NEED"]),
    (False, BANK, TESTBY.debt_counsel, "DEBT_COUNSELLING", ["LOAN_DETAILS"]),
    (True, TESTBY.nav, BANK, "REFINANCING", ["PLAN_STATUS"]),
    (False, TESTBY.nav, BANK, "REPAYMENT_AGREEMENT", ["AGREEMENT_TERMS"]),
)


_GLASS = """
    INSERT INTO hub.break_glass (id, case_id, person_id, actor_id, party_id, unit_id, reason, danger_to_life,
        effective_from, until_at)
    SELECT $1, c.id, $3, 'A1', $4, $5, 'Familien står på gaten', false, $6, $7
    FROM hub."case" c WHERE c.subject_id = $2 ORDER BY c.id LIMIT 1"""


async def _break_glasses(connection: asyncpg.Connection) -> None:
    """In force on two cases, and over on one of them."""
    for glass, subject, who, unit, hours in (
        (IN_FORCE, KARI, SIRI, TESTBY.nav_unit, 1),
        (OVER, KARI, SIRI, TESTBY.nav_unit, 30),
        (OF_EVA, EVA, LIV, None, 1),
    ):
        since = NOW - timedelta(hours=hours)
        until = since + timedelta(hours=24)
        await connection.execute(_GLASS, glass, subject.id, who.id, TESTBY.nav, unit, since, until)


_RECEIPTS = """
    WITH held AS (INSERT INTO hub.receipt_key (kid, public_jwk) VALUES ('planted', '{}'))
    INSERT INTO hub.consent_receipt (id, consent_id, event_id, key_id, document)
    SELECT DISTINCT ON (e.consent_id) gen_random_uuid(), e.consent_id, e.id, 'planted', '{}'
    FROM hub.consent_event e WHERE e.kind = 'GIVEN'"""


BOUND: tuple[dict[str, str], ...] = (
    {"glass": str(IN_FORCE), "party": TESTBY.nav, "person": str(SIRI.id), "purpose": "EVICTION_PREVENTION"},
    {"glass": str(OVER), "party": BANK, "person": str(GUNNAR.id), "purpose": "REFINANCING"},
    {"glass": str(OF_EVA), "party": TESTBY.debt_counsel, "person": str(LIV.id), "purpose": "DEBT_COUNSELLING"},
    {"glass": str(IVAN.id), "party": str(LIV.id), "person": str(LIV.id), "purpose": "EVICTION_PREVENTION"},
)
"""Requesters, by what facts are looked up by."""
