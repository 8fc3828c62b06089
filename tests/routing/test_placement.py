"""Which case a signal belongs to, over every mixture of cases that a person can have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.routing.files import OVER, CaseFile
from hub.routing.placement import Likeness, Wanted, may_reopen, placed
from hub.store.tables.values import CASE_STATES, CLOSE_REASONS

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
NO_RELAPSE = {"ERROR", "TRANSFERRED"}


@st.composite
def cases(draw: st.DrawFn) -> list[tuple[CaseFile, Likeness]]:
    found: list[tuple[CaseFile, Likeness]] = []
    for number in range(draw(st.integers(0, 5))):
        state = draw(st.sampled_from((*CASE_STATES, "CLOSED", "CLOSED", "OPEN", "OPEN")))
        days = draw(st.integers(-2, 900))
        is_closed = state == "CLOSED" or (state in OVER and draw(st.booleans()))
        file = CaseFile(
            id=UUID(int=number + 1),
            track=draw(st.sampled_from(("OWNER", "TENANCY"))),
            municipality=draw(st.sampled_from(("9901", "9902"))),
            unit="9901",
            is_secure=False,
            state=state,
            phase=draw(st.integers(1, 3)),
            opened_at=NOW - timedelta(days=1000 - draw(st.integers(0, 50))),
            closed_at=NOW - timedelta(days=days) if is_closed else None,
            close_reason=draw(st.sampled_from(CLOSE_REASONS)) if is_closed else None,
        )
        found.append((file, draw(st.sampled_from(Likeness))))
    return found


def wanted(likenesses: dict[UUID, Likeness], **changes: Any) -> Wanted:
    values = {"municipality": "9901", "track": "OWNER", "tied": None, **changes}
    return Wanted(likeness=lambda file: likenesses[file.id], **values)


@given(cases(), st.sampled_from([None, "OWNER", "TENANCY"]), st.one_of(st.none(), st.integers(1, 6)))
def test_the_best_of_the_cases_is_taken_and_none_only_where_none_will_do(
    found: list[tuple[CaseFile, Likeness]], track: str | None, tied: int | None
) -> None:
    """Held against the same said in another way: what may be chosen at all, and that nothing beats what was chosen."""
    likeness = {file.id: alike for file, alike in found}
    asked = wanted(likeness, track=track, tied=UUID(int=tied) if tied else None)
    chosen = placed([file for file, _ in found], asked, NOW)
    possible = [
        file
        for file, alike in found
        if file.municipality == "9901"
        and (track is None or file.track == track)
        and (tied is None or file.id == UUID(int=tied))
        and alike != Likeness.OTHER
        and file.state not in {"DISMISSED", "MERGED"}
        and (file.state != "CLOSED" or ((NOW - file.closed_at).days <= 365 and file.close_reason not in NO_RELAPSE))
    ]
    assert (chosen is None) == (not possible)
    if chosen is not None:
        assert chosen in possible
        for other in possible:
            assert not (other.state != "CLOSED" and chosen.state == "CLOSED")
            if (other.state == "CLOSED") == (chosen.state == "CLOSED"):
                assert likeness[other.id] <= likeness[chosen.id]


@given(cases(), st.randoms())
def test_the_order_in_which_cases_are_found_makes_no_difference(
    found: list[tuple[CaseFile, Likeness]], random: Any
) -> None:
    files = [file for file, _ in found]
    asked = wanted({file.id: alike for file, alike in found}, track=None)
    mixed = random.sample(files, len(files))
    assert placed(files, asked, NOW) is placed(mixed, asked, NOW)


@pytest.mark.parametrize(
    ("closed", "received", "is_relapse"),
    [
        (datetime(2025, 11, 30, 12, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC), True),
        (datetime(2025, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC), False),
        # The same day in Oslo, though not in UTC.
        (datetime(2025, 11, 29, 23, 30, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC), True),
        (datetime(2026, 11, 29, 12, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC), True),
        # It was on its way when the case was closed.
        (datetime(2026, 11, 30, 13, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 12, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC), True),
        (datetime(2027, 2, 27, 12, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC), False),
    ],
)
def test_twelve_months_are_counted_in_days_of_the_calendar(
    closed: datetime, received: datetime, *, is_relapse: bool
) -> None:
    file = CaseFile(
        id=UUID(int=1), track="OWNER", municipality="9901", unit="9901", is_secure=False, state="CLOSED", phase=2,
        opened_at=closed - timedelta(days=90), closed_at=closed, close_reason="CLAIM_MET",
    )  # fmt: skip
    assert may_reopen(file, received) is is_relapse
