"""What senders hand in, how it is sent, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.offices import HOUSING_COMPANY, TESTBY
from hub.demo.people import IVAN, KARI
from tests.acceptance.asking import everything
from tests.acceptance.house import Answer, House

_ROWS = """{ __typename
    ... on Submitted { id receivedAt acceptedCount rejectedCount rows {
        __typename ... on RowAccepted { rowNo receipt basis isLate earliestPetition objectionDeadline }
        ... on RowRejected { rowNo code field text { nb en } } } }
    ... on CommandRefused { code field text { nb en } } }"""
_HOUR_AGO = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
_TOMORROW = datetime.now(UTC) + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command, who may give it, and a row that is accepted."""

    name: str
    type: str
    who: str
    row: dict[str, Any]
    basis: str
    kind: str
    read_back: tuple[str, str]

    @property
    def text(self) -> str:
        return f"mutation Send($input: {self.type}!) {{ {self.name}(input: $input) {_ROWS} }}"

    def sent(self, **values: object) -> dict[str, Any]:
        return {**self.row, **values}


DEFAULTS = Command(
    name="submitRentDefaults",
    type="SubmitRentDefaultsInput",
    who="rent-ledger-system",
    basis="MUNI_ROUTINE",
    kind="RENT_DEFAULT",
    read_back=("submittedRentDefaults", "SubmittedRentDefault"),
    row={
        "leaseRef": "LEIE-1",
        "landlordOrgnr": HOUSING_COMPANY,
        "tenantNationalId": KARI.national_id,
        "dunningLevel": 2,
        "oldestDueDate": "2026-09-01",
        "monthsInArrears": 2,
        "arrears": 2_290_000,
        "fees": 7_000,
        "interest": 22_900,
    },
)
DEMANDS = Command(
    name="submitRentDemandCopy",
    type="SubmitRentDemandCopyInput",
    who="rent-ledger-system",
    basis="MUNI_ROUTINE",
    kind="RENT_DEMAND_COPY",
    read_back=("submittedRentDemandCopies", "SubmittedRentDemandCopy"),
    row={
        "leaseRef": "LEIE-1",
        "landlordOrgnr": HOUSING_COMPANY,
        "tenantNationalId": KARI.national_id,
        "demandNo": 2,
        "kind": "SECOND_DEMAND",
        "issuedAt": "2026-10-16T10:00:00Z",
        "amount": 2_290_000,
        "documentRef": "krav-2",
    },
)
LANDLORDS = Command(
    name="submitRentDemandCopy",
    type="SubmitRentDemandCopyInput",
    who="landlord",
    basis="HL_9_11",
    kind="RENT_DEMAND_COPY",
    read_back=("submittedRentDemandCopies", "SubmittedRentDemandCopy"),
    row={
        "leaseRef": "HYBEL",
        "tenantNationalId": IVAN.national_id,
        "municipality": TESTBY.number,
        "demandNo": 2,
        "kind": "SECOND_DEMAND",
        "issuedAt": "2026-10-16T10:00:00Z",
        "amount": 900_000,
        "tenantInformedAt": _HOUR_AGO,
    },
)
PETITIONS = Command(
    name="submitEvictionNoticeCopy",
    type="SubmitEvictionNoticeCopyInput",
    who="enforcement-system",
    basis="TVFBL_13_6",
    kind="EVICTION_NOTICE_COPY",
    read_back=("submittedEvictionNotices", "SubmittedEvictionNotice"),
    row={
        "enforcementCaseNo": "26-000123",
        "tenantNationalId": KARI.national_id,
        "municipality": TESTBY.number,
        "petitionReceivedAt": "2026-10-30T09:00:00Z",
        "petitionerOrgnr": HOUSING_COMPANY,
        "presentedAt": "2026-11-02T09:00:00Z",
    },
)
COMMANDS = {
    "arrears": DEFAULTS,
    "a municipal demand": DEMANDS,
    "a landlord's demand": LANDLORDS,
    "a petition": PETITIONS,
}
EACH = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


def send(
    house: House, command: Command, *rows: dict[str, Any], key: str | None = None, who: str | None = None, **how: Any
) -> Answer:
    given = {"idempotencyKey": key or uuid4().hex, "rows": list(rows)}
    return house.ask(who or command.who, command.text, input=given, **how)


def result(answer: Answer) -> dict[str, Any]:
    [found] = answer.data.values()
    return found


def one(house: House, command: Command, who: str | None = None, **values: object) -> dict[str, Any]:
    """What becomes of one row."""
    [row] = result(send(house, command, command.sent(**values), who=who))["rows"]
    return row


def rejected(house: House, command: Command, who: str | None = None, **values: object) -> tuple[str, str]:
    row = one(house, command, who, **values)
    assert row["__typename"] == "RowRejected", row
    return row["code"], row["field"]


def own(house: House, command: Command, who: str) -> list[dict[str, Any]]:
    """What somebody reads back of what this command takes."""
    kind = {"enforcement-system": "enforcement-system", "landlord": "landlord", "landlord-company": "landlord"}
    shown = everything(kind.get(who, "rent-ledger"), command.read_back[1])
    query = f"{{ {command.read_back[0]}(first: 100) {{ totalCount nodes {{ {shown} }} }} }}"
    return house.ask(who, query).data[command.read_back[0]]["nodes"]
