"""What the tables themselves hold to, whoever writes."""

from __future__ import annotations

import asyncpg
import pytest
from sqlmodel import SQLModel

from hub.demo.offices import TESTBY
from hub.demo.people import EVA, KARI, OLA
from hub.store.ids import new_id
from hub.store.roles import Endpoints
from tests.store.conftest import Town


async def test_case_whose_subject_is_not_among_its_persons_cannot_be_committed(town: Town) -> None:
    scene = town.case(KARI.id, with_subject=False)
    scene.member(EVA.id, "SELF")
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="fk_case_subject_among_persons"):
        await town.save()


async def test_subject_cannot_leave_the_household_of_the_case(town: Town) -> None:
    town.case(KARI.id)
    await town.save()
    await town.connection.execute("DELETE FROM hub.case_person")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await town.save()


async def test_grade_follows_the_protection(town: Town) -> None:
    rows = await town.ask("SELECT DISTINCT protection, grade FROM nav.person WHERE id = ANY ($1)", [KARI.id, OLA.id])
    assert set(rows) == {("UGRADERT", 0), ("STRENGT_FORTROLIG", 2)}
    with pytest.raises(asyncpg.GeneratedAlwaysError):
        await town.connection.execute("UPDATE nav.person SET grade = 0")


@pytest.mark.parametrize("column", ["residential_line", "residential_place", "temporary_postal_code"])
async def test_where_a_strictly_protected_person_lives_cannot_be_stored(town: Town, column: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="strict_has_no_residence"):
        await town.connection.execute(f"UPDATE nav.person SET {column} = 'x' WHERE id = $1", OLA.id)


async def test_person_with_a_known_address_cannot_become_strict_until_it_is_gone(town: Town) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await town.connection.execute("UPDATE nav.person SET protection = 'STRENGT_FORTROLIG' WHERE id = $1", KARI.id)


async def test_nav_collects_nothing_for_a_private_landlord(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.owner)
    with pytest.raises(asyncpg.CheckViolationError, match="nav_does_not_collect"):
        await connection.execute(
            "UPDATE hub.repayment_agreement SET channel = 'BENEFIT_DEDUCTION' WHERE creditor_type = 'PRIVATE_LANDLORD'"
        )
    await connection.close()


async def test_default_cannot_pass_a_bank_loan_off_as_a_startlan(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.owner)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(
            "UPDATE bank.mortgage_default SET loan_type = 'STARTLAN' WHERE loan_type = 'BANK_LOAN'"
        )
    await connection.close()


async def test_row_of_a_lease_cannot_be_filed_under_another_case(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.owner)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(
            "UPDATE housing.rent_default d SET case_id = (SELECT c.id FROM hub.case c WHERE c.id <> d.case_id LIMIT 1)"
        )
    await connection.close()


async def test_rejected_row_of_a_submission_keeps_nothing_personal(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.app)
    submission, party = await connection.fetchrow("SELECT id, submitter_party FROM hub.submission LIMIT 1")
    with pytest.raises(asyncpg.CheckViolationError, match="rejected_keeps_nothing"):
        await connection.execute(
            "INSERT INTO hub.submitted_default (submission_id, submitter_party, row_no, outcome, code, content_sha256, "
            "debtor_last_name) VALUES ($1, $2, 99, 'REJECTED', 'NO_BASIS', repeat('0', 64), 'Testnes')",
            submission,
            party,
        )
    await connection.close()


_REPORT = (
    "INSERT INTO hub.submitted_report (submission_id, submitter_party, kind, row_no, outcome, code, content_sha256, "
    "{column}) SELECT id, submitter_party, kind, 99, '{outcome}', {code}, repeat('0', 64), {value} "
    "FROM hub.submission LIMIT 1"
)
_PERSONAL = {
    "subject_national_id": "'15928741270'",
    "payload": "'{}'",
    "basis": "'HL_9_11'",
    "municipality": "'9901'",
    "earliest_petition": "'2026-11-16'",
    "objection_deadline": "'2026-11-16'",
    "is_reserved": "true",
    "is_late": "true",
}


@pytest.mark.parametrize("column", _PERSONAL)
async def test_rejected_report_keeps_nothing_personal(database: Endpoints, column: str) -> None:
    connection = await asyncpg.connect(database.app)
    insert = _REPORT.format(column=column, value=_PERSONAL[column], outcome="REJECTED", code="'NO_BASIS'")
    with pytest.raises(asyncpg.CheckViolationError, match="rejected_keeps_nothing"):
        await connection.execute(insert)
    await connection.close()


async def test_accepted_report_has_a_basis_and_what_was_sent(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.app)
    for column in ("payload", "basis"):
        insert = _REPORT.format(column=column, value=_PERSONAL[column], outcome="ACCEPTED", code="NULL")
        with pytest.raises(asyncpg.CheckViolationError, match="accepted_rests_on_a_basis"):
            await connection.execute(insert)
    await connection.close()


async def test_report_cannot_pass_for_one_of_another_kind_than_its_batch(database: Endpoints) -> None:
    connection = await asyncpg.connect(database.app)
    insert = _REPORT.format(column="is_late", value="false", outcome="REJECTED", code="'NO_BASIS'")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(insert.replace("kind, 99", "'CONCERN_REPORT', 99"))
    await connection.close()


async def test_words_with_null_among_them_are_refused(town: Town) -> None:
    scene = town.case(KARI.id)
    scene.consent(TESTBY.nav, TESTBY.housing, "EVICTION_PREVENTION", ["PLAN_STATUS", None], scene.opened)
    with pytest.raises(asyncpg.CheckViolationError):
        await town.save()


async def test_every_foreign_key_but_that_to_the_disclosing_party_has_an_index(demo_database: Endpoints) -> None:
    connection = await asyncpg.connect(demo_database.owner)
    bare = await connection.fetch(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint c WHERE contype = 'f' "
        "AND conparentid = 0 AND conname NOT LIKE '%_source_party' "
        "AND NOT EXISTS (SELECT FROM pg_index i WHERE indrelid = conrelid AND conkey[1] = indkey[0])"
    )
    await connection.close()
    assert not bare


def test_every_source_table_says_which_party_discloses() -> None:
    sources = {"nav", "housing", "enforcement", "bank"}
    silent = [
        table.fullname
        for table in SQLModel.metadata.tables.values()
        if table.schema in sources and "source_party" not in table.columns
    ]
    # A family tie is a fact that policies ask about; it is shown to nobody.
    assert silent == ["nav.kinship"]


def test_identifiers_rise_with_time_and_are_of_version_7() -> None:
    ids = [new_id() for _ in range(50)]
    assert {identifier.version for identifier in ids} == {7}
    assert [identifier.int >> 80 for identifier in ids] == sorted(identifier.int >> 80 for identifier in ids)
    assert len(set(ids)) == 50
