"""What was asked for in the hub and answered in Altinn, and what ends there, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hub.demo.offices import OTHER_BANK, TESTBY
from hub.demo.people import EVA, KARI
from tests.acceptance.house import House
from tests.consent.asking import count, done, moment, result, scope, send
from tests.consent.in_altinn import (
    NOBODY,
    THEIRS,
    WHO,
    answer_to,
    claim,
    consented,
    plan,
    plan_status,
    recorded,
    refused,
)


def asked_for(house: House, *categories: str) -> str:
    """A request of the bank's own customer, that nobody has answered yet."""
    about = {"categories": list(categories), "source": TESTBY.nav, "purpose": "REFINANCING"}
    return done(house, "bank-system", "requestConsent", nationalId=EVA.national_id, **about)["consentId"]


def to_the_bank(altinn: str, category: str, **bent: object) -> dict[str, Any]:
    return consented(altinn, **{"to": THEIRS, "consentRights": [plan_status(category)], **bent})


def by_id(consent: str, altinn: str, **values: object) -> dict[str, Any]:
    given = claim(altinn, consentId=consent, **values)
    return {name: value for name, value in given.items() if name not in ("nationalId", "scope")}


def test_what_was_asked_for_can_be_answered_in_altinn(own_house: House) -> None:
    altinn, consent = str(uuid4()), asked_for(own_house, "BUDGET")
    told = to_the_bank(altinn, "budget")
    given = recorded(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert (given["consentId"], given["status"], given["givenAt"]) == (consent, "GIVEN", told["consented"])
    kinds = "SELECT kind, evidence_ref FROM hub.consent_event WHERE consent_id = $1::uuid ORDER BY seq"
    assert [tuple(row.values()) for row in own_house.rows(kinds, consent)] == [
        ("REQUESTED", None), ("GIVEN", f"altinn:{altinn}"),
    ]  # fmt: skip
    again = answer_to(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert refused(again) == ("ALREADY_GIVEN", "consentId")
    done(own_house, "citizen-eva", "withdrawConsent", consentId=consent)
    anew = asked_for(own_house, "BUDGET")
    assert refused(answer_to(own_house, [told], who="bank-system", **by_id(anew, altinn)))[0] == "TAKEN_BACK"


ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "of somebody else": ("ALTINN_WRONG_PERSON", {"from": f"urn:altinn:person:identifier-no:{KARI.national_id}"}),
    "to something else": ("ALTINN_RIGHT_MISSING", {"consentRights": [plan_status("plan-status")]}),
    "for something else": (
        "ALTINN_RIGHT_MISSING", {"consentRights": [plan_status("debt-overview", formaal="DEBT_COUNSELLING")]},
    ),
    "to another bank": (
        "ALTINN_WRONG_ORGANISATION", {"to": {"authority": "iso6523-actorid-upis", "ID": f"0192:{OTHER_BANK}"}},
    ),
    "another one": ("ALTINN_WRONG_CONSENT", {"id": str(uuid4())}),
}  # fmt: skip


def test_answer_in_altinn_must_match_what_was_asked_for(own_house: House) -> None:
    altinn, consent = str(uuid4()), asked_for(own_house, "DEBT_OVERVIEW")
    before = count(own_house)
    for expected, bent in ANSWERS.values():
        answer = answer_to(
            own_house, [to_the_bank(altinn, "debt-overview", **bent)], who="bank-system", **by_id(consent, altinn)
        )
        assert refused(answer)[0] == expected
    nothing = send(own_house, "bank-system", "recordConsent", **by_id(consent, altinn))
    assert refused(nothing)[0] == "ALTINN_NO_CONSENT"
    assert count(own_house) == before
    # A request of the bank's, answered by another, is none of the other's.
    told = to_the_bank(altinn, "debt-overview")
    theirs = answer_to(own_house, [told], **by_id(consent, altinn))
    nobodys = answer_to(own_house, [told], **by_id(str(uuid4()), altinn))
    assert refused(theirs) == refused(nobodys) == ("NOT_FOUND", "consentId")
    assert theirs.content == nobodys.content
    refusal = {"consentId": consent}
    done(own_house, "citizen-eva", "refuseConsent", **refusal)
    answer = answer_to(own_house, [told], who="bank-system", **by_id(consent, altinn))
    assert refused(answer) == ("ALREADY_ENDED", "consentId")
    # Nor does the no count as a yes that was given before it.
    about = scope(categories=["DEBT_OVERVIEW"])
    answer = answer_to(own_house, [told], who="bank-system", **claim(altinn, scope=about))
    assert refused(answer) == ("TAKEN_BACK", "givenAt")


def test_bank_that_learns_of_a_withdrawal_in_altinn_writes_it_down_and_reads_no_more(own_house: House) -> None:
    altinn = str(uuid4())
    told = consented(altinn, consented=moment(datetime.now(UTC)))
    given = recorded(own_house, [told], **claim(altinn))
    consent = {"consentId": given["consentId"]}
    assert plan(own_house) != NOBODY
    # The bank that it is not to, and one that is not there, are told the same.
    answers = [
        send(own_house, "bank-system", "withdrawConsent", consentId=one) for one in (consent["consentId"], altinn)
    ]
    assert refused(answers[0]) == refused(answers[1]) == ("NOT_FOUND", "consentId")
    assert plan(own_house) != NOBODY

    withdrawn = send(own_house, WHO, "withdrawConsent", **consent)

    assert result(withdrawn)["status"] == "WITHDRAWN"
    [shown] = withdrawn.recorded.shown
    assert (shown.policies, shown.evidence) == (("bank.any.records-withdrawal",), given["consentId"])
    assert plan(own_house) == NOBODY
    told_of = "SELECT DISTINCT party_id FROM hub.message WHERE consent_id = $1::uuid AND kind = 'CONSENT_WITHDRAWN'"
    assert {row["party_id"] for row in own_house.rows(told_of, given["consentId"])} >= {OTHER_BANK, TESTBY.nav}
    assert refused(answer_to(own_house, [told], **claim(altinn)))[0] == "TAKEN_BACK"


def test_bank_cannot_end_a_consent_to_others_by_handing_in_one_to_itself(own_house: House) -> None:
    altinn, about = str(uuid4()), scope(recipient=OTHER_BANK, categories=["AGREEMENT_TERMS"])
    theirs = own_house.value(
        "SELECT id::text FROM facts.consent WHERE subject_id = $1 AND recipient_party <> $2", EVA.id, OTHER_BANK
    )
    told = [consented(altinn, consentRights=[plan_status("agreement-terms")])]
    assert refused(answer_to(own_house, told, **claim(altinn, scope=about, supersedes=theirs))) == (
        "NOT_FOUND", "supersedes",
    )  # fmt: skip
    statuses = own_house.rows("SELECT status FROM facts.consent_status WHERE consent_id = $1::text::uuid", theirs)
    assert [row["status"] for row in statuses] == ["GIVEN"]
