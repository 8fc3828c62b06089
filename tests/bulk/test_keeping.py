"""What is stored of rows, column by column: all of an accepted one, and of a rejected one nothing that it states."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.bulk.keeping import Kept, _columns, in_columns
from hub.intake import mortgage
from hub.intake.model import Fault, Ground
from hub.intake.mortgage import ground_columns, stated_columns
from hub.store.ids import new_id, new_ids
from schema.commands.defaults import MortgageDefaultRow
from schema.enums import LoanType
from schema.scalars import LegalDay, Ore

_ROW = MortgageDefaultRow(
    loan_type=LoanType.BANK_LOAN,
    loan_ref="BL-1",
    debtor_national_id="12345678901",
    first_unpaid_due=LegalDay(date(2026, 9, 1)),
    unpaid_terms=2,
    arrears=Ore(1_000),
)
_FAULT = mortgage.groundless(_ROW, "NO_BASIS")
_OUTCOMES = st.lists(
    st.one_of(st.just(_FAULT), st.builds(Ground, basis=st.just("B"), consent_id=st.uuids(), is_late=st.booleans())),
    min_size=1,
    max_size=8,
)
_OF_EACH = {"id", "submission_id", "submitter_party", "row_no", "received_at", "content_sha256", "outcome"}


def kept(outcomes: list[Ground | Fault]) -> dict[str, list[Any]]:
    """Nothing was wrong with any of them by itself."""
    count = len(outcomes)
    return _columns(
        Kept(
            submission=new_id(),
            submitter="313800105",
            received_at=datetime(2026, 11, 30, tzinfo=UTC),
            first=7,
            receipts=new_ids(count),
            digests=["0" * 64] * count,
            stated=in_columns([stated_columns(_ROW)] * count),
            outcomes=outcomes,
        ),
        ground_columns,
    )


@given(_OUTCOMES)
def test_row_is_stored_with_its_ground_or_with_nothing_that_it_states(outcomes: list[Ground | Fault]) -> None:
    columns = kept(outcomes)
    for place, outcome in enumerate(outcomes):
        line = {name: values[place] for name, values in columns.items()}
        assert line["row_no"] == 7 + place
        if isinstance(outcome, Fault):
            has = {name for name, value in line.items() if value not in (None, False)}
            assert has == {*_OF_EACH, "code"}
            assert (line["outcome"], line["code"]) == ("REJECTED", "NO_BASIS")
        else:
            assert (line["outcome"], line["code"]) == ("ACCEPTED", None)
            assert line.items() >= {**stated_columns(_ROW), **ground_columns(outcome)}.items()


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ([], {}),
        ([None], {}),
        ([None, {"a": 1, "b": None}, {"a": 2, "b": 3}], {"a": [None, 1, 2], "b": [None, None, 3]}),
    ],
)
def test_row_that_is_not_there_has_nothing_in_any_column(rows: Any, columns: Any) -> None:
    assert in_columns(rows) == columns
