"""Digests of what was sent: equal for equal content, different for anything else, useless without the key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.intake.batch import Batch, Seal
from schema.commands.defaults import DebtorNameInput, MortgageDefaultRow
from tests.intake.factory import bank, loan_manager
from tests.intake.test_checks import make

SEAL = Seal(bytes(32))


def sealed(
    *rows: MortgageDefaultRow, key: str = "12345678", by: Any = None, seal: Seal = SEAL
) -> Batch[MortgageDefaultRow]:
    return seal.batch(by or bank(), key, rows)


def test_equal_content_has_an_equal_digest():
    assert sealed(make()) == sealed(make())


def test_digests_of_before_are_still_made():
    """With others, every batch that is sent again after an upgrade would be a conflict."""
    batch = sealed(make(debtor_name=DebtorNameInput(first="Åse", last="Ø"), consent_id="x"), make())
    assert batch.digest == "56a0fb089377577cc07d20eaf54101256e91407bfdc8daf10eac3089af6fb14d"
    assert [digest[:8] for digest in batch.row_digests] == ["f775f21a", "d2ff0ee2"]


def test_every_part_of_a_row_counts():
    rows = [
        make(),
        make(loan_ref="BL-2"),
        make(arrears=2),
        make(interest_accrued=0),
        make(consent_id="x"),
        make(debtor_name=DebtorNameInput(first="a", last="b")),
        make(debtor_name=DebtorNameInput(first="ab", last="")),
    ]
    assert len({sealed(row).digest for row in rows}) == len(rows)


def test_sender_behalf_and_secret_count():
    other = replace(loan_manager(), consumer="310100102")
    senders = [sealed(make(), by=by).digest for by in (bank(), bank("313800202"), loan_manager(), other)]
    assert len({*senders, sealed(make(), seal=Seal(b"\1" * 32)).digest}) == 5


def test_equal_rows_cannot_be_recognised_across_batches_or_within_one():
    digests = [*sealed(make(), make()).row_digests, *sealed(make(), key="87654321").row_digests]
    assert len(set(digests)) == 3


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=4))
def test_moving_a_border_between_rows_changes_the_digest(refs):
    digest = sealed(*(make(loan_ref=ref) for ref in refs)).digest
    joined = sealed(make(loan_ref="".join(refs)))
    assert (digest == joined.digest) == (len(refs) == 1)
