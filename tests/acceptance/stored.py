"""A case as it stands in PostgreSQL, put together by hand: what a question about all of it could be answered with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tests.acceptance.house import House

_ADDRESS = ("line", "postal_code", "place")
# Fields that are columns. `field=column` where the name is not the column's; an amount's column ends in `_ore`.
COLUMNS: Mapping[str, str] = {
    "Case": "id caseNo municipality navUnit track phase state responsibleUnit openedAt updatedAt closedAt closeReason"
    " recidivism",
    "ConcernReport": "id reporterRelation text childConcern danger reportedAt",
    "Consent": "id kind purpose categories caseId status givenAt effectiveFrom expiresAt recordedAt supersedes",
    "ConsentReceipt": "id issuedAt keyId document",
    "ConsentEvent": "id kind givenAt effectiveAt recordedAt givenBy collectionMethod evidenceRef noticeVersion"
    " noticeSha256=notice_sha256 language expiresAt reason",
    "ContactLogEntry": "id at channel by=by_name byUnit withWhom outcome note shareLevel",
    "CostComparison": "id coverCosts=cover_costs_ore temporaryHousingPerNight=temporary_housing_per_night_ore nights"
    " newHome=new_home_ore evictionFees=eviction_fees_ore alternativeTotal=alternative_total_ore recommendation"
    " decidedBy",
    "DebtSettlement": "id kind openedAt registryRef status appliedAt negotiationEnds claimsDeadline"
    " proposalAnswerDeadline settledAt periodYears contentSummary",
    "DeferralRequest": "id claimRefs requestedUntil reason requestedAt",
    "Dwelling": "id municipality cadastral dwellingType koboId",
    "EvictionNotice": "id sentAt grounds amount=amount_ore payBy documentRef status",
    "CaseChange": "id kind occurredAt stateBefore stateAfter phaseBefore phaseAfter closedAt closeReason",
    "EvictionPetition": "id enforcementCaseNo petitionReceivedAt objectionDeadline evictionDate status receivedAt"
    " basis",
    "FinancialAidApplication": "id purpose amount=amount_ore decisionRef status legalRef appliedAt decidedAt reason",
    "Household": "id hasChildren childrenCount childrenUnder18=children_under18 childNeedsNote",
    "HouseholdMember": "id relation role shareOfTenancy",
    "LandlordNotice": "id arrears=arrears_ore oldestUnpaidDue breach groundsSummary sentAt copyToTenantAt sentByAgent"
    " earliestPetition",
    "LeaseBreach": "id kind description occurredAt verifiedWithTenantAt consequencesExplainedAt writtenWarningAt"
    " measures status",
    "Mandate": "id kind holderNationalIdMasked areas rights validFrom validTo status endedAt recordedAt",
    "MortgageDefault": "id loanRef loanType firstUnpaidDue unpaidTerms arrears=arrears_ore"
    " interestAccrued=interest_accrued_ore secondReminderAt noticeSentAt forcedSalePetitionAt reportedAt"
    " correctedAt basis status",
    "MortgageLoan": "id loanType loanRef principal=principal_ore outstanding=outstanding_ore collateral"
    " termAmount=term_amount_ore nextDue status",
    "Participant": "id unit=unit_id personName role validFrom validTo basis grantedBy",
    "Party": "id orgnr name kind municipality",
    "Person": "id nationalId addressProtection=protection addressGrade inRegister shielded preferredLanguage"
    " interpreterNeeded digitalContactReserved deceasedOn",
    "PlanStep": "id what responsible dueDate status",
    "ProgressPlan": "id status=state updatedAt version createdBy alternatives chosen agreedByCitizenAt nextReview",
    "RentClaim": "id period dueDate amount=amount_ore paid=paid_ore kid status dunningLevel",
    "RentDefault": "id arrears=arrears_ore monthsInArrears oldestDueDate fees=fees_ore interest=interest_ore reportedBy"
    " reportedAt basis discoverySource status",
    "RentDemandCopy": "id demandNo kind issuedAt amount=amount_ore documentRef routineRef deliveredTo tenantInformedAt",
    "RepaymentAgreement": "id creditorType total=total_ore instalment=instalment_ore dayOfMonth firstDue lastDue"
    " channel signedBy breachRule status",
    "Reservation": "id tenancyId givenAt evidenceRef status withdrawnAt recordedAt",
    "Signal": "id kind receivedAt channel basis triageStatus unit=unit_id task dueOn isReserved duplicatesOf"
    " correctedAt withdrawnAt withdrawalReason",
    "Tenancy": "id startDate endDate termType monthlyRent=monthly_rent_ore dueDay contractWritten evictionClause"
    " signedByTenant reservedForDisadvantaged deposit=deposit_ore guarantee rentAccountNo kidPattern status",
}
# Fields that lead to a party.
PARTIES: Mapping[str, Mapping[str, str]] = {
    "Consent": {"source": "source_party", "recipient": "recipient_party", "askedBy": "asked_by"},
    "Dwelling": {"owner": "owner_party"},
    "EvictionNotice": {"sender": "sender_party"},
    "EvictionPetition": {"petitioner": "petitioner_party"},
    "LandlordNotice": {"landlord": "landlord_party"},
    "MortgageLoan": {"lender": "lender_party", "servicer": "servicer_party"},
    "Participant": {"party": "party_id"},
    "RepaymentAgreement": {"creditor": "creditor_party"},
    "Reservation": {"landlord": "landlord_party"},
    "Signal": {"sender": "sender_party"},
    "Tenancy": {"landlord": "landlord_party"},
}
# Lists of a case: type, table, order.
_OF_CASE: Mapping[str, tuple[str, str, str]] = {
    "changes": ("CaseChange", "hub.case_change", "occurred_at DESC"),
    "tenancies": ("Tenancy", "housing.tenancy", "start_date DESC"),
    "rentDefaults": ("RentDefault", "housing.rent_default", "reported_at DESC"),
    "rentDemandCopies": ("RentDemandCopy", "housing.rent_demand_copy", "issued_at DESC"),
    "leaseBreaches": ("LeaseBreach", "housing.lease_breach", "occurred_at DESC"),
    "evictionNotices": ("EvictionNotice", "enforcement.eviction_notice", "sent_at DESC"),
    "evictionPetitions": ("EvictionPetition", "enforcement.eviction_petition", "petition_received_at DESC"),
    "mortgageLoans": ("MortgageLoan", "bank.mortgage_loan", "loan_type"),
    "financialAidApplications": ("FinancialAidApplication", "nav.financial_aid_application", "applied_at DESC"),
    "debtSettlements": ("DebtSettlement", "enforcement.debt_settlement", "applied_at DESC"),
    "landlordNotices": ("LandlordNotice", "hub.landlord_notice", "sent_at DESC"),
    "deferralRequests": ("DeferralRequest", "hub.deferral_request", "requested_at DESC"),
    "concernReports": ("ConcernReport", "hub.concern_report", "reported_at DESC"),
    "signals": ("Signal", "hub.signal", "received_at DESC"),
    "participants": ("Participant", "hub.participant", "valid_from"),
    "contactLog": ("ContactLogEntry", "hub.contact_log_entry", "at DESC"),
    "repaymentAgreements": ("RepaymentAgreement", "hub.repayment_agreement", "first_due DESC"),
    "costComparisons": ("CostComparison", "hub.cost_comparison", "id"),
}
_CONSENTS = """
    SELECT c.*, CASE WHEN e.kind IN ('GIVEN', 'RENEWED') AND now() >= e.expires_at THEN 'EXPIRED'
                     ELSE coalesce(e.kind, 'REQUESTED') END AS status,
        g.given_at, g.effective_at AS effective_from, g.expires_at
    FROM hub.consent c LEFT JOIN LATERAL (
        SELECT kind, expires_at FROM hub.consent_event
        WHERE consent_id = c.id AND effective_at <= now() ORDER BY seq DESC LIMIT 1
    ) e ON true LEFT JOIN LATERAL (
        SELECT * FROM hub.consent_event
        WHERE consent_id = c.id AND kind IN ('GIVEN', 'RENEWED') ORDER BY seq DESC LIMIT 1
    ) g ON true
    WHERE c.subject_id = $1 AND (c.case_id IS NULL OR c.case_id = $2) ORDER BY c.recorded_at DESC, c.id"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A row as an object of the schema: its fields, and the row itself, for conditions on it."""

    type: str
    fields: Mapping[str, Any]
    row: Mapping[str, Any] = field(repr=False)


class Stored:
    """Reads cases out of the tables. What is read once is kept: nothing here changes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._parties = {row["id"]: self._node("Party", row) for row in house.rows("SELECT * FROM hub.party")}
        self._tables: dict[str, dict[UUID, list[dict[str, Any]]]] = {}

    def case(self, case_id: str) -> Node:
        """The whole case."""
        [row] = self._of("hub.case", "id", UUID(case_id))
        children = {
            name: [self._node(kind, child) for child in self._of(table, "case_id", row["id"], order)]
            for name, (kind, table, order) in _OF_CASE.items()
        }
        households = self._of("hub.household", "case_id", row["id"])
        members = [
            self._node("HouseholdMember", member, person=self.person(member["person_id"]))
            for member in self._of("hub.case_person", "case_id", row["id"], "role")
        ]
        plans = self._of("hub.progress_plan", "case_id", row["id"], "version DESC")
        homes = self._of("housing.dwelling", "id", row["dwelling_id"]) if row["dwelling_id"] else []
        return self._node(
            "Case",
            row,
            subject=self.person(row["subject_id"]),
            household=self._node("Household", households[0], members=members) if households else None,
            dwelling=self._dwelling(homes[0]) if homes else None,
            plan=self._node("ProgressPlan", plans[0]) if plans else None,
            consents=[
                self._node("Consent", consent, events=self._events(consent["id"]), receipt=self._receipt(consent["id"]))
                for consent in self._house.rows(_CONSENTS, row["subject_id"], row["id"])
            ],
            mandates=[
                self._node("Mandate", mandate, giver=self.person(mandate["giver_id"]))
                for mandate in self._of("hub.mandate_standing", "giver_id", row["subject_id"], "recorded_at DESC")
            ],
            reservations=[
                self._node("Reservation", found)
                for found in self._of("hub.reservation_standing", "tenant_id", row["subject_id"], "given_at DESC")
            ],
            **children,
        )

    def _events(self, consent: UUID) -> list[Node]:
        found = self._of("hub.consent_event", "consent_id", consent, "recorded_at DESC")
        return [self._node("ConsentEvent", event) for event in found]

    def _receipt(self, consent: UUID) -> Node | None:
        found = self._of("hub.receipt", "consent_id", consent, "issued_at DESC")
        return self._node("ConsentReceipt", found[0]) if found else None

    def person(self, person_id: UUID) -> Node:
        """A person, without the cases."""
        [row] = self._of("nav.person", "id", person_id)
        return self._node(
            "Person",
            row,
            nationalIdMasked=f"{row['national_id'][:6]}*****",
            name={"first": row["first_name"], "middle": row["middle_name"], "last": row["last_name"]},
            **{f"{kind}Address": _address(row, f"{kind}_") for kind in ("residential", "postal", "temporary")},
        )

    def _dwelling(self, row: Mapping[str, Any]) -> Node:
        named = {"line": row["address_line"], "postal_code": row["postal_code"], "place": row["postal_place"]}
        return self._node("Dwelling", row, address=_address(named, ""))

    def _node(self, kind: str, row: Mapping[str, Any], **further: object) -> Node:
        columns = (part.partition("=") for part in COLUMNS[kind].split())
        fields = {name: plain(row[column or _snake(name)]) for name, _, column in columns}
        parties = {name: self._party(row[column]) for name, column in PARTIES.get(kind, {}).items()}
        return Node(type=kind, fields={**fields, **parties, **self._below(kind, row), **further}, row=row)

    def _below(self, kind: str, row: Mapping[str, Any]) -> dict[str, list[Node]]:
        below = {
            "MortgageLoan": ("defaults", "MortgageDefault", "bank.mortgage_default", "loan_id", "reported_at DESC"),
            "ProgressPlan": ("steps", "PlanStep", "hub.plan_step", "plan_id", "ord"),
            "Tenancy": ("claims", "RentClaim", "housing.rent_claim", "tenancy_id", "due_date"),
        }.get(kind)
        if below is None:
            return {}
        name, child, table, key, order = below
        return {name: [self._node(child, found) for found in self._of(table, key, row["id"], order)]}

    def _party(self, party_id: str | None) -> Node | None:
        return self._parties.get(party_id) if party_id else None

    def _of(self, table: str, key: str, value: UUID, order: str = "id") -> list[dict[str, Any]]:
        """Rows of a table by a key. The table is read once."""
        index = f"{table}.{key}"
        if index not in self._tables:
            self._tables[index] = {}
            for row in self._house.rows(f"SELECT * FROM {table} ORDER BY {order}, id"):
                self._tables[index].setdefault(row[key], []).append(row)
        return self._tables[index].get(value, [])


def plain(value: object) -> Any:
    """A value as an answer writes it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            return value


def bare(value: object) -> Any:
    """An answer without nulls and empty lists, so that what is withheld, hidden and absent look alike."""
    if isinstance(value, dict):
        kept = {name: bare(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner is not None and inner != []}
    return [bare(inner) for inner in value] if isinstance(value, list) else value


def _address(row: Mapping[str, Any], prefix: str) -> dict[str, Any] | None:
    line, code, place = (row[f"{prefix}{part}"] for part in _ADDRESS)
    return {"line": line, "postalCode": code, "place": place} if any((line, code, place)) else None


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()
