"""Who sends and what is sent: valid by default, each part to be replaced by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from hub.demo.numbers import NationalIds
from hub.demo.offices import BANK, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import EVA, IVAN, KARI, KNOWN, MONA
from hub.identity.model import Inquiry, Kind, PrincipalType, Requester
from hub.identity.purposes import PurposeRegister
from hub.intake.model import Setting
from schema.identifiers import Population

__all__ = ["BANK", "EVA", "IVAN", "KARI", "MONA", "OTHER_BANK", "SYNTEVIK", "TESTBY"]

LOAN_MANAGER = TESTBY.loan_manager
PURPOSES = PurposeRegister.load()
_RANDOM = Random(20261122)
_NUMBERS = NationalIds(known.national_id for known in KNOWN)

SUBMIT = """
mutation Submit($input: SubmitMortgageDefaultsInput!) {
  submitMortgageDefaults(input: $input) {
    __typename
    ... on Submitted {
      id receivedAt acceptedCount rejectedCount
      rows {
        __typename
        ... on RowAccepted { rowNo receipt basis isLate }
        ... on RowRejected { rowNo code field text { nb en } }
      }
    }
    ... on CommandRefused { code field text { nb en } }
  }
}
"""


def bank(party: str = BANK, **changes: Any) -> Requester:
    return _system(party, Kind.BANK, **{"consumer": party, **changes})


def loan_manager(consumer: str | None = TESTBY.orgnr, party: str = LOAN_MANAGER) -> Requester:
    return _system(party, Kind.LOAN_MANAGER, consumer=consumer, supplier=party)


def caseworker() -> Requester:
    return _system(
        TESTBY.nav, Kind.NAV, principal=PrincipalType.STAFF, municipality="9901", unit="9901", person=str(uuid4())
    )


def _system(party: str, kind: Kind, **changes: Any) -> Requester:
    values: dict[str, Any] = {
        "principal": PrincipalType.SYSTEM,
        "id": party,
        "name": "a system",
        "party": party,
        "orgnr": party,
        "party_name": "a party",
        "kind": kind,
        "municipality": None,
        "unit": None,
        "role": f"bofast:{kind}",
        "groups": frozenset(),
        "assurance": 0,
        "issuer": "https://issuer.example",
        "expires_at": 4e9,
    }
    return Requester(**{**values, **changes})


def inquiry(requester: Requester, *, on: date | None = None, purpose: str | None = None) -> Inquiry:
    """A request of this moment, or of the noon of another day."""
    moment = datetime.now(UTC) if on is None else datetime.combine(on, time(11, 0, 0, 123456), UTC)
    day = moment.date()
    chosen = PURPOSES.select(purpose, requester, day)
    return Inquiry(
        requester=requester,
        purpose=chosen,
        bases=PURPOSES.bases(chosen, day),
        request_id=str(uuid4()),
        received_at=moment,
        legal_day=day,
    )


def setting(
    day: date, kind: Kind, municipality: str | None = None, population: Population = Population.SYNTHETIC
) -> Setting:
    """The noon of a day, for a sender of this kind."""
    at = datetime.combine(day, time(11), UTC)
    return Setting(kind=kind, municipality=municipality, population=population, at=at, day=day)


def row(debtor: str = EVA.national_id, **changes: Any) -> dict[str, Any]:
    """A row of a bank about one of its own loans."""
    values: dict[str, Any] = {
        "loanType": "BANK_LOAN",
        "loanRef": "BL-1",
        "debtorNationalId": debtor,
        "debtorName": {"first": "Eva", "last": "Eier"},
        "debtorAddress": {"line": "Eiersvingen 12", "postalCode": "9901", "place": "Testby"},
        "firstUnpaidDue": "2026-09-01",
        "unpaidTerms": 2,
        "arrears": 2_012_500,
        "interestAccrued": 20_125,
    }
    return {**values, **changes}


def startlan(debtor: str = EVA.national_id, **changes: Any) -> dict[str, Any]:
    """A row of the loan manager about a startlån."""
    return row(debtor, **{"loanType": "STARTLAN", "loanRef": "SL-1", "firstUnpaidDue": "2026-11-02", **changes})


def variables(rows: Sequence[dict[str, Any]], key: str | None = None) -> dict[str, Any]:
    return {"input": {"idempotencyKey": key or f"key-{uuid4()}", "rows": list(rows)}}


def strangers(count: int) -> list[str]:
    """Valid numbers of persons that nobody knows, others each time."""
    return [_NUMBERS.draw(_RANDOM, date(1901, 1, 1) + timedelta(days=number)) for number in range(count)]


async def add_person(owner: Any, national_id: str) -> UUID:
    """A person without a case."""
    return await owner.fetchval(
        """
        INSERT INTO nav.person (national_id, first_name, last_name, address_grade, protection, shielded, source_party)
        VALUES ($1, 'Test', 'Person', 'UGRADERT', 'UGRADERT', false, 'nav') RETURNING id
        """,
        national_id,
    )


async def add_consent(owner: Any, person: UUID, **changes: Any) -> UUID:
    """A consent that lets the bank tell NAV of defaults, in force unless said otherwise. `event` None: never given."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "source": BANK,
        "recipient": TESTBY.nav,
        "purpose": "EVICTION_PREVENTION",
        "categories": ["LOAN_DEFAULT"],
        "case_id": None,
        "effective_from": now - timedelta(days=30),
        "expires_at": now + timedelta(days=300),
        "event": "GIVEN",
        **changes,
    }
    consent = await owner.fetchval(
        """
        INSERT INTO hub.consent (
            kind, subject_id, case_id, source_party, recipient_party, purpose, categories
        ) VALUES ('CONSENT_BANK_SECRECY', $1, $2, $3, $4, $5, $6) RETURNING id
        """,
        person,
        values["case_id"],
        values["source"],
        values["recipient"],
        values["purpose"],
        values["categories"],
    )
    if values["event"] is not None:
        await add_consent_event(owner, consent, values["event"], values["effective_from"], values["expires_at"])
    return consent


async def add_consent_event(
    owner: Any, consent: UUID, kind: str, at: datetime | None = None, until: datetime | None = None
) -> None:
    """Something happens to the consent. What opens it does so on terms, for a year unless said otherwise."""
    moment = at or datetime.now(UTC) - timedelta(seconds=1)
    if kind not in {"GIVEN", "RENEWED"}:
        await owner.execute(
            "INSERT INTO hub.consent_event (consent_id, kind, effective_at, recorded_by)"
            " VALUES ($1, $2, $3, 'citizen')",
            consent,
            kind,
            moment,
        )
        return
    await owner.execute(
        """
        INSERT INTO hub.consent_event (
            consent_id, kind, given_at, effective_at, recorded_by, given_by, assurance, collection_method,
            notice_version, notice_sha256, language, expires_at
        ) VALUES ($1, $2, $3, $3, 'citizen', 'SELF', 4, 'IDPORTEN_UI', '1', repeat('a', 64), 'nb', $4)
        """,
        consent,
        kind,
        moment,
        until or moment + timedelta(days=365),
    )
