"""What persons fill in, how it is sent, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.demo.people import EVA, SIRI
from hub.identity.snapshot import legal_day
from tests.acceptance.house import Answer, House

_RESULT = """{ __typename
    ... on Submitted { id receivedAt acceptedCount rejectedCount rows {
        __typename ... on RowAccepted { rowNo receipt basis isLate earliestPetition }
        ... on RowRejected { rowNo code field text { nb en } } } }
    ... on CommandRefused { code field text { nb en } } }"""
NOBODY = "25922947409"
NOW = datetime.now(UTC)


def moment(**ago: float) -> str:
    return (NOW - timedelta(**ago)).isoformat()


@dataclass(frozen=True, kw_only=True)
class Form:
    """A command, who fills it in, and a row that is accepted."""

    command: str
    field: str
    who: str
    row: dict[str, Any]
    basis: str
    kind: str
    read_back: tuple[str, str, str]

    @property
    def text(self) -> str:
        type_ = f"{self.command[0].upper()}{self.command[1:]}Input"
        return f"mutation Send($input: {type_}!) {{ {self.command}(input: $input) {_RESULT} }}"


NOTICE = Form(
    command="submitLandlordNotice",
    field="notice",
    who="landlord",
    basis="HL_9_11",
    kind="LANDLORD_NOTICE",
    read_back=("landlord", "submittedLandlordNotices", "SubmittedLandlordNotice"),
    row={
        "tenantNationalId": SIRI.national_id,
        "municipality": "9901",
        "dwelling": {"line": "Utleiergata 3", "postalCode": "9901", "place": "Testby"},
        "arrears": 1_280_000,
        "oldestUnpaidDue": "2026-09-15",
        "groundsSummary": "To måneder er ubetalt.",
        "copyToTenantAt": moment(minutes=5),
    },
)
CONCERN = Form(
    command="submitConcernReport",
    field="report",
    who="citizen-kari",
    basis="CONCERN_REPORT",
    kind="CONCERN_REPORT",
    read_back=("citizen", "submittedConcernReports", "SubmittedConcernReport"),
    row={
        "subjectNationalId": EVA.national_id,
        "municipality": "9901",
        "reporterRelation": "NEIGHBOUR",
        "text": "Hun åpner ikke posten.\nHun sier at banken vil selge huset.",
    },
)
DEFERRAL = Form(
    command="requestDeferral",
    field="request",
    who="citizen-kari",
    basis="OWN_APPLICATION",
    kind="DEFERRAL_REQUEST",
    read_back=("citizen", "submittedDeferralRequests", "SubmittedDeferralRequest"),
    row={
        "municipality": "9901",
        "track": "TENANCY",
        "claimRefs": ["20261000047112"],
        "requestedUntil": (legal_day(NOW) + timedelta(days=30)).isoformat(),
        "reason": "Lønnen kommer den 12.",
    },
)
AID = Form(
    command="submitFinancialAidApplication",
    field="application",
    who="citizen-kari",
    basis="OWN_APPLICATION",
    kind="FINANCIAL_AID_APPLICATION",
    read_back=("citizen", "submittedAidApplications", "SubmittedAidApplication"),
    row={
        "municipality": "9901",
        "purpose": "RENT_ARREARS",
        "amount": 2_290_000,
        "reason": "Jeg har mistet jobben.",
    },
)
FORMS = {"notice": NOTICE, "concern": CONCERN, "deferral": DEFERRAL, "aid": AID}
EACH = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
ASKED_FOR = pytest.mark.parametrize("form", [DEFERRAL, AID], ids=["deferral", "aid"])


def send(house: House, form: Form, *, who: str | None = None, key: str | None = None, **values: Any) -> Answer:
    how = {name: values.pop(name) for name in ("accept", "purpose") if name in values}
    row = {name: value for name, value in {**form.row, **values}.items() if value is not None}
    return house.ask(who or form.who, form.text, input={"idempotencyKey": key or uuid4().hex, form.field: row}, **how)


def result(answer: Answer) -> dict[str, Any]:
    [found] = answer.data.values()
    return found


def the_row(answer: Answer) -> dict[str, Any]:
    [row] = result(answer)["rows"]
    return row


def rejected(answer: Answer) -> tuple[str, str]:
    row = the_row(answer)
    assert row["__typename"] == "RowRejected", row
    assert all(row["text"].values())
    return row["code"], row["field"]


def stored(house: House, submission: str) -> dict[str, Any]:
    [row] = house.rows("SELECT * FROM hub.submitted_report WHERE submission_id = $1::uuid", submission)
    return row
