"""A citizen decides on her own consents: given, renewed, withdrawn, refused, and never anybody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.demo.offices import BANK, OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI
from tests.acceptance.house import House
from tests.acceptance.recorded import Shown
from tests.consent.asking import code, count, document, done, give, later, moment, result, scope, send
from tests.intake.factory import strangers

_PLAN = """query Plan($id: NationalId!) {
    personByNationalId(input: {nationalId: $id}) { case { plan { status } } } }"""


def _plan(house: House, who: str = "bank-system") -> object:
    return house.ask(who, _PLAN, purpose="B103", id=KARI.national_id).data["personByNationalId"]


def test_bank_sees_the_plan_from_the_giving_to_the_withdrawal(own_house: House) -> None:
    assert _plan(own_house) is None
    given = give(own_house, "citizen-kari", scope())
    assert (given["status"], _plan(own_house) is not None) == ("GIVEN", True)
    withdrawn = done(own_house, "citizen-kari", "withdrawConsent", consentId=given["consentId"])
    assert (withdrawn["status"], _plan(own_house)) == ("WITHDRAWN", None)


def test_ledger_keeps_terms_and_three_clocks_of_what_was_given(own_house: House) -> None:
    given = give(own_house, "citizen-kari", scope(recipient=OTHER_BANK), language="EN", expiresAt=later(30))
    [event] = own_house.rows("SELECT * FROM hub.consent_event WHERE id = $1::uuid", given["eventId"])
    assert event["given_at"] == event["effective_at"] == event["recorded_at"]
    assert event["expires_at"] - event["effective_at"] <= timedelta(days=30)
    kept = ("kind", "given_by", "assurance", "collection_method", "language", "recorded_by")
    assert [event[name] for name in kept] == ["GIVEN", "SELF", 4, "IDPORTEN_UI", "en", str(KARI.id)]
    [consent] = own_house.rows("SELECT * FROM hub.consent WHERE id = $1::uuid", given["consentId"])
    assert consent["kind"] == "CONSENT_LIFTS_CONFIDENTIALITY"
    assert own_house.value("SELECT count(*) FROM hub.consent_receipt WHERE event_id = $1::uuid", given["eventId"]) == 1


def test_kind_follows_from_who_shares(own_house: House) -> None:
    about = scope(source=BANK, recipient=TESTBY.nav, categories=["LOAN_DETAILS"], purpose="EVICTION_PREVENTION")
    given = give(own_house, "citizen-kari", about)
    kind = own_house.value("SELECT kind FROM hub.consent WHERE id = $1::uuid", given["consentId"])
    assert kind == "CONSENT_BANK_SECRECY"


def test_same_key_is_the_same_command_and_other_content_a_conflict(own_house: House) -> None:
    about = scope(categories=["BUDGET"], recipient=OTHER_BANK)
    given = {"idempotencyKey": "kari-gives-once", "scope": about, "language": "NB", "expiresAt": later()}
    first = send(own_house, "citizen-kari", "giveConsent", **given)
    before = count(own_house)
    again = send(own_house, "citizen-kari", "giveConsent", **given)
    assert (again.content, count(own_house)) == (first.content, before)
    assert code(own_house, "citizen-kari", "giveConsent", **{**given, "language": "EN"}) == (
        "CONFLICT",
        "idempotencyKey",
    )
    # The same key of somebody else's is another key.
    assert give(own_house, "citizen-eva", scope(categories=["BUDGET"]), idempotencyKey="kari-gives-once")


def test_second_one_that_overlaps_is_refused_unless_it_takes_the_place_of_the_first(own_house: House) -> None:
    about = scope(categories=["CONTACT_INFO", "AGREEMENT_TERMS"])
    first = give(own_house, "citizen-kari", about)
    terms = scope(categories=["AGREEMENT_TERMS"])
    again = {"scope": terms, "language": "NB", "expiresAt": later()}
    assert code(own_house, "citizen-kari", "giveConsent", **again)[0] == "OVERLAPS"
    second = give(own_house, "citizen-kari", terms, supersedes=first["consentId"])
    standing = own_house.rows(
        "SELECT consent_id::text, status FROM facts.consent_status WHERE consent_id = ANY ($1::uuid[])",
        [first["consentId"], second["consentId"]],
    )
    assert {row["consent_id"]: row["status"] for row in standing} == {
        first["consentId"]: "SUPERSEDED",
        second["consentId"]: "GIVEN",
    }


def test_renewal_has_terms_of_its_own(own_house: House) -> None:
    about = scope(categories=["DEBT_OVERVIEW"])
    given = give(own_house, "citizen-kari", about, expiresAt=later(2))
    renewed = done(
        own_house,
        "citizen-kari",
        "renewConsent",
        consentId=given["consentId"],
        language="EN",
        expiresAt=later(400),
    )
    assert (renewed["status"], renewed["consentId"]) == ("RENEWED", given["consentId"])
    kinds = own_house.rows(
        "SELECT kind, language FROM hub.consent_event WHERE consent_id = $1::uuid ORDER BY seq", given["consentId"]
    )
    assert [tuple(row.values()) for row in kinds] == [("GIVEN", "nb"), ("RENEWED", "en")]


def test_withdrawal_done_twice_was_done_when_it_was_done_first(own_house: House) -> None:
    given = give(own_house, "citizen-kari", scope(categories=["HOUSEHOLD_FLAG"]))
    first = done(own_house, "citizen-kari", "withdrawConsent", consentId=given["consentId"], reason="Ombestemte meg")
    before = count(own_house)
    again = done(own_house, "citizen-kari", "withdrawConsent", consentId=given["consentId"])
    assert again == first
    assert count(own_house)[1] == before[1]


def test_withdrawal_tells_both_parties_and_puts_steps_up_for_review(own_house: House) -> None:
    about = scope(categories=["BUDGET"], purpose="REPAYMENT_AGREEMENT")
    given = give(own_house, "citizen-eva", about)
    step = "SELECT status FROM hub.plan_step s JOIN hub.case c ON c.id = s.case_id WHERE c.subject_id = $1 ORDER BY ord"
    assert [row["status"] for row in own_house.rows(step, EVA.id)] == ["DONE", "PLANNED", "PLANNED"]
    done(own_house, "citizen-eva", "withdrawConsent", consentId=given["consentId"])
    assert [row["status"] for row in own_house.rows(step, EVA.id)] == ["DONE", "NEEDS_REVIEW", "PLANNED"]
    told = own_house.rows(
        "SELECT kind, party_id FROM hub.message WHERE consent_id = $1::uuid ORDER BY party_id", given["consentId"]
    )
    assert [tuple(row.values()) for row in told] == [("CONSENT_WITHDRAWN", party) for party in (BANK, TESTBY.nav)]


def test_command_is_on_record_with_whom_it_is_about(own_house: House) -> None:
    answer = send(
        own_house,
        "citizen-eva",
        "giveConsent",
        scope=scope(categories=["CONTACT_INFO"]),
        language="NB",
        expiresAt=later(),
    )
    assert [event.kind for event in answer.recorded.events] == ["COMMAND"]
    expected = Shown(
        kind="LOOKED_UP",
        subject=str(EVA.id),
        source=TESTBY.nav,
        recipient=str(EVA.id),
        basis="DATA_SUBJECT",
        categories=("CONSENT",),
        policies=("citizen.own.decides-on-consents",),
        evidence=result(answer)["consentId"],
        rows=1,
    )
    assert answer.recorded.shown == (expected,)
    assert answer.recorded.refusals == ()


_NEW = {"language": "NB", "expiresAt": later()}


def _about(**values: object) -> dict[str, object]:
    """Something that Eva has not consented to."""
    return scope(**{"categories": ["RENT_ARREARS"], **values})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"scope": _about(categories=[]), **_NEW}, ("BAD_VALUE", "categories"), id="of nothing"),
        pytest.param({"scope": _about(recipient=" "), **_NEW}, ("BAD_VALUE", "recipient"), id="to nobody"),
        pytest.param({"scope": _about(source=""), **_NEW}, ("BAD_VALUE", "source"), id="from nobody"),
        pytest.param({"scope": _about(recipient=TESTBY.nav), **_NEW}, ("BAD_VALUE", "recipient"), id="to itself"),
        pytest.param({"scope": _about(recipient="999"), **_NEW}, ("BAD_VALUE", "recipient"), id="to a stranger"),
        pytest.param({"scope": _about(purpose="SAR"), **_NEW}, ("BAD_VALUE", "purpose"), id="for what needs none"),
        pytest.param({"scope": _about(caseId="x"), **_NEW}, ("NOT_FOUND", "caseId"), id="for no case"),
        pytest.param(
            {"scope": _about(caseId="00000000-0000-0000-0000-000000000000"), **_NEW}, ("NOT_FOUND", "caseId"), id="case"
        ),
        pytest.param({"scope": _about(), **_NEW, "expiresAt": later(-1)}, ("BAD_PERIOD", "expiresAt"), id="over"),
        pytest.param({"scope": _about(), **_NEW, "expiresAt": later(4000)}, ("BAD_PERIOD", "expiresAt"), id="endless"),
        pytest.param(
            {"scope": _about(), **_NEW, "noticeSha256": "0" * 64}, ("NOTICE_CHANGED", "noticeSha256"), id="old text"
        ),
        pytest.param({"scope": _about(), **_NEW, "noticeSha256": ""}, ("NOTICE_CHANGED", "noticeSha256"), id="no text"),
        pytest.param({"scope": _about(), **_NEW, "supersedes": "x"}, ("NOT_FOUND", "supersedes"), id="of what"),
        pytest.param(_NEW, ("BAD_VALUE", "scope"), id="neither id nor scope"),
        pytest.param(
            {"scope": _about(), **_NEW, "idempotencyKey": "short"}, ("BAD_USER_INPUT", "idempotencyKey"), id="no key"
        ),
    ],
)
def test_bad_input_is_refused_by_name_and_leaves_nothing(
    own_house: House, given: dict[str, object], expected: tuple[str, str]
) -> None:
    before = count(own_house)
    assert code(own_house, "citizen-eva", "giveConsent", **given) == expected
    assert count(own_house) == before


def test_nobody_consents_without_saying_which_text_was_shown(own_house: House) -> None:
    given = give(own_house, "citizen-eva", _about(categories=["HOUSEHOLD_FLAG"]))
    before = count(own_house)
    for command, about in (("giveConsent", {"scope": _about()}), ("renewConsent", {"consentId": given["consentId"]})):
        answer = own_house.ask("citizen-eva", document(command), input={"idempotencyKey": "12345678", **about, **_NEW})
        assert answer.codes == ["BAD_USER_INPUT"]
        assert "noticeSha256" in answer.content.decode()
    assert count(own_house) == before


def test_scope_without_recipient_or_purpose_is_no_scope(own_house: House) -> None:
    for name in ("recipient", "purpose"):
        bare = {key: value for key, value in scope().items() if key != name}
        answer = send(own_house, "citizen-eva", "giveConsent", scope=bare, **_NEW)
        assert answer.codes == ["BAD_USER_INPUT"]


def test_consent_of_somebody_else_is_not_there(own_house: House) -> None:
    given = give(own_house, "citizen-kari", scope(categories=["LOAN_DEFAULT"]))
    for consent in (given["consentId"], "00000000-0000-0000-0000-000000000001", "no id"):
        answers = [
            code(own_house, "citizen-eva", "withdrawConsent", consentId=consent),
            code(own_house, "citizen-eva", "refuseConsent", consentId=consent),
            code(own_house, "citizen-eva", "renewConsent", consentId=consent, **_NEW),
            code(own_house, "citizen-eva", "giveConsent", consentId=consent, **_NEW),
        ]
        assert answers == [("NOT_FOUND", "consentId")] * 4


def test_for_another_without_a_mandate_is_refused_as_for_a_stranger(own_house: House) -> None:
    asked = [
        send(own_house, "citizen-eva", "giveConsent", scope=scope(), onBehalfOf=number, **_NEW)
        for number in (KARI.national_id, *strangers(1))
    ]
    assert asked[0].content == asked[1].content
    assert result(asked[0])["code"] == "NOT_FOUND"


def test_what_is_not_given_cannot_be_withdrawn_and_what_has_ended_cannot_be_given(own_house: House) -> None:
    asked = done(
        own_house,
        "nav-caseworker",
        "requestConsent",
        nationalId=KARI.national_id,
        categories=["LOAN_DETAILS"],
        source=OTHER_BANK,
        purpose="EVICTION_PREVENTION",
    )
    consent = {"consentId": asked["consentId"]}
    assert code(own_house, "citizen-kari", "withdrawConsent", **consent)[0] == "NOT_GIVEN"
    assert code(own_house, "citizen-kari", "renewConsent", **consent, **_NEW)[0] == "NOT_GIVEN"
    refused = done(own_house, "citizen-kari", "refuseConsent", **consent)
    assert refused["status"] == "REFUSED"
    assert done(own_house, "citizen-kari", "refuseConsent", **consent) == refused
    assert code(own_house, "citizen-kari", "giveConsent", **consent, **_NEW)[0] == "ALREADY_ENDED"
    assert code(own_house, "citizen-kari", "withdrawConsent", **consent)[0] == "ALREADY_ENDED"


def test_dead_person_consents_to_nothing(own_house: House) -> None:
    own_house.execute("UPDATE nav.person SET deceased_on = '2026-11-01' WHERE id = $1", EVA.id)
    try:
        given = {"scope": scope(categories=["RENT_ARREARS"]), **_NEW}
        assert code(own_house, "citizen-eva", "giveConsent", **given) == ("DECEASED", None)
    finally:
        own_house.execute("UPDATE nav.person SET deceased_on = NULL WHERE id = $1", EVA.id)


def test_what_was_true_at_a_moment_can_be_asked_for(own_house: House) -> None:
    before = datetime.now(UTC)
    given = give(own_house, "citizen-kari", scope(categories=["HOUSING_SUPPORT_NOTES"]))
    between = own_house.value("SELECT clock_timestamp()")
    done(own_house, "citizen-kari", "withdrawConsent", consentId=given["consentId"])
    sql = "SELECT status FROM hub.consent_as_of($1, $2::uuid)"
    assert own_house.rows(sql, before - timedelta(minutes=1), given["consentId"]) == []
    assert own_house.rows(sql, between, given["consentId"]) == [{"status": "GIVEN"}]
    assert own_house.rows(sql, own_house.value("SELECT now()"), given["consentId"]) == [{"status": "WITHDRAWN"}]
    assert moment(between) >= given["recordedAt"]
