"""Schema `bank`: mortgage loans and defaults on them."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from hub.store.tables import values as words
from hub.store.tables.columns import (
    UUID,
    Day,
    DayOrNone,
    Instant,
    InstantOrNone,
    Ore,
    OreOrNone,
    Table,
    Text,
    TextOrNone,
    code_ref_or_none,
    key,
    one_of,
    party,
    ref,
    ref_or_none,
    source,
    within,
)


class MortgageLoan(Table, table=True):
    """A loan with security in the home. Of one that was heard of by a default, no more is known than its reference."""

    __tablename__ = "mortgage_loan"
    __table_args__ = (
        UniqueConstraint("id", "case_id", "loan_type", "loan_ref"),
        one_of("loan_type", words.LOAN_TYPES),
        one_of("status", words.LOAN_STATUSES),
        {"schema": "bank"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    loan_type: Text
    lender_party: str = party()
    servicer_party: str | None = code_ref_or_none("hub.party.id")
    loan_ref: Text
    principal_ore: OreOrNone
    outstanding_ore: OreOrNone
    collateral: TextOrNone
    term_amount_ore: OreOrNone
    next_due: DayOrNone
    status: Text
    source_party: str = source()


class MortgageDefault(Table, table=True):
    """A default on a mortgage loan, as it was reported last."""

    __tablename__ = "mortgage_default"
    __table_args__ = (
        # INVARIANT: the kind of loan decides whether a consent is needed, so the copy here must be the loan's own.
        within(
            ("loan_id", "case_id", "loan_type", "loan_ref"),
            "bank.mortgage_loan",
            ("id", "case_id", "loan_type", "loan_ref"),
        ),
        one_of("loan_type", words.LOAN_TYPES),
        one_of("status", words.DEFAULT_STATUSES),
        CheckConstraint("unpaid_terms > 0", name="unpaid_terms"),
        {"schema": "bank"},
    )

    id: UUID = key()
    case_id: UUID = ref("hub.case.id")
    loan_id: UUID = ref("bank.mortgage_loan.id")
    loan_ref: Text
    loan_type: Text
    first_unpaid_due: Day
    unpaid_terms: int
    arrears_ore: Ore
    interest_accrued_ore: Ore
    second_reminder_at: InstantOrNone
    notice_sent_at: InstantOrNone
    forced_sale_petition_at: InstantOrNone
    reported_at: Instant
    # When the lender last corrected what it had reported.
    corrected_at: InstantOrNone
    submission_id: UUID | None = ref_or_none("hub.submission.id")
    basis: Text
    consent_id: UUID | None = ref_or_none("hub.consent.id")
    agreement_id: UUID | None = ref_or_none("hub.agreement.id")
    # The signal that it first came with.
    signal_id: UUID | None = ref_or_none("hub.signal.id")
    status: Text
    source_party: str = source()
