"""Rows of one table at once: one, several, and what is changed of those that there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from hub.store.ids import new_id
from hub.store.roles import Endpoints
from hub.store.rows import insert_rows, update_rows
from hub.store.session import Sessions
from hub.store.tables import Case, Submission, SubmittedReport
from tests.statements import noted

_NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
async def sessions(database: Endpoints) -> AsyncIterator[Sessions]:
    made = Sessions(database.app)
    yield made
    await made.close()


@pytest.mark.parametrize("count", [1, 3])
async def test_rows_are_stored_as_they_are_in_one_statement(sessions: Sessions, count: int) -> None:
    submission = Submission(
        submitter_party="citizen",
        actor="citizen",
        kind="CONCERN_REPORT",
        received_at=_NOW,
        idempotency_key=f"key-{new_id()}",
        content_sha256="0" * 64,
        row_count=count,
    )
    rows = [
        {
            **dict.fromkeys(SubmittedReport.model_fields),
            "id": new_id(),
            "submission_id": submission.id,
            "submitter_party": submission.submitter_party,
            "kind": "CONCERN_REPORT",
            "row_no": number,
            "received_at": _NOW,
            "outcome": "ACCEPTED",
            "content_sha256": "0" * 64,
            "payload": {"what": f"{number}"},
            "basis": "STL_17",
            "subject_national_id": "12345678901",
            "municipality": "9901",
            "is_late": False,
            "is_reserved": False,
        }
        for number in range(1, count + 1)
    ]
    async with sessions() as session, session.begin():
        session.add(submission)
        await session.flush()
        with noted(sessions) as seen:
            await insert_rows(session, SubmittedReport, rows)
        stored = await session.exec(
            select(SubmittedReport)
            .where(col(SubmittedReport.submission_id) == submission.id)
            .order_by(col(SubmittedReport.row_no))
        )
        assert [one.model_dump() for one in stored.all()] == rows
        await session.rollback()
    assert len(seen) == 1


async def test_each_row_is_changed_to_its_own_values_in_one_statement(sessions: Sessions) -> None:
    async with sessions() as session, session.begin():
        cases = (await session.exec(select(Case).order_by(col(Case.id)).limit(3))).all()
        (first, second, other), before = cases, cases[2].model_dump()
        with noted(sessions) as seen:
            rows = [
                {"id": first.id, "close_reason": "ERROR", "updated_at": _NOW},
                {"id": second.id, "close_reason": None, "updated_at": _NOW + timedelta(days=1)},
            ]
            await update_rows(session, Case, rows)
        for one in cases:
            await session.refresh(one)
        assert (first.close_reason, first.updated_at) == ("ERROR", _NOW)
        assert (second.close_reason, second.updated_at) == (None, _NOW + timedelta(days=1))
        assert other.model_dump() == before
        await session.rollback()
    assert len(seen) == 1


async def test_no_rows_are_no_statement(sessions: Sessions) -> None:
    with noted(sessions) as seen:
        async with sessions() as session, session.begin():
            await insert_rows(session, Case, [])
            await update_rows(session, Case, [])
    assert seen == []
