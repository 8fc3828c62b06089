"""Changes that somebody may not see, each under a name, with those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.demo.offices import BANK, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import BARN, EVA, KARI, MONA, NINA, OLA, Known
from hub.store.ids import new_id
from tests.acceptance.house import House
from tests.noninterference.changes import Change, Row, Step, added, altered, line_added, rows

_NAV = ("nav-caseworker", "nav-sister")
_HIDDEN = "Hemmelig endret"
_NEW_NUMBER = "10918735241"
_LATE = datetime(2026, 11, 21, 9, tzinfo=UTC)
_IN_THE_LOG = datetime(2025, 11, 3, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A change, whom it is about, and who may see it. `protecting` is who has been protected before, and how."""

    make: Callable[[House], list[Step]]
    about: Known
    seen_by: tuple[str, ...]
    protecting: tuple[Known, str] | None = None

    def change(self, house: House, name: str) -> Change:
        return Change(name=name, steps=tuple(self.make(house)))


def _one(house: House, table: str, condition: str, *arguments: object) -> dict[str, Any]:
    return rows(house, table, condition, *arguments)[0]


def _case(house: House, known: Known) -> dict[str, Any]:
    return rows(house, "hub.case", "subject_id = $1", known.id)[-1]


def person(known: Known, **values: Any) -> Callable[[House], list[Step]]:
    return lambda house: [altered("nav.person", _one(house, "nav.person", "id = $1", known.id), values)]


def the_case(known: Known, **values: Any) -> Callable[[House], list[Step]]:
    return lambda house: [altered("hub.case", _case(house, known), values)]


def part(known: Known, table: str, condition: str, **values: Any) -> Callable[[House], list[Step]]:
    """One row of somebody's case altered."""

    def make(house: House) -> list[Step]:
        case = _case(house, known)["id"]
        return [altered(table, _one(house, table, f"case_id = $1 AND {condition}", case), values)]

    return make


def one_more(known: Known, table: str, condition: str, **values: Any) -> Callable[[House], list[Step]]:
    """One row of somebody's case a second time, with other values."""

    def make(house: House) -> list[Step]:
        like = _one(house, table, f"case_id = $1 AND {condition}", _case(house, known)["id"])
        return [added(table, {**like, "id": new_id(), **values})]

    return make


def case_like(
    house: House, known: Known, *, subject: UUID, party: str, unit: str, municipality: str, number: str
) -> list[Step]:
    """A case like somebody's, of somebody else, at another office. With a signal that nobody has taken in hand."""
    like, case = _case(house, known), new_id()
    shared = {"case_id": case, "source_party": party}
    new = {"id": case, "subject_id": subject, "municipality": municipality, "nav_unit": unit, "responsible_unit": unit}
    member = _one(house, "hub.case_person", "case_id = $1 AND relation = 'SELF'", like["id"])
    joined = _one(house, "hub.participant", "case_id = $1", like["id"])
    signal = _one(house, "hub.signal", "case_id = $1", like["id"])
    home = _one(house, "hub.household", "case_id = $1", like["id"])
    return [
        added("hub.case", {**like, **new, "case_no": number, "source_party": party, "dwelling_id": None}),
        added("hub.case_person", {**member, **shared, "id": new_id(), "person_id": subject}),
        added("hub.household", {**home, **shared, "id": new_id()}),
        added("hub.participant", {**joined, **shared, "id": new_id(), "party_id": party, "unit_id": unit}),
        added("hub.signal", {**signal, **shared, "id": new_id(), "unit_id": unit, "triage_status": "NEW"}),
    ]


def _secret_case(house: House) -> list[Step]:
    """A strictly protected person whom nobody knew before, with a case at the special unit."""
    like = _one(house, "nav.person", "id = $1", OLA.id)
    stranger = {**like, "id": new_id(), "national_id": _NEW_NUMBER, "last_name": "Ukjent"}
    where = {"party": TESTBY.nav, "unit": TESTBY.secure_unit, "municipality": TESTBY.number}
    made = case_like(house, OLA, subject=stranger["id"], number="9901-2026-900001", **where)
    return [added("nav.person", stranger), *made]


def _case_elsewhere(house: House) -> list[Step]:
    """A second case of somebody who has one, in the other municipality."""
    where = {"party": SYNTEVIK.nav, "unit": SYNTEVIK.nav_unit, "municipality": SYNTEVIK.number}
    return case_like(house, EVA, subject=EVA.id, number="9902-2026-900002", **where)


def _consent_to_another(house: House) -> list[Step]:
    """Kari lets another bank see how far the plan has come."""
    like = _one(
        house, "hub.consent", "subject_id = $1 AND recipient_party = $2 AND purpose = 'REFINANCING'", EVA.id, BANK
    )
    case = _case(house, KARI)["id"]
    consent = {**like, "id": new_id(), "subject_id": KARI.id, "case_id": case, "recipient_party": OTHER_BANK}
    given = _one(house, "hub.consent_event", "consent_id = $1 AND kind = 'GIVEN'", like["id"])
    moment = datetime.now(UTC) - timedelta(hours=1)
    clocks = dict.fromkeys(("given_at", "effective_at", "recorded_at"), moment)
    return [
        added("hub.consent", consent),
        added("hub.consent_event", {**given, **clocks, "id": new_id(), "consent_id": consent["id"]}),
    ]


def _submitted_by(bank: str) -> Callable[[House], list[Step]]:
    """A row about Eva that another bank has sent in."""

    def make(house: House) -> list[Step]:
        like = _one(house, "hub.submitted_default", "submitter_party = $1 AND outcome = 'ACCEPTED'", BANK)
        batch = _one(house, "hub.submission", "id = $1", like["submission_id"])
        by = {"submitter_party": bank}
        new = {**batch, **by, "id": new_id(), "actor": bank, "idempotency_key": "another-batch"}
        return [
            added("hub.submission", new),
            added("hub.submitted_default", {**like, **by, "id": new_id(), "submission_id": new["id"]}),
        ]

    return make


def _withdrawn_by(bank: str) -> Callable[[House], list[Step]]:
    """A row about Eva that another bank has sent in, and withdrawn."""

    def make(house: House) -> list[Step]:
        batch, sent = _submitted_by(bank)(house)
        like = _one(house, "hub.submitted_default", "submitter_party = $1 AND outcome = 'ACCEPTED'", BANK)
        row = sent.undo[1][0]
        event = {
            "id": new_id(),
            "submitted_default_id": row,
            "submitter_party": bank,
            "event_no": 1,
            "kind": "WITHDRAWN",
            "actor": bank,
            "withdrawal_reason": "WRONG_PERSON",
            **{name: like[name] for name in ("first_unpaid_due", "unpaid_terms", "arrears_ore")},
        }
        return [batch, sent, added("hub.submitted_default_event", event)]

    return make


def line(**values: Any) -> Row:
    """A line of the log."""
    return {
        "id": new_id(), "event_id": new_id(), "occurred_at": _IN_THE_LOG, "subject_id": MONA.id,
        "source_party": SYNTEVIK.nav, "recipient_party": SYNTEVIK.nav, "recipient_unit": SYNTEVIK.nav_unit,
        "actor_id": "A200902", "actor_name": "Casper Syntelien", "actor_role": "nav-caseworker-9902",
        "actor_kind": "STAFF", "purpose": "EVICTION_PREVENTION", "basis": "STL_17", "evidence_id": None,
        "categories": ["RENT"], "policies": [], "kind": "LOOKED_UP", "operation_name": "Before", "request_id": "before",
        "severity": "INFO", "rows": 1, "delivered": True, **values,
    }  # fmt: skip


def own_lines() -> list[Row]:
    """Lines that the officers of NAV Testby see."""
    testby = {"source_party": TESTBY.nav, "recipient_party": TESTBY.nav, "recipient_unit": TESTBY.nav_unit}
    return [
        line(**testby, subject_id=known.id, actor_id="A123456", occurred_at=_IN_THE_LOG + timedelta(hours=n))
        for n, known in enumerate((KARI, EVA, KARI, MONA))
    ]


NAMED: Mapping[str, Named] = {
    "the name of a strictly protected person": Named(
        make=person(OLA, first_name=_HIDDEN, last_name=_HIDDEN), about=OLA, seen_by=("nav-secure-unit", "citizen-ola")
    ),
    "the address of a strictly protected person": Named(
        make=person(OLA, postal_line=_HIDDEN, postal_place=_HIDDEN),
        about=OLA,
        seen_by=("nav-secure-unit", "citizen-ola"),
    ),
    "how strictly a person is protected": Named(
        make=person(OLA, protection="STRENGT_FORTROLIG_UTLAND"), about=OLA, seen_by=("nav-secure-unit", "citizen-ola")
    ),
    "how a strictly protected person's case stands": Named(
        make=the_case(
            OLA, state="CLOSED", phase=3, track="OWNER", updated_at=datetime.now(UTC), opened_at=datetime.now(UTC),
            responsible_unit="9901", case_no="9901-2026-999999",
        ),
        about=OLA,
        seen_by=("nav-secure-unit", "citizen-ola"),
    ),
    "the number of a shielded person": Named(make=person(NINA, national_id=_NEW_NUMBER), about=NINA, seen_by=()),
    "the name and address of a shielded person": Named(
        make=person(NINA, last_name=_HIDDEN, residential_line=_HIDDEN), about=NINA, seen_by=()
    ),
    "the name and number of a child": Named(
        make=person(BARN, first_name=_HIDDEN, national_id=_NEW_NUMBER),
        about=KARI,
        seen_by=("nav-caseworker", "citizen-kari"),
    ),
    "how the case of a strictly protected household stands": Named(
        make=the_case(KARI, state="CLOSED", phase=3, track="OWNER", updated_at=_LATE, case_no="9901-2026-999998"),
        about=KARI,
        seen_by=("citizen-kari",),
        protecting=(BARN, "STRENGT_FORTROLIG"),
    ),
    "the rent of a shielded household": Named(
        make=part(KARI, "housing.tenancy", "true", monthly_rent_ore=1, status="ENDED"),
        about=KARI,
        seen_by=("citizen-kari",),
        protecting=(KARI, "SHIELDED"),
    ),
    "where a household with a confidential address lives": Named(
        make=person(KARI, residential_line=_HIDDEN, postal_line=_HIDDEN, postal_place=_HIDDEN),
        about=KARI,
        seen_by=("citizen-kari", "enforcement-officer"),
        protecting=(KARI, "FORTROLIG"),
    ),
    "when a case was last changed": Named(
        make=the_case(KARI, updated_at=_LATE, opened_at=_LATE, track="OWNER", state="CLOSED"),
        about=KARI,
        seen_by=("nav-caseworker", "debt-counsellor", "housing-caseworker", "housing-support", "citizen-kari"),
    ),
    "the amounts of a loan": Named(
        make=part(EVA, "bank.mortgage_loan", "loan_type = 'BANK_LOAN'", outstanding_ore=1, term_amount_ore=2),
        about=EVA,
        seen_by=(*_NAV, "debt-counsellor", "citizen-eva"),
    ),
    "one loan more": Named(
        make=one_more(EVA, "bank.mortgage_loan", "loan_type = 'BANK_LOAN'", loan_ref="X-1"),
        about=EVA,
        seen_by=(*_NAV, "debt-counsellor", "citizen-eva"),
    ),
    "a note that another unit keeps to itself": Named(
        make=part(KARI, "hub.contact_log_entry", "share_level = 'INTERNAL' AND by_unit = '9901'", note=_HIDDEN),
        about=KARI,
        seen_by=("nav-caseworker",),
    ),
    "one contact more that another unit keeps to itself": Named(
        make=one_more(KARI, "hub.contact_log_entry", "share_level = 'INTERNAL' AND by_unit = '9901'", note=_HIDDEN),
        about=KARI,
        seen_by=("nav-caseworker",),
    ),
    "the costs that were compared": Named(
        make=part(KARI, "hub.cost_comparison", "true", cover_costs_ore=1, temporary_housing_per_night_ore=3),
        about=KARI,
        seen_by=("nav-caseworker", "housing-caseworker"),
    ),
    "one signal more at another unit": Named(
        make=one_more(KARI, "hub.signal", "true", unit_id=TESTBY.second_nav_unit, triage_status="NEW"),
        about=KARI,
        # The unit that a report is routed to sees the report, and nothing of the case.
        seen_by=("nav-caseworker-other-office",),
    ),
    "a case of a strictly protected person": Named(make=_secret_case, about=OLA, seen_by=("nav-secure-unit",)),
    "a second case in another municipality": Named(
        make=_case_elsewhere, about=EVA, seen_by=("nav-caseworker-other-municipality", "citizen-eva")
    ),
    "a consent to another bank": Named(
        make=_consent_to_another,
        about=KARI,
        seen_by=("other-bank-system", "nav-caseworker", "debt-counsellor", "housing-caseworker", "citizen-kari"),
    ),
    "what another bank has sent in": Named(
        make=_submitted_by(OTHER_BANK), about=EVA, seen_by=("other-bank-system",)
    ),
    "what another bank has withdrawn": Named(
        make=_withdrawn_by(OTHER_BANK), about=EVA, seen_by=("other-bank-system",)
    ),
    "a line of another party's log": Named(
        make=lambda _: [line_added(line())], about=MONA, seen_by=()
    ),
}  # fmt: skip
