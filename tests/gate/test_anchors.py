"""Facts as SQL, on a real database: total, two-valued, and the same whichever way they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from hub.demo.offices import BANK, OTHER_BANK
from hub.demo.people import EVA, KARI, OLA
from hub.gate import AnchorFacts, Binds, protection_from
from hub.gate.anchors import found_or_somebody
from hub.gate.facts import FACTS, FactSpec
from hub.gate.residual import Contains, Context, Fact, Known
from schema.categories import Anchor
from tests.gate import real

ROWS = {
    (Anchor.PERSON, "Consent"): "hub.consent r JOIN nav.person c ON c.id = r.subject_id",
    (Anchor.CASE, "ConsentEvent"): 'hub.consent_history r JOIN hub."case" c ON c.subject_id = r.subject_id',
    (Anchor.CASE, "ConsentReceipt"): 'hub.receipt r JOIN hub."case" c ON c.subject_id = r.subject_id',
    (Anchor.PERSON, "ConsentReceipt"): "hub.receipt r JOIN nav.person c ON c.id = r.subject_id",
    (Anchor.PERSON, "ConsentEvent"): "hub.consent_history r JOIN nav.person c ON c.id = r.subject_id",
    (Anchor.CASE, "Case"): 'hub."case" r JOIN hub."case" c ON c.id = r.id',
    (Anchor.CASE, "Consent"): 'hub.consent r JOIN hub."case" c ON c.subject_id = r.subject_id',
    (Anchor.CASE, "Dwelling"): 'housing.dwelling r JOIN hub."case" c ON c.dwelling_id = r.id',
    (
        Anchor.CASE,
        "Person",
    ): 'hub.case_person m JOIN nav.person r ON r.id = m.person_id JOIN hub."case" c ON c.id = m.case_id',
    (Anchor.CASE, "BreakGlassScope"): 'hub."case" r JOIN hub."case" c ON c.id = r.id',
    (Anchor.CASE, "Mandate"): 'hub.mandate_standing r JOIN hub."case" c ON c.subject_id = r.giver_id',
    (Anchor.CASE, "Reservation"): 'hub.reservation_standing r JOIN hub."case" c ON c.subject_id = r.tenant_id',
    (Anchor.PERSON, "ConsentScope"): (
        "(SELECT id, source_party, source_party AS recipient_party, ARRAY['HOUSING'] AS areas, 'CONSENT' AS signs,"
        " 'NONE' AS method FROM nav.person) r JOIN nav.person c ON c.id = r.id"
    ),
    (Anchor.PERSON, "Mandate"): "hub.mandate_standing r JOIN nav.person c ON c.id = r.giver_id",
    (Anchor.PERSON, "MandateScope"): (
        "(SELECT id, source_party, id AS mandate_id FROM nav.person) r JOIN nav.person c ON c.id = r.id"
    ),
    (Anchor.PERSON, "Reservation"): "hub.reservation_standing r JOIN nav.person c ON c.id = r.tenant_id",
    (Anchor.PERSON, "ReservationScope"): (
        "(SELECT id, source_party, ARRAY['HOUSING'] AS areas, 'CONSENT' AS signs FROM nav.person) r"
        " JOIN nav.person c ON c.id = r.id"
    ),
    (Anchor.LOG, "BreakGlass"): "audit.break_glass_line r CROSS JOIN (SELECT 1) c",
    (Anchor.PERSON, "Person"): "nav.person r JOIN nav.person c ON c.id = r.id",
    # The figures are of no row; each row that is counted in them is the submitter's.
    (Anchor.SUBMISSION, "SubmissionStatistics"): "hub.submitted_default_standing r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedDefault"): "hub.submitted_default_standing r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedDefaultEvent"): "hub.submitted_default_event r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "Webhook"): "hub.webhook r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "WebhookDeadLetter"): "hub.webhook_dead_letter r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedAidApplication"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedConcernReport"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedDeferralRequest"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedEvictionNotice"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedLandlordNotice"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedRentDefault"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmittedRentDemandCopy"): "hub.submitted_report r CROSS JOIN (SELECT 1) c",
    (Anchor.SUBMISSION, "SubmissionEvent"): "hub.submission_event r CROSS JOIN (SELECT 1) c",
    (Anchor.LOG, "AccessLine"): "audit.access_line r CROSS JOIN (SELECT 1) c",
    (Anchor.LOG, "AccessLogEntry"): "audit.access_subject r CROSS JOIN (SELECT 1) c",
}
TABLES = {
    "CaseChange": "hub.case_change",
    "ConcernReport": "hub.concern_report",
    "CaseEvent": "hub.case_event",
    "ContactLogEntry": "hub.contact_log_entry",
    "CostComparison": "hub.cost_comparison",
    "DebtSettlement": "enforcement.debt_settlement",
    "DeferralRequest": "hub.deferral_request",
    "EvictionNotice": "enforcement.eviction_notice",
    "EvictionPetition": "enforcement.eviction_petition",
    "FinancialAidApplication": "nav.financial_aid_application",
    "Household": "hub.household",
    "HouseholdMember": "hub.case_person",
    "LandlordNotice": "hub.landlord_notice",
    "InboxEvent": "hub.inbox_event",
    "LeaseBreach": "housing.lease_breach",
    "MortgageDefault": "bank.mortgage_default",
    "MortgageLoan": "bank.mortgage_loan",
    "Participant": "hub.participant",
    "PlanStep": "hub.plan_step",
    "ProgressPlan": "hub.progress_plan",
    "RentClaim": "housing.rent_claim",
    "RentDefault": "housing.rent_default",
    "RentDemandCopy": "housing.rent_demand_copy",
    "RepaymentAgreement": "hub.repayment_agreement",
    "Signal": "hub.signal",
    "Tenancy": "housing.tenancy",
}
LOOKED_UP_BY = {
    "glass": str(KARI.id),
    "party": "9901-nav",
    "person": str(KARI.id),
    "purpose": "EVICTION_PREVENTION",
}


def places() -> list[tuple[Anchor, str]]:
    resources = sorted(real.model().resources.items())
    return [(anchor, name) for name, spec in resources for anchor in sorted(spec.anchors) if anchor is not Anchor.NONE]


def rows_of(anchor: Anchor, resource: str) -> str:
    return ROWS.get((anchor, resource)) or f'{TABLES[resource]} r JOIN hub."case" c ON c.id = r.case_id'


class Query:
    """A question about the facts of all rows of a type."""

    def __init__(self, anchor: Anchor, resource: str) -> None:
        self.binds = Binds()
        self.facts = AnchorFacts(anchor, resource, anchor_alias="c", row_alias="r", protection="p", binds=self.binds)
        graded = anchor in (Anchor.CASE, Anchor.PERSON)
        joined = f" LEFT JOIN LATERAL {protection_from(anchor, 'c')} p ON true" if graded else ""
        self.source = f"{rows_of(anchor, resource)}{joined}"

    async def fetch(self, connection: asyncpg.Connection, columns: str, **more: object) -> list[asyncpg.Record]:
        values = self.binds.values({**LOOKED_UP_BY, **more})
        return await connection.fetch(f"SELECT {columns} FROM {self.source}", *values)


@pytest.fixture
async def connection(demo_database) -> Iterator[asyncpg.Connection]:
    connection = await asyncpg.connect(demo_database.owner)
    yield connection
    await asyncio.wait_for(connection.close(), 5)


def facts_of(resource: str) -> list[FactSpec]:
    return list(real.model().resources[resource].facts.values())


@pytest.mark.parametrize(("anchor", "resource"), places())
async def test_every_fact_of_a_type_is_read_and_the_required_ones_are_known(connection, anchor, resource):
    query = Query(anchor, resource)
    scalars = [fact for fact in facts_of(resource) if not fact.is_set]
    if not scalars:
        return
    columns = ", ".join(f'{query.facts.scalar(fact.name)} AS "{fact.name}"' for fact in scalars)

    rows = await query.fetch(connection, columns)

    # The demo has neither a log nor submissions; its events, its receipts and what changes in cases come when it runs.
    when_it_runs = ("CaseChange", "CaseEvent", "ConsentReceipt", "InboxEvent")
    assert rows or anchor in (Anchor.LOG, Anchor.SUBMISSION) or resource in when_it_runs
    for row in rows:
        assert all(row[fact.name] is not None for fact in scalars if fact.is_required_scalar)


@pytest.mark.parametrize(
    ("anchor", "resource"), [place for place in places() if place[0] in (Anchor.CASE, Anchor.PERSON)]
)
async def test_membership_and_the_whole_set_say_the_same_and_never_null(connection, anchor, resource):
    for fact in (fact for fact in facts_of(resource) if fact.is_set):
        whole = Query(anchor, resource)
        found = await whole.fetch(connection, f"{whole.facts.array(fact.name)} AS members")
        members = {member for row in found for member in row["members"]}
        assert None not in members

        for value in [*sorted(members, key=str)[:3], _foreign(fact)]:
            asked = Query(anchor, resource)
            place = asked.binds.add("value", "uuid" if "Person" in fact.type else "text")
            columns = f"{asked.facts.array(fact.name)} AS members, {asked.facts.contains(fact.name, place)} AS held"
            for row in await asked.fetch(connection, columns, value=value):
                assert row["held"] is (value in row["members"])


def _foreign(fact: FactSpec) -> str:
    return "00000000-0000-0000-0000-000000000000" if "Person" in fact.type else "nobody"


@pytest.mark.parametrize(
    ("resource", "atom"),
    [
        ("Case", Contains(Fact("consented"), "PLAN_STATUS")),
        ("MortgageLoan", Contains(Fact("consented"), "LOAN_DETAILS")),
        ("MortgageDefault", Contains(Fact("consented"), "LOAN_DEFAULT")),
        ("Case", Contains(Fact("mandates"), "ECONOMY")),
        ("MortgageLoan", Fact("agreed")),
        ("MortgageDefault", Fact("agreed")),
    ],
)
async def test_there_is_evidence_exactly_where_the_fact_holds(connection, resource, atom):
    query = Query(Anchor.CASE, resource)
    if isinstance(atom, Contains):
        place = query.binds.add("category", "text")
        held = query.facts.contains(atom.set.name, place)
        more = {"category": atom.value}
    else:
        held, more = query.facts.scalar(atom.name), {}

    rows = await query.fetch(connection, f"{held} AS held, {query.facts.evidence(atom)} AS id", **more)

    assert rows
    assert all(row["held"] is (row["id"] is not None) for row in rows)


async def test_agreements_and_consents_of_the_demo_do_open_some_rows(connection):
    """Else the test above would hold of nothing."""
    agreed = Query(Anchor.CASE, "MortgageLoan")
    consented = Query(Anchor.CASE, "MortgageLoan")

    with_agreement = await agreed.fetch(connection, f"{agreed.facts.scalar('agreed')} AS held")
    with_consent = await consented.fetch(connection, f"{consented.facts.array('consented')} AS members")

    assert {row["held"] for row in with_agreement} == {True, False}
    assert any("LOAN_DETAILS" in row["members"] for row in with_consent)
    assert any(not row["members"] for row in with_consent)


@pytest.mark.parametrize(("person", "grade"), [(KARI, 0), (EVA, 0), (OLA, 2)])
async def test_the_grade_of_a_case_is_that_of_its_persons(connection, person, grade):
    query = Query(Anchor.CASE, "Case")

    rows = await query.fetch(
        connection, f"{query.facts.scalar('subject')} AS subject, {query.facts.scalar('grade')} AS grade"
    )

    assert {row["grade"] for row in rows if str(row["subject"]) == str(person.id)} == {grade}


async def test_a_persons_own_facts_are_those_of_the_persons_cases(connection):
    """Which way a row is reached must not matter: what a case hides, the person alone does not show."""
    case, person = Query(Anchor.CASE, "Person"), Query(Anchor.PERSON, "Person")
    sets = ("persons", "relatives", "units", "municipalities")

    def columns(query: Query) -> str:
        arrays = ", ".join(f'{query.facts.array(name)} AS "{name}"' for name in sets)
        return f"r.id, {query.facts.scalar('grade')} AS grade, {query.facts.scalar('shielded')} AS shielded, {arrays}"

    alone = {row["id"]: row for row in await person.fetch(connection, columns(person))}

    for row in await case.fetch(connection, columns(case)):
        assert alone[row["id"]]["grade"] >= row["grade"]
        assert alone[row["id"]]["shielded"] >= row["shielded"]
        for name in sets:
            assert set(row[name]) <= set(alone[row["id"]][name])


def test_a_fact_without_sql_is_refused():
    facts = Query(Anchor.CASE, "Case").facts

    for ask in (
        lambda: facts.scalar("consentInForce"),
        lambda: facts.scalar("units"),
        lambda: facts.contains("grade", "1"),
    ):
        with pytest.raises(ValueError, match=r"grade|units|consentInForce"):
            ask()


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda facts: facts.scalar("nothing"), "there is no fact nothing"),
        (lambda facts: facts.array("grade"), "grade is no set"),
        (lambda facts: facts.evidence(Fact("grade")), "grade rests on no document"),
        (lambda facts: facts.evidence(Known("grade")), "evidence is a fact"),
        (lambda facts: facts.evidence(Contains(Fact("consented"), Context("purpose"))), "by a category or an area"),
        (lambda facts: facts.evidence(Contains(Fact("mandates"), 1)), "by a category or an area"),
    ],
)
def test_what_cannot_be_asked_of_a_fact_is_refused(ask, why):
    with pytest.raises(ValueError, match=why):
        ask(Query(Anchor.CASE, "Case").facts)


def test_evidence_of_either_of_two_is_the_first_that_there_is():
    facts = Query(Anchor.CASE, "Case").facts
    one, other = (Contains(Fact("consented"), word) for word in ("PLAN", "BUDGET"))

    assert facts.evidence(one, other) == f"coalesce({facts.evidence(one)}, {facts.evidence(other)})"
    assert not facts.evidence(one).startswith("coalesce")


@pytest.mark.parametrize(
    ("anchor", "table", "search"),
    [
        (Anchor.CASE, 'hub."case"', 'SELECT s.id FROM hub."case" s WHERE s.case_no = $1'),
        (Anchor.PERSON, "nav.person", "SELECT s.id FROM nav.person s WHERE s.national_id = $1"),
    ],
)
async def test_somebody_else_who_has_a_case_stands_in_for_what_is_not_found(connection, anchor, table, search):
    by = "case_no" if anchor is Anchor.CASE else "national_id"
    found = f"SELECT {found_or_somebody(anchor, search)}"
    known = await connection.fetchrow(f"SELECT id, {by} AS sought FROM {table} ORDER BY id DESC LIMIT 1")
    with_a_case = await connection.fetch("SELECT case_id, person_id FROM facts.case_person")

    assert await connection.fetchval(found, known["sought"]) == known["id"]
    stand_in = await connection.fetchval(found, "nobody's")
    assert stand_in in {row["case_id" if anchor is Anchor.CASE else "person_id"] for row in with_a_case}


def test_every_fact_is_used_by_some_type():
    used = {name for spec in real.model().resources.values() for name in spec.facts}

    assert used == set(FACTS)


@pytest.mark.parametrize(("party", "held"), [(BANK, True), (OTHER_BANK, False)])
@pytest.mark.parametrize(
    ("anchor", "resource"),
    [(Anchor.PERSON, "Person"), (Anchor.CASE, "Person"), (Anchor.CASE, "Case"), (Anchor.CASE, "ProgressPlan")],
)
async def test_a_consent_opens_the_whole_way_to_the_plan_and_a_withdrawn_one_none_of_it(
    connection, anchor, resource, party, held
):
    query = Query(anchor, resource)
    asked = query.facts.contains("consented", "'PLAN_STATUS'")

    rows = await query.fetch(
        connection, f"{query.facts.scalar('subject')} AS subject, {asked} AS held", party=party, purpose="REFINANCING"
    )

    assert {row["held"] for row in rows if str(row["subject"]) == str(EVA.id)} == {held}
