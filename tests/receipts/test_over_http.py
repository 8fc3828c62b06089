"""Over HTTP: a citizen gives and withdraws a consent, downloads the receipts, and anybody verifies them on the command
line, with the hub stopped as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from hub.app import prepare_database
from hub.demo.offices import BANK, TESTBY
from hub.demo.people import KARI
from hub.store.embedded import EmbeddedServer
from tests.acceptance.house import House, open_house
from tests.conftest import clone
from tests.running import bofast

GIVE = """
mutation Give($input: GiveConsentInput!) {
  giveConsent(input: $input) {
    __typename ... on ConsentChanged { consentId status } ... on CommandRefused { code field text { nb en } }
  }
}"""
WITHDRAW = """
mutation Withdraw($input: WithdrawConsentInput!) {
  withdrawConsent(input: $input) {
    __typename ... on ConsentChanged { consentId status } ... on CommandRefused { code field text { nb en } }
  }
}"""
MINE = """{
  me {
    messages { kind consentId createdAt textNb textEn }
    cases { consents { id status receipt { id issuedAt keyId document } } }
  }
}"""


@pytest.fixture(scope="module")
def house(server: EmbeddedServer, loaded_template: str) -> Iterator[House]:
    with clone(server, loaded_template) as endpoints:
        prepare_database(endpoints.owner)
        with open_house(endpoints) as opened:
            yield opened


@pytest.fixture(scope="module")
def given(house: House) -> str:
    """The consent that Kari has given."""
    until = datetime.now(UTC) + timedelta(days=90)
    read = shown(house, purpose="REPAYMENT_AGREEMENT", category="PLAN_STATUS", expiresAt=until.isoformat()).json()
    asked = {
        "idempotencyKey": f"key-{uuid4()}",
        "scope": {
            "categories": ["PLAN_STATUS"],
            "source": TESTBY.nav,
            "recipient": BANK,
            "purpose": "REPAYMENT_AGREEMENT",
        },
        "language": "NB",
        "expiresAt": until.isoformat(),
        "noticeSha256": read["sha256"],
    }
    done = house.ask("citizen-kari", GIVE, input=asked).data["giveConsent"]
    assert done["__typename"] == "ConsentChanged", done
    return done["consentId"]


def receipt_of(house: House, consent: str, who: str = "citizen-kari") -> dict[str, Any]:
    cases = house.ask(who, MINE).data["me"]["cases"]
    (found,) = {one["id"]: one for case in cases for one in case["consents"] if one["id"] == consent}.values()
    return found["receipt"]


def saved(path: Path, receipt: dict[str, Any]) -> str:
    path.write_text(receipt["document"], encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def keys(house: House, given: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The published keys, as anybody can fetch them, kept in a file."""
    response = httpx.get(f"{house.url}/.well-known/jwks.json", trust_env=False)
    assert response.status_code == 200
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_text(response.text)
    return str(path)


def test_receipt_that_the_citizen_downloads_verifies_with_a_file_of_keys_and_no_hub(
    house: House, given: str, keys: str, tmp_path: Path
):
    receipt = receipt_of(house, given)
    done = bofast("consent", "verify", saved(tmp_path / "receipt.json", receipt), "--keys", keys)
    assert done.returncode == 0, done.stderr
    for part in (
        "Valid.",
        "NAV Testby (312345005)",
        "Prøvebanken ASA (313800105)",
        "GIVEN by the person",
        str(KARI.id),
    ):
        assert part in done.stdout
    assert "The text that was shown (version 2026-1, language nb) is in it." in done.stdout
    document = json.loads(receipt["document"])
    assert document["receipt"]["consentReceiptID"] == receipt["id"]
    assert receipt["keyId"] in Path(keys).read_text()


def test_receipt_verifies_with_the_address_of_a_running_hub(house: House, given: str, tmp_path: Path):
    file = saved(tmp_path / "receipt.json", receipt_of(house, given))
    done = bofast("consent", "verify", file, "--keys", f"{house.url}/.well-known/jwks.json")
    assert done.returncode == 0, done.stderr


def test_receipt_that_was_changed_is_not_valid(house: House, given: str, keys: str, tmp_path: Path):
    receipt = receipt_of(house, given)
    receipt["document"] = receipt["document"].replace("Prøvebanken ASA", "Liksom Sparebank")
    done = bofast("consent", "verify", saved(tmp_path / "receipt.json", receipt), "--keys", keys)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Not valid. The part that can be read says something else" in done.stderr


@pytest.mark.parametrize(
    ("file", "with_keys", "code", "says"),
    [
        ("nowhere.json", None, 2, "cannot be read"),
        ("receipt", "nowhere.json", 2, "cannot be read"),
        ("receipt", "receipt", 2, "holds no keys to verify with"),
        ("receipt", "http://127.0.0.1:1/jwks.json", 3, "No keys were reached"),
    ],
)
def test_what_keeps_from_verifying_is_told_apart(
    house: House, given: str, keys: str, tmp_path: Path, file: str, with_keys: str | None, code: int, says: str
):
    receipt = saved(tmp_path / "receipt.json", receipt_of(house, given))
    asked = receipt if file == "receipt" else file
    named = receipt if with_keys == "receipt" else with_keys or keys
    done = bofast("consent", "verify", asked, "--keys", named)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_published_keys_are_for_everybody_and_hold_nothing_private(house: House, given: str):
    response = httpx.get(f"{house.url}/.well-known/jwks.json", trust_env=False)
    (key,) = response.json()["keys"]
    assert response.headers["content-type"] == "application/jwk-set+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, max-age=60"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg", "iat"}


def test_nobody_else_is_shown_a_receipt(house: House, given: str):
    for who, purpose in (("nav-caseworker", "B101"), ("bank-system", "B103"), ("housing-caseworker", "B101")):
        refused = house.ask(who, MINE, purpose=purpose)
        assert refused.status == 400
    assert not any(
        case["consents"]
        for case in house.ask("citizen-eva", MINE).data["me"]["cases"]
        if given in str(case["consents"])
    )


def test_withdrawal_has_a_receipt_of_its_own_and_the_earlier_one_still_verifies(
    house: House, given: str, keys: str, tmp_path: Path
):
    before = receipt_of(house, given)
    asked = {"idempotencyKey": f"key-{uuid4()}", "consentId": given}
    assert house.ask("citizen-kari", WITHDRAW, input=asked).data["withdrawConsent"]["status"] == "WITHDRAWN"
    after = receipt_of(house, given)
    assert after["id"] != before["id"]
    for receipt, state in ((before, "GIVEN"), (after, "WITHDRAWN")):
        done = bofast("consent", "verify", saved(tmp_path / f"{state}.json", receipt), "--keys", keys)
        assert done.returncode == 0, done.stderr
        assert f"state   {state}" in done.stdout


def test_messages_reach_the_person_in_both_languages_and_nobody_else(house: House):
    consent = house.value("SELECT id FROM hub.consent WHERE subject_id = $1 LIMIT 1", KARI.id)
    house.execute(
        "INSERT INTO hub.message (kind, person_id, consent_id, event_seq) VALUES ('CONSENT_REMINDER', $1, $2, 0)",
        KARI.id,
        consent,
    )
    mine = house.ask("citizen-kari", MINE).data["me"]["messages"]
    (reminder,) = [one for one in mine if one["kind"] == "CONSENT_REMINDER" and one["consentId"] == str(consent)]
    assert reminder["textNb"].startswith("Et samtykke du har gitt")
    assert reminder["textEn"].startswith("A consent of yours")
    for other in ("citizen-eva", "citizen-ola", "guardian"):
        assert str(consent) not in str(house.ask(other, MINE).data["me"]["messages"])


NOTICE = {
    "source": TESTBY.nav,
    "recipient": BANK,
    "purpose": "REFINANCING",
    "category": ["PLAN_STATUS", "BUDGET"],
    "expiresAt": "2027-05-12T12:00:00Z",
    "language": "nb",
}


def shown(house: House, **changed: object) -> httpx.Response:
    asked = {name: value for name, value in {**NOTICE, **changed}.items() if value is not None}
    return httpx.get(f"{house.url}/consent/notice", params=asked, trust_env=False)


def test_text_to_be_shown_is_the_one_that_the_consent_then_keeps(house: House):
    until = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0)
    notice = shown(house, purpose="DEBT_COUNSELLING", category="BUDGET", expiresAt=until.isoformat()).json()
    assert "Prøvebanken ASA" in notice["text"]
    asked = {
        "idempotencyKey": f"key-{uuid4()}",
        "scope": {"categories": ["BUDGET"], "source": TESTBY.nav, "recipient": BANK, "purpose": "DEBT_COUNSELLING"},
        "language": "NB",
        "noticeSha256": notice["sha256"],
        "expiresAt": until.isoformat(),
    }
    done = house.ask("citizen-kari", GIVE, input=asked).data["giveConsent"]
    assert done["__typename"] == "ConsentChanged", done
    document = json.loads(receipt_of(house, done["consentId"])["document"])["receipt"]["record"]
    assert document["notice"]["text"] == notice["text"]
    assert (document["kind"], document["notice"]["noticeVersion"]) == (notice["kind"], notice["version"])


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"language": "nn"}, 400),
        ({"language": None}, 400),
        ({"purpose": "SAR"}, 400),
        ({"category": []}, 400),
        ({"category": "EVERYTHING"}, 400),
        ({"expiresAt": "tomorrow"}, 400),
        ({"expiresAt": "2027-05-12T12:00:00"}, 400),
        ({"expiresAt": "0001-01-01T00:00:00Z"}, 400),
        ({"source": ["9901-nav", "9901-nav"]}, 400),
        ({"givenBy": "NEIGHBOUR"}, 400),
        ({"source": "nobody"}, 404),
    ],
    ids=str,
)
def test_text_that_there_is_not_is_refused(house: House, changed: dict[str, object], status: int):
    answer = shown(house, **changed)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] in {"BAD_USER_INPUT", "NOT_FOUND"}


def test_text_for_a_guardian_says_so_and_a_bank_lifts_its_own_secrecy(house: House):
    notice = shown(house, source=BANK, recipient=TESTBY.nav, givenBy="GUARDIAN", language="en").json()
    assert notice["kind"] == "CONSENT_BANK_SECRECY"
    assert notice["text"].startswith("You are a guardian")
