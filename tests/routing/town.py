"""Persons, their cases, and what is handed in about them: valid by default, each part to be replaced by name."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID, uuid4

from hub.demo.loans import agreement_id
from hub.demo.numbers import NationalIds
from hub.demo.offices import BANK, ENFORCEMENT, HOUSING_COMPANY, OTHER_BANK, SYNTEVIK, TESTBY
from hub.demo.people import KNOWN
from hub.store.ids import new_id
from tests.intake.factory import add_consent, add_consent_event

__all__ = ["BANK", "OTHER_BANK", "SYNTEVIK", "TESTBY", "Town", "add_consent_event"]

LOAN_MANAGER = TESTBY.loan_manager
_RANDOM = Random(20261130)
_NUMBERS = NationalIds(known.national_id for known in KNOWN)
AGREED = agreement_id(TESTBY)
# By kind: who sends it, on which basis, and what is sent.
REPORTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "RENT_DEFAULT": (
        TESTBY.rent_collector,
        "MUNI_ROUTINE",
        {
            "leaseRef": "LEIE-1",
            "landlordOrgnr": HOUSING_COMPANY,
            "dunningLevel": 2,
            "oldestDueDate": "2026-09-01",
            "monthsInArrears": 2,
            "arrears": 2_290_000,
            "fees": 7_000,
        },
    ),
    "RENT_DEMAND_COPY": (
        TESTBY.rent_collector,
        "MUNI_ROUTINE",
        {
            "leaseRef": "LEIE-1",
            "landlordOrgnr": HOUSING_COMPANY,
            "demandNo": 2,
            "kind": "SECOND_DEMAND",
            "issuedAt": "2026-10-16T10:00:00+00:00",
            "amount": 2_290_000,
            "documentRef": "krav-2",
        },
    ),
    "EVICTION_NOTICE_COPY": (
        ENFORCEMENT,
        "TVFBL_13_6",
        {
            "enforcementCaseNo": "26-000123",
            "petitionReceivedAt": "2026-10-30T09:00:00+00:00",
            "petitionerOrgnr": HOUSING_COMPANY,
        },
    ),
}
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "LANDLORD_NOTICE": (
        "315200318",
        "HL_9_11",
        {
            "arrears": 1_280_000,
            "oldestUnpaidDue": "2026-09-15",
            "groundsSummary": "To måneder er ubetalt.",
            "copyToTenantAt": "2026-11-01T10:00:00+00:00",
            "sentByAgent": False,
            "dwelling": {"line": "Hemmelig vei 1", "postalCode": "9901", "place": "Testby"},
        },
    ),
    "CONCERN_REPORT": (
        "9901-support",
        "VITAL",
        {"reporterRelation": "PUBLIC_BODY", "text": "Han svarer ikke.", "childConcern": False, "danger": False},
    ),
    "DEFERRAL_REQUEST": (
        "a-person",
        "OWN_APPLICATION",
        {"track": "TENANCY", "claimRefs": ["1"], "requestedUntil": "2027-01-12", "reason": "Lønn den 12."},
    ),
    "FINANCIAL_AID_APPLICATION": (
        "a-person",
        "OWN_APPLICATION",
        {"purpose": "RENT_ARREARS", "amount": 2_290_000, "reason": "Uten jobb."},
    ),
}


def stranger() -> str:
    """A valid number of a person whom nobody knows, another each time."""
    return _NUMBERS.draw(_RANDOM, date(1910, 1, 1) + timedelta(days=_RANDOM.randrange(20_000)))


class Town:
    """Writes as the owner, and asks as the owner."""

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    async def person(self, **changes: Any) -> tuple[str, UUID]:
        """Somebody in the register, without a case."""
        number = stranger()
        values = {"protection": "UGRADERT", "shielded": False, **changes}
        person = await self.owner.fetchval(
            """
            INSERT INTO nav.person (
                national_id, first_name, last_name, address_grade, protection, shielded, source_party
            ) VALUES ($1, 'Test', 'Person', 'UGRADERT', $2, $3, 'nav') RETURNING id
            """,
            number,
            values["protection"],
            values["shielded"],
        )
        return number, person

    async def customer(self, **changes: Any) -> tuple[str, UUID, UUID]:
        """Somebody who has agreed that the bank tells NAV of defaults: number, id and consent."""
        number, person = await self.person()
        return number, person, await add_consent(self.owner, person, **changes)

    async def case(self, person: UUID, **changes: Any) -> UUID:
        """An open case of an owner in Testby with one loan of the bank, `REF`; with none where `lender` is None."""
        values: dict[str, Any] = {
            "municipality": "9901",
            "unit": TESTBY.second_nav_unit,
            "track": "OWNER",
            "phase": 2,
            "state": "OPEN",
            "closed_at": None,
            "close_reason": None,
            "role": "ADULT",
            "lender": BANK,
            "servicer": None,
            "loan_type": "BANK_LOAN",
            "loan_ref": "REF",
            **changes,
        }
        async with self.owner.transaction():
            case = await self.owner.fetchval(
                """
                INSERT INTO hub."case" (case_no, municipality, nav_unit, subject_id, track, phase, state,
                    responsible_unit, opened_at, updated_at, closed_at, close_reason, source_party)
                VALUES (gen_random_uuid()::text, $1, $2, $3, $4, $5, $6, $2, now() - interval '3 years',
                    now() - interval '1 day', $7, $8, '9901-nav') RETURNING id
                """,
                *(values[name] for name in ("municipality", "unit")),
                person,
                *(values[name] for name in ("track", "phase", "state", "closed_at", "close_reason")),
            )
            await self.member(case, person, "SELF", values["role"])
            await self.owner.execute(
                "INSERT INTO hub.participant (case_id, party_id, unit_id, role, valid_from, basis, granted_by,"
                " source_party) VALUES ($1, '9901-nav', $2, 'CASEWORKER', now() - interval '1 year', 'STL_17', 'test',"
                " '9901-nav')",
                case,
                values["unit"],
            )
            if values["lender"] is not None:
                await self.owner.execute(
                    "INSERT INTO bank.mortgage_loan (case_id, loan_type, lender_party, servicer_party, loan_ref,"
                    " status, source_party) VALUES ($1, $2, $3, $4, $5, 'ACTIVE', $3)",
                    case,
                    *(values[name] for name in ("loan_type", "lender", "servicer", "loan_ref")),
                )
        return case

    async def member(self, case: UUID, person: UUID, relation: str = "SPOUSE", role: str = "ADULT") -> None:
        await self.owner.execute(
            "INSERT INTO hub.case_person (case_id, person_id, relation, role, source_party)"
            " VALUES ($1, $2, $3, $4, '9901-nav')",
            case,
            person,
            relation,
            role,
        )

    async def submission(self, kind: str, sender: str, received: datetime) -> UUID:
        return await self.owner.fetchval(
            "INSERT INTO hub.submission (submitter_party, actor, kind, received_at, idempotency_key, content_sha256,"
            " row_count) VALUES ($1, $1, $2, $3, $4, $5, 1) RETURNING id",
            sender,
            kind,
            received,
            str(uuid4()),
            sha256(uuid4().bytes).hexdigest(),
        )

    async def default(self, number: str, consent: UUID | None = None, **changes: Any) -> UUID:
        """A default on a bank loan, accepted on the consent; without one, on a startlån under Testby's agreement."""
        received = changes.pop("received_at", datetime.now(UTC))
        sender = changes.pop("sender", LOAN_MANAGER if consent is None else BANK)
        submission = changes.pop("submission", None) or await self.submission("MORTGAGE_DEFAULT", sender, received)
        values: dict[str, Any] = {
            "id": new_id(),
            "submission_id": submission,
            "submitter_party": sender,
            "row_no": 1,
            "received_at": received,
            "outcome": "ACCEPTED",
            "content_sha256": "0" * 64,
            "loan_type": "STARTLAN" if consent is None else "BANK_LOAN",
            "loan_ref": "REF",
            "debtor_national_id": number,
            "debtor_address_line": "Eiersvingen 12",
            "first_unpaid_due": date(2026, 9, 1),
            "unpaid_terms": 2,
            "arrears_ore": 2_012_500,
            "interest_accrued_ore": 20_125,
            "basis": "LOAN_MANAGER_AGREEMENT" if consent is None else "BANK_CUSTOMER_CONSENT",
            "consent_id": consent,
            "agreement_id": AGREED if consent is None else None,
            **changes,
        }
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.owner.execute(
            f"INSERT INTO hub.submitted_default ({', '.join(values)}) VALUES ({places})", *values.values()
        )
        return values["id"]

    async def report(self, kind: str, number: str, **changes: Any) -> UUID:
        """A row of rent, of a petition or of a form, accepted; `sent` are changes of what was sent."""
        sender, basis, payload = {**REPORTS, **FORMS}[kind]
        received = changes.pop("received_at", datetime.now(UTC))
        sender = changes.pop("sender", sender)
        submission = await self.submission(kind, sender, received)
        values: dict[str, Any] = {
            "id": new_id(),
            "submission_id": submission,
            "submitter_party": sender,
            "kind": kind,
            "row_no": 1,
            "received_at": received,
            "outcome": "ACCEPTED",
            "content_sha256": "0" * 64,
            "basis": basis,
            "municipality": "9901",
            "subject_national_id": number,
            "payload": json.dumps({**payload, **changes.pop("sent", {})}),
            **changes,
        }
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.owner.execute(
            f"INSERT INTO hub.submitted_report ({', '.join(values)}) VALUES ({places})", *values.values()
        )
        return values["id"]

    async def event(self, row: UUID, kind: str = "CORRECTED", reason: str | None = None, **changes: Any) -> UUID:
        """What the sender did to a row later; by default a correction."""
        before = await self.owner.fetchrow("SELECT * FROM hub.submitted_default_standing WHERE id = $1", row)
        submitter = changes.pop("submitter", before["submitter_party"])
        carried = (
            "debtor_first_name", "debtor_last_name", "debtor_address_line", "debtor_postal_code",
            "debtor_postal_place", "first_unpaid_due", "unpaid_terms", "arrears_ore", "interest_accrued_ore",
        )  # fmt: skip
        values: dict[str, Any] = {
            "id": new_id(),
            "submitted_default_id": row,
            "submitter_party": submitter,
            "event_no": 1
            + await self.owner.fetchval(
                "SELECT count(*) FROM hub.submitted_default_event WHERE submitted_default_id = $1", row
            ),
            "kind": kind,
            "actor": submitter,
            "correction_reason": (reason or "WRONG_AMOUNT") if kind == "CORRECTED" else None,
            "withdrawal_reason": (reason or "PAID") if kind == "WITHDRAWN" else None,
            **{name: before[name] for name in carried},
            **changes,
        }
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await self.owner.execute(
            f"INSERT INTO hub.submitted_default_event ({', '.join(values)}) VALUES ({places})", *values.values()
        )
        return values["id"]

    async def cases_of(self, person: UUID) -> list[Any]:
        return await self.owner.fetch('SELECT * FROM hub."case" WHERE subject_id = $1 ORDER BY opened_at, id', person)

    async def of_case(self, table: str, case: UUID) -> list[Any]:
        """The rows of a table that belong to the case, in the order in which they were made."""
        return await self.owner.fetch(f"SELECT * FROM {table} WHERE case_id = $1 ORDER BY id", case)

    async def signal_of(self, row: UUID) -> Any:
        """The signal that a row became, if it became one."""
        return await self.owner.fetchrow(
            "SELECT signal.* FROM hub.routed AS done JOIN hub.signal AS signal ON signal.id = done.signal_id"
            " WHERE done.id = $1",
            row,
        )

    async def outcome_of(self, row: UUID) -> str | None:
        return await self.owner.fetchval("SELECT outcome FROM hub.routed WHERE id = $1", row)
