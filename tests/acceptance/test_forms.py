"""Each form that persons fill in is accepted or refused with a reason, and read back by its sender alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import TESTBY
from hub.demo.people import EVA, GUNNAR, IVAN, KARI, LIV, MONA, OLA, SIRI
from hub.identity.snapshot import legal_day
from hub.intake.deadlines import PETITION_AFTER_NOTICE
from hub.store.ids import new_id
from tests.acceptance.asking import everything
from tests.acceptance.filling_in import (
    AID,
    ASKED_FOR,
    CONCERN,
    DEFERRAL,
    EACH,
    NOBODY,
    NOTICE,
    NOW,
    Form,
    moment,
    rejected,
    result,
    send,
    stored,
    the_row,
)
from tests.acceptance.house import LEGACY, STRICT, House


@EACH
@pytest.mark.parametrize("accept", [STRICT, LEGACY])
def test_form_is_accepted_with_a_receipt_on_its_ground_and_kept_as_it_was_sent(
    own_house: House, form: Form, accept: str
) -> None:
    answer = send(own_house, form, accept=accept)
    submitted = result(answer)
    assert (answer.status, submitted["acceptedCount"], submitted["rejectedCount"]) == (200, 1, 0)
    row = the_row(answer)
    assert (row["__typename"], row["rowNo"], row["basis"], row["isLate"]) == ("RowAccepted", 1, form.basis, False)
    kept = stored(own_house, submitted["id"])
    assert (str(kept["id"]), kept["kind"], kept["outcome"], kept["basis"], kept["municipality"]) == (
        row["receipt"], form.kind, "ACCEPTED", form.basis, "9901",
    )  # fmt: skip


@EACH
def test_same_form_sent_again_gets_the_same_receipt_and_is_kept_once(own_house: House, form: Form) -> None:
    key = uuid4().hex
    first, again = send(own_house, form, key=key), send(own_house, form, key=key)
    assert result(again) == result(first)
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


@EACH
def test_same_key_with_another_form_is_a_conflict_and_keeps_nothing(own_house: House, form: Form) -> None:
    key = uuid4().hex
    send(own_house, form, key=key)
    changed = {"text": "Noe annet."} if form is CONCERN else {"municipality": "9902"}
    refused = result(send(own_house, form, key=key, **changed))
    assert (refused["__typename"], refused["code"], refused["field"]) == (
        "CommandRefused", "CONFLICT", "idempotencyKey",
    )  # fmt: skip
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


@EACH
def test_rejected_form_is_answered_alike_again_and_keeps_nothing_personal(own_house: House, form: Form) -> None:
    key = uuid4().hex
    first = send(own_house, form, key=key, municipality="0301")
    assert rejected(first) == ("BAD_VALUE", "municipality")
    assert result(send(own_house, form, key=key, municipality="0301")) == result(first)
    kept = stored(own_house, result(first)["id"])
    assert {name for name, value in kept.items() if value not in (None, False)} == {
        "id", "submission_id", "submitter_party", "kind", "row_no", "received_at", "outcome", "code",
        "content_sha256",
    }  # fmt: skip


@EACH
def test_sender_reads_the_form_back_and_nobody_else_does(own_house: House, form: Form) -> None:
    kind, root, type_ = form.read_back
    receipt = the_row(send(own_house, form))["receipt"]
    text = f"{{ {root}(first: 100) {{ totalCount nodes {{ {everything(kind, type_)} }} }} }}"
    found = {node["id"]: node for node in own_house.ask(form.who, text).data[root]["nodes"]}
    for name, value in form.row.items():
        if name in found[receipt] and name != "copyToTenantAt":
            assert found[receipt][name] == value, name
    other = "landlord-company" if form is NOTICE else "citizen-eva"
    assert own_house.ask(other, text).data[root] == {"totalCount": 0, "nodes": []}


def test_own_copy_of_a_notice_says_what_the_landlord_stated(own_house: House) -> None:
    receipt = the_row(send(own_house, NOTICE))["receipt"]
    fields = everything("landlord", "SubmittedLandlordNotice")
    text = f"{{ submittedLandlordNotices(first: 100) {{ nodes {{ {fields} }} }} }}"
    nodes = own_house.ask("landlord", text).data["submittedLandlordNotices"]["nodes"]
    [found] = [node for node in nodes if node["id"] == receipt]
    assert (found["addressLine"], found["arrears"], found["sentByAgent"], found["tenancyId"]) == (
        "Utleiergata 3", 1_280_000, False, None,
    )  # fmt: skip
    assert found["tenantNationalIdMasked"] == f"{SIRI.national_id[:6]}*****"


# --- what is wrong with a form by itself -----------------------------------------------------------------------------

BAD = [
    (NOTICE, {"tenantNationalId": "15928741271"}, ("INVALID_ID", "tenantNationalId")),
    (NOTICE, {"tenantNationalId": None}, ("BAD_VALUE", "tenantNationalId")),
    (NOTICE, {"tenancyId": "01980000-0000-7000-8000-000000000000"}, ("BAD_VALUE", "tenantNationalId")),
    (NOTICE, {"municipality": None}, ("BAD_VALUE", "municipality")),
    (NOTICE, {"municipality": "99011"}, ("BAD_VALUE", "municipality")),
    (NOTICE, {"municipality": "0301"}, ("BAD_VALUE", "municipality")),
    (NOTICE, {"arrears": None}, ("BAD_VALUE", "arrears")),
    (NOTICE, {"arrears": 0}, ("BAD_VALUE", "arrears")),
    (NOTICE, {"arrears": -1}, ("BAD_VALUE", "arrears")),
    (NOTICE, {"arrears": 10**12}, ("BAD_VALUE", "arrears")),
    (NOTICE, {"oldestUnpaidDue": "2199-01-01"}, ("BAD_VALUE", "oldestUnpaidDue")),
    (NOTICE, {"groundsSummary": "x" * 2001}, ("BAD_VALUE", "groundsSummary")),
    (NOTICE, {"groundsSummary": ""}, ("BAD_VALUE", "groundsSummary")),
    (NOTICE, {"sentAt": moment(days=-1)}, ("BAD_VALUE", "sentAt")),
    (NOTICE, {"sentAt": moment(days=400), "copyToTenantAt": moment(days=401)}, ("BAD_VALUE", "sentAt")),
    (NOTICE, {"copyToTenantAt": None}, ("BAD_VALUE", "copyToTenantAt")),
    (NOTICE, {"copyToTenantAt": moment(days=-1)}, ("COPY_TOO_LATE", "copyToTenantAt")),
    (NOTICE, {"sentAt": moment(days=3), "copyToTenantAt": moment(days=2)}, ("COPY_TOO_LATE", "copyToTenantAt")),
    (NOTICE, {"dwelling": {"line": "", "postalCode": "9901", "place": "T"}}, ("BAD_VALUE", "dwelling.line")),
    (NOTICE, {"dwelling": {"line": "A", "postalCode": "99", "place": "T"}}, ("BAD_VALUE", "dwelling.postalCode")),
    (CONCERN, {"subjectNationalId": "1"}, ("INVALID_ID", "subjectNationalId")),
    (CONCERN, {"municipality": None}, ("BAD_VALUE", "municipality")),
    (CONCERN, {"text": ""}, ("BAD_VALUE", "text")),
    (CONCERN, {"text": "x" * 4001}, ("BAD_VALUE", "text")),
    (CONCERN, {"text": "\x07"}, ("BAD_VALUE", "text")),
    (DEFERRAL, {"municipality": "9999"}, ("BAD_VALUE", "municipality")),
    (DEFERRAL, {"onBehalfOf": "15928741271"}, ("INVALID_ID", "onBehalfOf")),
    (DEFERRAL, {"claimRefs": ["a"] * 21}, ("BAD_VALUE", "claimRefs")),
    (DEFERRAL, {"claimRefs": ["a" * 65]}, ("BAD_VALUE", "claimRefs")),
    (DEFERRAL, {"requestedUntil": legal_day(NOW).isoformat()}, ("BAD_VALUE", "requestedUntil")),
    (DEFERRAL, {"requestedUntil": "2199-01-01"}, ("BAD_VALUE", "requestedUntil")),
    (DEFERRAL, {"reason": " x"}, ("BAD_VALUE", "reason")),
    (AID, {"amount": 0}, ("BAD_VALUE", "amount")),
    (AID, {"amount": 10**12}, ("BAD_VALUE", "amount")),
    (AID, {"onBehalfOf": "0"}, ("INVALID_ID", "onBehalfOf")),
    (AID, {"reason": "x" * 2001}, ("BAD_VALUE", "reason")),
]


@pytest.mark.parametrize(
    ("form", "values", "why"), BAD, ids=[f"{f.field} {w[1]} {n}" for n, (f, _, w) in enumerate(BAD)]
)
def test_what_cannot_be_so_is_rejected_by_its_field_and_says_what_to_state(
    own_house: House, form: Form, values: dict[str, Any], why: tuple[str, str]
) -> None:
    assert rejected(send(own_house, form, **values)) == why


@EACH
def test_key_that_will_not_do_is_refused(own_house: House, form: Form) -> None:
    refused = result(send(own_house, form, key="short"))
    assert (refused["code"], refused["field"]) == ("BAD_USER_INPUT", "idempotencyKey")


# --- the landlord's notice -------------------------------------------------------------------------------------------


def test_notice_tells_the_first_day_of_a_petition(own_house: House) -> None:
    assert the_row(send(own_house, NOTICE))["earliestPetition"] == (
        PETITION_AFTER_NOTICE.end_after(datetime.now(UTC)).isoformat()
    )
    # Half past eleven in the evening of the 10th is the 11th in Oslo, and two weeks later is Christmas Day.
    sent = datetime(2025, 12, 10, 23, 30, tzinfo=UTC)
    if NOW - sent < timedelta(days=365):
        row = the_row(send(own_house, NOTICE, sentAt=sent.isoformat(), copyToTenantAt=sent.isoformat()))
        assert row["earliestPetition"] == "2025-12-29"


def test_copy_may_be_sent_at_the_very_moment_of_the_notice(own_house: House) -> None:
    at = moment(days=2)
    assert the_row(send(own_house, NOTICE, sentAt=at, copyToTenantAt=at))["__typename"] == "RowAccepted"


def reserve(house: House, tenant: Any, landlord: str, tenancy: Any = None) -> None:
    reservation = new_id()
    house.execute(
        "INSERT INTO hub.reservation (id, tenant_id, landlord_party, tenancy_id, given_at)"
        " VALUES ($1, $2, $3, $4, now() - interval '1 hour')",
        reservation,
        tenant,
        landlord,
        tenancy,
    )
    house.execute(
        "INSERT INTO hub.reservation_event (reservation_id, kind, effective_at, recorded_by)"
        " VALUES ($1, 'GIVEN', now() - interval '1 hour', 'test')",
        reservation,
    )


def lease_of(house: House, landlord: str) -> str:
    [row] = house.rows("SELECT id::text FROM housing.tenancy WHERE landlord_party = $1 ORDER BY id LIMIT 1", landlord)
    return row["id"]


def named_by_lease(lease: str, **values: Any) -> dict[str, Any]:
    return {"tenantNationalId": None, "municipality": None, "tenancyId": lease, **values}


def test_tenant_may_be_named_by_the_lease_and_the_copy_does_not_tell_the_number(own_house: House) -> None:
    lease = lease_of(own_house, str(LIV.id))
    answer = send(own_house, NOTICE, **named_by_lease(lease))
    assert the_row(answer)["__typename"] == "RowAccepted"
    kept = stored(own_house, result(answer)["id"])
    assert (kept["subject_national_id"], kept["municipality"]) == (None, None)
    assert IVAN.national_id not in str(kept["payload"])


@pytest.mark.parametrize("whose", ["another's", "nobody's", "written otherwise", "no id"])
def test_lease_that_is_not_the_landlord_s_own_is_not_known(own_house: House, whose: str) -> None:
    own = lease_of(own_house, str(LIV.id))
    lease = {
        "another's": lease_of(own_house, "315200318"),
        "nobody's": str(uuid4()),
        "written otherwise": own.replace("-", ""),
        "no id": "lease",
    }[whose]
    answers = [send(own_house, NOTICE, **named_by_lease(one)) for one in (lease, str(uuid4()))]
    assert [rejected(answer) for answer in answers] == [("BAD_VALUE", "tenancyId")] * 2
    assert the_row(answers[0]) == the_row(answers[1])


def test_tenant_who_has_reserved_is_not_told_of(own_house: House) -> None:
    """Scenario 7: the reservation stops the notice, and nothing of it is kept or passed on."""
    tenant = EVA
    assert the_row(send(own_house, NOTICE, tenantNationalId=tenant.national_id))["__typename"] == "RowAccepted"
    reserve(own_house, tenant.id, str(LIV.id))
    answer = send(own_house, NOTICE, tenantNationalId=tenant.national_id)
    assert rejected(answer) == ("RESERVATION_ACTIVE", "notice")
    kept = stored(own_house, result(answer)["id"])
    passed_on = "SELECT row_id FROM hub.unrouted WHERE row_id = $1 UNION SELECT id FROM hub.routed WHERE id = $1"
    assert (kept["payload"], own_house.rows(passed_on, kept["id"])) == (None, [])
    # It binds this landlord alone.
    other = send(own_house, NOTICE, who="landlord-company", tenantNationalId=tenant.national_id)
    assert the_row(other)["__typename"] == "RowAccepted"


def test_reservation_about_one_lease_stops_notices_about_it_and_those_that_name_none(own_house: House) -> None:
    lease = lease_of(own_house, str(LIV.id))
    reserve(own_house, IVAN.id, str(LIV.id), lease)
    for values in (named_by_lease(lease), {"tenantNationalId": IVAN.national_id}):
        assert rejected(send(own_house, NOTICE, **values)) == ("RESERVATION_ACTIVE", "notice")


# --- who asks for whom -----------------------------------------------------------------------------------------------


@ASKED_FOR
def test_guardian_of_the_economy_asks_for_the_ward_who_sees_it_in_the_own_log(own_house: House, form: Form) -> None:
    answer = send(own_house, form, who="guardian", onBehalfOf=IVAN.national_id)
    row = the_row(answer)
    assert (row["__typename"], row["basis"]) == ("RowAccepted", "MANDATE")
    kept = stored(own_house, result(answer)["id"])
    assert (kept["subject_national_id"], kept["mandate_id"] is not None) == (IVAN.national_id, True)
    assert kept["submitter_party"] == str(GUNNAR.id)
    [shown] = answer.recorded.events[0].shown
    assert shown.subject == str(IVAN.id)


@ASKED_FOR
@pytest.mark.parametrize("whom", [KARI.national_id, OLA.national_id, SIRI.national_id, NOBODY])
def test_who_has_no_mandate_is_answered_alike_about_anybody(own_house: House, form: Form, whom: str) -> None:
    answers = [send(own_house, form, who="guardian", onBehalfOf=one) for one in (whom, NOBODY)]
    assert [rejected(answer) for answer in answers] == [("NO_BASIS", "onBehalfOf")] * 2
    assert the_row(answers[0]) == the_row(answers[1])
    assert answers[0].recorded.shape == answers[1].recorded.shape


def let_act(house: House, giver: Any, areas: list[str], rights: list[str]) -> None:
    """A mandate of the guardian's."""
    mandate = new_id()
    house.execute(
        "INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from)"
        " VALUES ($1, 'FULLMAKT', $2, $3, $4, $5, '2026-01-01')",
        mandate,
        giver,
        GUNNAR.id,
        areas,
        rights,
    )
    house.execute(
        "INSERT INTO hub.mandate_event (mandate_id, kind, effective_at, recorded_by)"
        " VALUES ($1, 'GRANTED', now() - interval '1 hour', 'test')",
        mandate,
    )


@ASKED_FOR
def test_mandate_that_is_about_something_else_or_only_to_read_does_not_cover_it(own_house: House, form: Form) -> None:
    for areas, rights in ((["HOUSING", "PERSONAL"], ["READ", "CONSENT"]), (["ECONOMY"], ["READ", "WITHDRAW"])):
        let_act(own_house, EVA.id, areas, rights)
        assert rejected(send(own_house, form, who="guardian", onBehalfOf=EVA.national_id)) == ("NO_BASIS", "onBehalfOf")


@ASKED_FOR
def test_nobody_asks_for_the_dead(own_house: House, form: Form) -> None:
    let_act(own_house, MONA.id, ["ECONOMY"], ["READ", "CONSENT"])
    own_house.execute("UPDATE nav.person SET deceased_on = NULL WHERE id = $1", MONA.id)
    assert the_row(send(own_house, form, who="guardian", onBehalfOf=MONA.national_id))["basis"] == "MANDATE"
    own_house.execute("UPDATE nav.person SET deceased_on = '2026-11-01' WHERE id = $1", MONA.id)
    assert rejected(send(own_house, form, who="guardian", onBehalfOf=MONA.national_id)) == ("NO_BASIS", "onBehalfOf")


@ASKED_FOR
def test_who_names_herself_asks_for_herself(own_house: House, form: Form) -> None:
    assert the_row(send(own_house, form, onBehalfOf=KARI.national_id))["basis"] == "OWN_APPLICATION"


# --- who is worried --------------------------------------------------------------------------------------------------

OFFICES = {
    "housing-caseworker": "FVL_GIVERS_TASK",
    "rent-collector": "FVL_GIVERS_TASK",
    "debt-counsellor": "FVL_GIVERS_TASK",
}


@pytest.mark.parametrize("who", OFFICES)
def test_office_reports_a_concern_as_far_as_its_task_goes_and_for_its_own_municipality(
    own_house: House, who: str
) -> None:
    answer = send(own_house, CONCERN, who=who, municipality=None)
    assert the_row(answer)["basis"] == OFFICES[who]
    assert stored(own_house, result(answer)["id"])["municipality"] == TESTBY.number


def test_housing_support_takes_consent_or_danger_to_life(own_house: House) -> None:
    about = {"who": "housing-support", "subjectNationalId": SIRI.national_id}
    assert rejected(send(own_house, CONCERN, **about)) == ("NO_BASIS", "report")
    assert the_row(send(own_house, CONCERN, danger=True, **about))["basis"] == "VITAL"
    consent = new_id()
    own_house.execute(
        "INSERT INTO hub.consent (id, kind, subject_id, source_party, recipient_party, purpose, categories)"
        " VALUES ($1, 'CONSENT_LIFTS_CONFIDENTIALITY', $2, $3, $4, 'EVICTION_PREVENTION',"
        " ARRAY['HOUSING_SUPPORT_NOTES'])",
        consent, SIRI.id, TESTBY.housing_support, TESTBY.nav,
    )  # fmt: skip
    own_house.execute(
        """INSERT INTO hub.consent_event (
            consent_id, kind, given_at, effective_at, recorded_by, given_by, assurance, collection_method,
            notice_version, notice_sha256, language, expires_at
        ) VALUES ($1, 'GIVEN', now() - interval '1 hour', now() - interval '1 hour', 'citizen', 'SELF', 4,
            'IDPORTEN_UI', '1', repeat('a', 64), 'nb', now() + interval '1 year')""",
        consent,
    )
    answer = send(own_house, CONCERN, **about)
    assert the_row(answer)["basis"] == "HEALTH_CONSENT"
    assert stored(own_house, result(answer)["id"])["consent_id"] == consent
    # It is to the office that it names.
    assert rejected(send(own_house, CONCERN, municipality="9902", **about)) == ("NO_BASIS", "report")


def test_office_sees_receipts_and_not_what_each_employee_wrote(own_house: House) -> None:
    receipt = the_row(send(own_house, CONCERN, who="rent-collector"))["receipt"]
    text = "{ submittedConcernReports(first: 100) { nodes { id outcome basis } } }"
    nodes = own_house.ask("rent-collector", text).data["submittedConcernReports"]["nodes"]
    assert {"id": receipt, "outcome": "ACCEPTED", "basis": "FVL_GIVERS_TASK"} in nodes
    refused = own_house.ask("rent-collector", text.replace("outcome", "text"))
    assert refused.codes == ["GRAPHQL_VALIDATION_FAILED"]


@EACH
@pytest.mark.parametrize("who", ["bank-system", "nav-caseworker", "enforcement-officer", "privacy-officer"])
def test_who_fills_in_no_forms_has_no_such_command(own_house: House, form: Form, who: str) -> None:
    assert set(send(own_house, form, who=who).codes) == {"GRAPHQL_VALIDATION_FAILED"}


def test_landlord_reports_no_concern_as_a_landlord_since_that_would_pass_the_reservation_by(own_house: House) -> None:
    assert set(send(own_house, CONCERN, who="landlord").codes) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(("form", "field"), [(NOTICE, "tenantNationalId"), (CONCERN, "subjectNationalId")])
def test_form_about_a_person_with_a_case_is_answered_like_one_about_a_person_without(
    own_house: House, form: Form, field: str
) -> None:
    who = "landlord-company" if form is NOTICE else None
    answers = [
        send(own_house, form, who=who, **{field: one})
        for one in (EVA.national_id, OLA.national_id, SIRI.national_id, NOBODY)
    ]
    rows = [the_row(answer) for answer in answers]
    assert len({str({**row, "receipt": None}) for row in rows}) == 1
    assert len({len(answer.content) for answer in answers}) == 1
    assert len({answer.recorded.refusals for answer in answers}) == 1
    assert len({answer.recorded.shape for answer in answers}) == 1
