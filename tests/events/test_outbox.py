"""What happens is told of by the table in which it happens, with ids alone, or it has not happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA, KARI
from tests.events.conftest import Connect
from tests.events.happening import another_case, case_of, line, outbox, put_in_line, signal, submission, withdrawn
from tests.receipts.ledger import add_consent, add_event

# Tables of the hub in which nothing happens that anybody is told of, each for a reason.
SILENT = {
    "agreement": "signed outside, and rare",
    "agreement_event": "signed outside, and rare",
    "alembic_version": "the version of the tables",
    "break_glass": "the person's own log tells of it, and officers have a list of them",
    "case_change": "comes with a change of the case",
    "case_person": "who belongs to a household is told nobody by an event",
    "command_key": "a client's own key",
    "concern_report": "comes with a signal",
    "consent": "it begins with an event of its own",
    "consent_receipt": "comes with an event of the consent",
    "contact_log_entry": "who an entry was written for is decided entry by entry",
    "cost_comparison": "internal to those who decide",
    "deferral_request": "comes with a signal",
    "employee": "a register",
    "event": "the line itself",
    "household": "who belongs to a household is told nobody by an event",
    "landlord_notice": "comes with a signal",
    "mandate": "told to the two of them, on paper",
    "mandate_event": "told to the two of them, on paper",
    "message": "reached from the person's own page",
    "outbox": "what is told",
    "party": "a register",
    "policy_version": "the rules, held by each statement",
    "receipt_key": "published",
    "registration": "a register",
    "reservation": "seen when a notice is sent",
    "reservation_event": "seen when a notice is sent",
    "routed": "what became of a row, which its sender is not told",
    "routine": "public, and changed by nobody here",
    "routine_copy": "public, and changed by nobody here",
    "routine_participant": "public, and changed by nobody here",
    "routine_task": "public, and changed by nobody here",
    "routine_unit": "public, and changed by nobody here",
    "submitted_default": "comes with its submission",
    "submitted_report": "comes with its submission",
    "supplier_agreement": "a register",
    "unit": "a register",
    "unrouted": "what is yet to be filed",
    "upload": "a file on its way in: it tells when it becomes a submission",
    "upload_part": "a file on its way in",
    "upload_rejection": "comes with its submission",
    "upload_seen": "a file on its way in",
    "webhook": "a party's own address",
    "webhook_dead_letter": "what was told of before, and did not arrive",
    "webhook_delivery": "what is told, on its way",
    "webhook_told": "what was told",
}


async def test_each_table_of_the_hub_tells_or_is_silent_for_a_reason(owner: Any) -> None:
    rows = await owner.fetch(
        "SELECT c.relname AS name, EXISTS ("
        "SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'tell'"
        ") AS tells FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'hub'::regnamespace"
    )
    assert {row["name"] for row in rows if not row["tells"]} == set(SILENT)


async def test_table_that_can_be_changed_tells_of_changes_too(owner: Any) -> None:
    rows = await owner.fetch(
        "SELECT tgrelid::regclass::text AS name, array_agg(tgname::text) AS triggers FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'hub.%' GROUP BY 1"
    )
    telling = {row["name"]: set(row["triggers"]) for row in rows if "tell" in row["triggers"]}
    assert telling
    assert {name for name, triggers in telling.items() if not triggers & {"tell_again", "refuse_change"}} == set()


async def test_outbox_and_line_hold_ids_and_words_of_the_hub_alone(owner: Any) -> None:
    rows = await owner.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'hub' AND table_name IN ('outbox', 'event')"
    )
    ids = {"id", "no", "position", "case_id", "consent_id", "signal_id", "submission_id", "party_id", "unit_id"}
    assert {row["column_name"] for row in rows} == ids | {"kind", "topic", "occurred_at"}


async def test_case_is_told_of_when_it_opens_changes_closes_and_opens_again(owner: Any) -> None:
    case = await case_of(owner, KARI)
    for change in ("state = 'HALTED'", "closed_at = now()", "closed_at = NULL", "updated_at = now()", "phase = phase"):
        await owner.execute(f'UPDATE hub."case" SET {change} WHERE id = $1', case)
    assert [row["kind"] for row in await outbox(owner)] == ["CASE_CHANGED", "CASE_CLOSED", "CASE_REOPENED"]
    assert {row["case_id"] for row in await outbox(owner)} == {case}


async def test_new_case_is_told_of(owner: Any, connect: Connect) -> None:
    made = await another_case(await connect(), await case_of(owner, KARI))
    assert await outbox(owner) == [{"kind": "CASE_OPENED", "case_id": made}]


async def test_signal_is_told_of_with_the_unit_that_it_was_routed_to(owner: Any, connect: Connect) -> None:
    commands, case = await connect(), await case_of(owner, KARI)
    made = await signal(commands, case)
    await commands.execute("UPDATE hub.signal SET unit_id = $2 WHERE id = $1", made, TESTBY.housing_unit)
    about = {"case_id": case, "signal_id": made}
    assert await outbox(owner) == [
        {"kind": "SIGNAL_RECEIVED", **about, "unit_id": TESTBY.nav_unit},
        {"kind": "SIGNAL_CHANGED", **about, "unit_id": TESTBY.housing_unit},
    ]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("participant", "PARTICIPANT_CHANGED"),
        ("progress_plan", "PLAN_CHANGED"),
        ("plan_step", "PLAN_CHANGED"),
        ("repayment_agreement", "AGREEMENT_CHANGED"),
    ],
)
async def test_part_of_a_case_is_told_of_once_a_statement(owner: Any, connect: Connect, table: str, kind: str) -> None:
    case = await owner.fetchval(f"SELECT case_id FROM hub.{table} GROUP BY case_id ORDER BY count(*) DESC LIMIT 1")
    await (await connect()).execute(f"UPDATE hub.{table} SET source_party = source_party WHERE case_id = $1", case)
    assert await outbox(owner) == [{"kind": kind, "case_id": case}]


async def test_submission_is_told_of_to_who_sent_it(owner: Any, connect: Connect) -> None:
    made = await submission(await connect())
    expected = {"kind": "SUBMISSION_RECEIVED", "submission_id": made, "party_id": BANK}
    assert await outbox(owner) == [expected]
    await put_in_line(owner)
    assert await line(owner) == [{**expected, "position": 1, "topic": "SUBMISSION"}]


async def test_what_is_rolled_back_is_told_nobody(owner: Any, connect: Connect) -> None:
    commands, case = await connect(), await case_of(owner, KARI)
    transaction = commands.transaction()
    await transaction.start()
    await signal(commands, case)
    await transaction.rollback()
    assert await outbox(owner) == []


async def test_consent_costs_its_command_one_row_whether_or_not_there_is_a_case(owner: Any) -> None:
    nobodys = await owner.fetchval(
        'SELECT id FROM nav.person p WHERE NOT EXISTS (SELECT FROM hub."case" c WHERE c.subject_id = p.id) LIMIT 1'
    )
    for subject in (EVA.id, nobodys):
        consent = await add_consent(owner, subject=subject)
        await add_event(owner, consent, "GIVEN")
        assert (await outbox(owner))[-1] == {"kind": "CONSENT_GIVEN", "consent_id": consent}
    assert len(await outbox(owner)) == 2


async def told(owner: Any, consent: UUID) -> set[tuple[str, Any]]:
    await put_in_line(owner)
    rows = [row for row in await line(owner) if row.get("consent_id") == consent]
    assert {row["kind"] for row in rows} == {"CONSENT_WITHDRAWN"}
    assert len({(row.get("case_id"), row.get("party_id")) for row in rows}) == len(rows)
    return {("case", row["case_id"]) if "case_id" in row else ("party", row["party_id"]) for row in rows}


async def test_consent_is_told_of_in_the_cases_that_it_is_for_and_to_its_parties(owner: Any, connect: Connect) -> None:
    consent = await add_consent(
        owner, subject=EVA.id, source_party=BANK, recipient_party=TESTBY.nav, asked_by=TESTBY.nav
    )
    cases = await owner.fetch('SELECT id FROM hub."case" WHERE subject_id = $1', EVA.id)
    await withdrawn(await connect(), consent)
    assert await told(owner, consent) == {
        ("party", BANK),
        ("party", TESTBY.nav),
        *(("case", row["id"]) for row in cases),
    }


async def test_consent_for_one_case_is_told_of_in_no_other(owner: Any, connect: Connect) -> None:
    case = await case_of(owner, EVA)
    await another_case(owner, case)
    consent = await add_consent(owner, subject=EVA.id, case_id=case, asked_by=None)
    await withdrawn(await connect(), consent)
    assert await told(owner, consent) == {("case", case), ("party", TESTBY.nav), ("party", BANK)}


@pytest.mark.parametrize("table", ["outbox", "event"])
async def test_no_command_writes_what_is_told(connect: Connect, table: str) -> None:
    commands = await connect()
    for sql in (f"INSERT INTO hub.{table} DEFAULT VALUES", f"DELETE FROM hub.{table}", f"TRUNCATE hub.{table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await commands.execute(sql)


async def test_event_in_its_place_is_changed_by_nobody(owner: Any, connect: Connect) -> None:
    await submission(await connect())
    await put_in_line(owner)
    for sql in ("UPDATE hub.event SET kind = 'CASE_CLOSED'", "UPDATE hub.event SET position = 7", "TRUNCATE hub.event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(sql)


async def test_data_of_the_demo_is_no_news(owner: Any) -> None:
    assert await outbox(owner) == []
