"""What a default on a loan means for a case: one loan, and one default on it, however often it is told."""

from __future__ import annotations

from hub.routing.arrivals import LoanDefault
from hub.routing.claims import told_again
from hub.routing.files import CaseFile, Claim, LoanFile
from hub.routing.placement import Likeness
from hub.routing.work import Told, Work
from hub.store.ids import new_id
from hub.store.tables import MortgageDefault, MortgageLoan


def likeness(file: CaseFile, report: LoanDefault) -> Likeness:
    """A row says which loan and not which home. A person's open case is taken to be about the home that she has."""
    return Likeness.PERHAPS if _loan_in(file, report) is None else Likeness.SAME


def tell(work: Work, file: CaseFile, report: LoanDefault) -> Told:
    """The loan and the default, added or brought up to date."""
    loan = _loan_in(file, report) or _add_loan(work, file, report)
    if loan.status == "WITHDRAWN":
        loan.status = "DEFAULTED"
        work.changes.change(MortgageLoan, loan.id, status=loan.status)
    if loan.claim is None:
        loan.claim = _add_default(work, file, loan, report)
        return Told()
    return _told_again(work, loan.claim, report)


def _loan_in(file: CaseFile, report: LoanDefault) -> LoanFile | None:
    """INVARIANT: a sender tells of its own loans alone, whatever reference it states."""
    own = (report.loan_type, report.loan_ref, report.lender, report.servicer)
    return next(
        (loan for loan in file.loans if (loan.loan_type, loan.loan_ref, loan.lender, loan.servicer) == own), None
    )


def _add_loan(work: Work, file: CaseFile, report: LoanDefault) -> LoanFile:
    loan = LoanFile(
        id=new_id(),
        loan_type=report.loan_type,
        loan_ref=report.loan_ref,
        lender=report.lender,
        servicer=report.servicer,
    )
    file.loans.append(loan)
    work.changes.add(
        MortgageLoan,
        id=loan.id,
        case_id=file.id,
        loan_type=loan.loan_type,
        lender_party=loan.lender,
        servicer_party=loan.servicer,
        loan_ref=loan.loan_ref,
        status="DEFAULTED",
        source_party=work.arrival.source,
    )
    return loan


def _add_default(work: Work, file: CaseFile, loan: LoanFile, report: LoanDefault) -> Claim:
    claim = Claim(
        id=new_id(),
        since=report.first_unpaid_due,
        figures=report.figures,
        reported_at=work.arrival.received_at,
        signal=work.signal,
    )
    work.changes.add(
        MortgageDefault,
        id=claim.id,
        case_id=file.id,
        loan_id=loan.id,
        loan_ref=loan.loan_ref,
        loan_type=loan.loan_type,
        status="OPEN",
        source_party=work.arrival.source,
        signal_id=work.signal,
        **_values(work, report),
    )
    return claim


def _told_again(work: Work, claim: Claim, report: LoanDefault) -> Told:
    told, is_current = told_again(work, claim, report.first_unpaid_due, report.figures)
    if is_current:
        work.changes.change(MortgageDefault, claim.id, signal_id=claim.signal, **_values(work, report))
    return told


def _values(work: Work, report: LoanDefault) -> dict[str, object]:
    return {
        "first_unpaid_due": report.first_unpaid_due,
        "unpaid_terms": report.unpaid_terms,
        "arrears_ore": report.arrears_ore,
        "interest_accrued_ore": report.interest_ore,
        "reported_at": work.arrival.received_at,
        "submission_id": work.arrival.submission_id,
        "basis": work.arrival.basis,
        "consent_id": report.consent_id,
        "agreement_id": report.agreement_id,
    }
