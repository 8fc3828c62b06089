"""Rent ledgers, landlords and the officer's system hand in, get a receipt or a reason for each row, and read back their
own and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.demo.offices import ENFORCEMENT, HOUSING_COMPANY, LANDLORD_COMPANY, SYNTEVIK, TESTBY
from hub.demo.people import EVA, IVAN, KARI, LIV, OLA, SIRI
from hub.identity.snapshot import legal_day
from hub.intake.deadlines import PETITION_AFTER_NOTICE
from hub.store.ids import new_id
from tests.acceptance.handing_in import (
    _TOMORROW,
    COMMANDS,
    DEFAULTS,
    DEMANDS,
    EACH,
    LANDLORDS,
    PETITIONS,
    Command,
    one,
    own,
    rejected,
    result,
    send,
)
from tests.acceptance.house import LEGACY, STRICT, House

# --- accepted --------------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("accept", [STRICT, LEGACY])
def test_batch_is_accepted_in_part_each_row_with_its_receipt_or_reason_in_order(
    own_house: House, command: Command, accept: str
) -> None:
    rows = (command.sent(), command.sent(tenantNationalId="15928741271"), command.sent(), command.sent())
    rows[3]["tenantNationalId"] = EVA.national_id
    submitted = result(send(own_house, command, *rows, accept=accept))
    assert (submitted["acceptedCount"], submitted["rejectedCount"]) == (2, 2)
    assert [row["rowNo"] for row in submitted["rows"]] == [1, 2, 3, 4]
    assert [row.get("code") for row in submitted["rows"]] == [None, "INVALID_ID", "DUPLICATE_ROW", None]
    assert {row["basis"] for row in submitted["rows"] if "basis" in row} == {command.basis}
    stored = own_house.rows(
        "SELECT row_no, kind, outcome, code, basis, municipality, subject_national_id, payload IS NULL AS is_empty,"
        " content_sha256 ~ '^[0-9a-f]{64}$' AS has_digest"
        " FROM hub.submitted_report WHERE submission_id = $1::uuid ORDER BY row_no",
        submitted["id"],
    )
    tenant = command.row["tenantNationalId"]
    assert [tuple(row.values()) for row in stored] == [
        (1, command.kind, "ACCEPTED", None, command.basis, TESTBY.number, tenant, False, True),
        (2, command.kind, "REJECTED", "INVALID_ID", None, None, None, True, True),
        (3, command.kind, "REJECTED", "DUPLICATE_ROW", None, None, None, True, True),
        (4, command.kind, "ACCEPTED", None, command.basis, TESTBY.number, EVA.national_id, False, True),
    ]


@EACH
def test_batch_is_one_command_on_record_that_shows_nothing_of_anybody(own_house: House, command: Command) -> None:
    [event] = send(own_house, command, command.sent()).recorded.events
    assert (event.kind, event.operation_name, event.shown) == ("COMMAND", "Send", ())


@EACH
def test_sender_reads_back_its_own_rows_as_it_sent_them(own_house: House, command: Command) -> None:
    receipt = one(own_house, command)["receipt"]
    [found] = [node for node in own(own_house, command, command.who) if node["id"] == receipt]
    assert (found["basis"], found["outcome"], found["code"]) == (command.basis, "ACCEPTED", None)
    assert found["tenantNationalIdMasked"] == f"{command.row['tenantNationalId'][:6]}*****"
    sent = {name: value for name, value in command.row.items() if name != "tenantNationalId"}
    moments = {name for name in sent if name.endswith("At")}
    assert {name: found[name] for name in sent.keys() - moments} == {
        name: value for name, value in sent.items() if name not in moments
    }
    for name in moments:
        told, meant = (datetime.fromisoformat(text) for text in (found[name], sent[name]))
        assert abs(told - meant) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("command", "other"),
    [(DEFAULTS, "other-rent-ledger-system"), (DEMANDS, "other-rent-ledger-system"), (LANDLORDS, "landlord-company")],
    ids=["arrears", "demands", "a landlord's"],
)
def test_nobody_reads_what_another_sent(own_house: House, command: Command, other: str) -> None:
    receipt = one(own_house, command)["receipt"]
    assert receipt not in {node["id"] for node in own(own_house, command, other)}


def test_each_way_back_leads_to_what_its_command_took_and_to_nothing_else(own_house: House) -> None:
    arrears, demand = (one(own_house, command)["receipt"] for command in (DEFAULTS, DEMANDS))
    found = [{node["id"] for node in own(own_house, command, DEFAULTS.who)} for command in (DEFAULTS, DEMANDS)]
    assert (arrears in found[0], demand in found[1]) == (True, True)
    assert not found[0] & found[1]


@EACH
@pytest.mark.parametrize("other", ["bank-system", "nav-caseworker", "citizen-kari", "rent-collector"])
def test_command_does_not_exist_for_others(own_house: House, command: Command, other: str) -> None:
    assert set(send(own_house, command, command.sent(), who=other).codes) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("command", "who"), [(DEFAULTS, "landlord"), (DEFAULTS, "enforcement-system"), (PETITIONS, "rent-ledger-system")]
)
def test_senders_have_each_their_own_commands(own_house: House, command: Command, who: str) -> None:
    assert set(send(own_house, command, command.sent(), who=who).codes) == {"GRAPHQL_VALIDATION_FAILED"}


# --- the same batch --------------------------------------------------------------------------------------------------


@EACH
def test_same_batch_sent_again_gets_the_same_receipts_and_is_stored_once(own_house: House, command: Command) -> None:
    key, rows = uuid4().hex, (command.sent(), command.sent(tenantNationalId="15928741271"))
    first, again = send(own_house, command, *rows, key=key), send(own_house, command, *rows, key=key)
    assert again.content == first.content
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


@EACH
def test_same_key_with_another_batch_is_a_conflict_and_stores_nothing(own_house: House, command: Command) -> None:
    key = uuid4().hex
    send(own_house, command, command.sent(), key=key)
    refused = result(send(own_house, command, command.sent(tenantNationalId=EVA.national_id), key=key))
    assert (refused["__typename"], refused["code"]) == ("CommandRefused", "CONFLICT")
    assert own_house.value("SELECT count(*) FROM hub.submission WHERE idempotency_key = $1", key) == 1


# --- bad input -------------------------------------------------------------------------------------------------------

FUTURE, LONG = _TOMORROW.isoformat(), "x" * 65
BAD: list[tuple[Command, str, object, str]] = [
    *((command, "tenantNationalId", "15928741271", "INVALID_ID") for command in COMMANDS.values()),
    *((command, "tenantNationalId", "02013299997", "INVALID_ID") for command in COMMANDS.values()),
    *((command, "municipality", "0000", "BAD_VALUE") for command in COMMANDS.values()),
    *(
        (command, "leaseRef", wrong, "BAD_VALUE")
        for command in (DEFAULTS, DEMANDS)
        for wrong in ("", LONG, "a\n", " a")
    ),
    *((command, "landlordOrgnr", "312346002", "INVALID_ID") for command in (DEFAULTS, DEMANDS)),
    *((DEFAULTS, "dunningLevel", wrong, "BAD_VALUE") for wrong in (-1, 5)),
    *((DEFAULTS, "monthsInArrears", wrong, "BAD_VALUE") for wrong in (0, -1, 601)),
    *((DEFAULTS, "arrears", wrong, "BAD_VALUE") for wrong in (0, -1, 10**12)),
    *((DEFAULTS, name, wrong, "BAD_VALUE") for name in ("fees", "interest") for wrong in (-1, 10**12)),
    (DEFAULTS, "oldestDueDate", f"{_TOMORROW + timedelta(days=1):%Y-%m-%d}", "BAD_VALUE"),
    *((DEMANDS, "demandNo", wrong, "BAD_VALUE") for wrong in (1, 100)),
    *((DEMANDS, "amount", wrong, "BAD_VALUE") for wrong in (0, -1, 10**12)),
    (DEMANDS, "issuedAt", FUTURE, "BAD_VALUE"),
    (DEMANDS, "documentRef", "x" * 129, "BAD_VALUE"),
    (DEMANDS, "tenantInformedAt", FUTURE, "BAD_VALUE"),
    (DEMANDS, "landlordOrgnr", None, "BAD_VALUE"),
    (LANDLORDS, "municipality", None, "BAD_VALUE"),
    (LANDLORDS, "tenantInformedAt", None, "BAD_VALUE"),
    (LANDLORDS, "tenantInformedAt", FUTURE, "COPY_TOO_LATE"),
    (PETITIONS, "enforcementCaseNo", "", "BAD_VALUE"),
    (PETITIONS, "petitionReceivedAt", FUTURE, "BAD_VALUE"),
    (PETITIONS, "petitionerOrgnr", "312346002", "INVALID_ID"),
    (PETITIONS, "presentedAt", FUTURE, "BAD_VALUE"),
    (PETITIONS, "presentedAt", "2026-10-30T08:59:59Z", "BAD_VALUE"),
    (PETITIONS, "evictionDate", "2026-10-29", "BAD_VALUE"),
    (PETITIONS, "evictionDate", "2099-01-01", "BAD_VALUE"),
]


@pytest.mark.parametrize(
    ("command", "field", "wrong", "code"), BAD, ids=[f"{number}-{field}" for number, (_, field, _, _) in enumerate(BAD)]
)
def test_bad_value_rejects_its_row_by_field_and_keeps_nothing(
    own_house: House, command: Command, field: str, wrong: object, code: str
) -> None:
    answer = send(own_house, command, command.sent(**{field: wrong}), command.sent(tenantNationalId=SIRI.national_id))
    submitted = result(answer)
    [first, second] = submitted["rows"]
    assert (first["code"], first["field"]) == (code, field)
    assert first["text"]["nb"]
    assert first["text"]["en"]
    assert second["__typename"] == "RowAccepted"
    if isinstance(wrong, str) and len(wrong) > 4:
        assert wrong not in answer.content.decode()
    [line] = own_house.rows(
        "SELECT * FROM hub.submitted_report WHERE submission_id = $1::uuid AND row_no = 1", submitted["id"]
    )
    kept = {name for name, value in line.items() if value not in (None, False)}
    assert kept == {"id", "submission_id", "submitter_party", "kind", "row_no", "received_at", "outcome", "code",
                    "content_sha256"}  # fmt: skip


def test_eviction_with_a_date_needs_the_date(own_house: House) -> None:
    assert rejected(own_house, PETITIONS, status="DATE_SET") == ("BAD_VALUE", "evictionDate")
    assert one(own_house, PETITIONS, status="DATE_SET", evictionDate="2026-12-15")["basis"] == "TVFBL_13_6"


@EACH
def test_row_that_lacks_its_tenant_is_bad_input_and_stores_nothing(own_house: House, command: Command) -> None:
    before = own_house.value("SELECT count(*) FROM hub.submission")
    given = command.sent()
    del given["tenantNationalId"]
    assert send(own_house, command, given).codes == ["BAD_USER_INPUT"]
    assert own_house.value("SELECT count(*) FROM hub.submission") == before


# --- the ground of a row ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0, 1])
def test_arrears_below_the_level_of_the_routine_have_no_ground(own_house: House, level: int) -> None:
    assert rejected(own_house, DEFAULTS, dunningLevel=level) == ("NO_BASIS", "landlordOrgnr")


@pytest.mark.parametrize("command", [DEFAULTS, DEMANDS], ids=["arrears", "demands"])
@pytest.mark.parametrize(
    "other",
    [
        {"landlordOrgnr": LANDLORD_COMPANY},
        {"landlordOrgnr": SYNTEVIK.orgnr},
        {"municipality": SYNTEVIK.number},
        {"landlordOrgnr": SYNTEVIK.orgnr, "municipality": SYNTEVIK.number},
    ],
    ids=["a private landlord", "another municipality's", "elsewhere", "another municipality's, elsewhere"],
)
def test_rows_for_another_landlord_or_municipality_have_no_ground(
    own_house: House, command: Command, other: dict[str, Any]
) -> None:
    assert rejected(own_house, command, **other) == ("NO_BASIS", "landlordOrgnr")


@pytest.mark.parametrize("landlord", [HOUSING_COMPANY, TESTBY.orgnr])
def test_municipality_lets_itself_or_through_its_company(own_house: House, landlord: str) -> None:
    assert one(own_house, DEFAULTS, landlordOrgnr=landlord)["basis"] == "MUNI_ROUTINE"


def test_another_municipality_s_routine_decides_for_that_municipality(own_house: House) -> None:
    """Syntevik copies from the collection claim on."""
    theirs = {"landlordOrgnr": SYNTEVIK.orgnr, "who": "other-rent-ledger-system"}
    assert rejected(own_house, DEMANDS, **theirs) == ("NO_BASIS", "landlordOrgnr")
    assert one(own_house, DEMANDS, kind="COLLECTION_CLAIM", **theirs)["basis"] == "MUNI_ROUTINE"
    assert rejected(own_house, DEFAULTS, **theirs) == ("NO_BASIS", "landlordOrgnr")
    assert one(own_house, DEFAULTS, dunningLevel=3, **theirs)["basis"] == "MUNI_ROUTINE"


@contextmanager
def reserved(house: House, tenant: UUID, landlord: str) -> Iterator[None]:
    """The tenant has reserved, and withdraws it at the end."""
    reservation = new_id()
    house.execute(
        "INSERT INTO hub.reservation (id, tenant_id, landlord_party, given_at) VALUES ($1, $2, $3, now())",
        reservation,
        tenant,
        landlord,
    )
    _event(house, reservation, "GIVEN")
    try:
        yield
    finally:
        _event(house, reservation, "WITHDRAWN")


def _event(house: House, reservation: UUID, kind: str) -> None:
    house.execute(
        "INSERT INTO hub.reservation_event (reservation_id, kind, effective_at, recorded_by)"
        " VALUES ($1, $2, now(), 'test')",
        reservation,
        kind,
    )


def test_reservation_stops_the_landlord_it_is_against_and_nobody_else(own_house: House) -> None:
    with reserved(own_house, IVAN.id, str(LIV.id)):
        row = one(own_house, LANDLORDS)
        assert (row["code"], row["field"]) == ("RESERVATION_ACTIVE", "tenantNationalId")
        company = one(own_house, LANDLORDS, "landlord-company")
        assert company["basis"] == "HL_9_11"
    assert one(own_house, LANDLORDS)["basis"] == "HL_9_11"


def test_row_rejected_for_a_reservation_is_answered_alike_when_it_is_sent_again_without_one(own_house: House) -> None:
    key = uuid4().hex
    with reserved(own_house, IVAN.id, str(LIV.id)):
        first = send(own_house, LANDLORDS, LANDLORDS.sent(), key=key)
    assert send(own_house, LANDLORDS, LANDLORDS.sent(), key=key).content == first.content


@pytest.mark.parametrize("command", [DEFAULTS, DEMANDS], ids=["arrears", "demands"])
def test_reservation_against_a_municipal_landlord_marks_the_row_and_is_not_told(
    own_house: House, command: Command
) -> None:
    before = send(own_house, command, command.sent())
    with reserved(own_house, KARI.id, HOUSING_COMPANY):
        after = send(own_house, command, command.sent())
    marks = [
        own_house.value("SELECT is_reserved FROM hub.submitted_report WHERE id = $1::uuid", row["receipt"])
        for answer in (before, after)
        for row in result(answer)["rows"]
    ]
    assert marks == [False, True]
    assert len(before.content) == len(after.content)
    assert result(after)["rows"][0]["basis"] == "MUNI_ROUTINE"


def test_landlord_hears_from_which_day_on_to_petition(own_house: House) -> None:
    today = legal_day(datetime.now(UTC))
    row = one(own_house, LANDLORDS)
    assert date.fromisoformat(row["earliestPetition"]) == PETITION_AFTER_NOTICE.end(today)
    assert one(own_house, DEMANDS)["earliestPetition"] is None


def test_landlord_speaks_for_itself_alone(own_house: House) -> None:
    assert rejected(own_house, LANDLORDS, landlordOrgnr=LANDLORD_COMPANY) == ("NO_BASIS", "landlordOrgnr")
    own = one(own_house, LANDLORDS, "landlord-company", landlordOrgnr=LANDLORD_COMPANY)
    assert own["basis"] == "HL_9_11"


@pytest.mark.parametrize("command", [LANDLORDS, PETITIONS], ids=["a landlord", "the officer"])
def test_municipality_that_does_not_use_bofast_is_said_to_be_none(own_house: House, command: Command) -> None:
    assert rejected(own_house, command, municipality="0301") == ("BAD_VALUE", "municipality")


def test_petition_that_was_put_before_the_tenant_has_a_last_day_for_objections(own_house: House) -> None:
    assert one(own_house, PETITIONS)["objectionDeadline"] == "2026-11-16"
    assert one(own_house, PETITIONS, presentedAt=None)["objectionDeadline"] is None
    assert one(own_house, PETITIONS, presentedAt="2026-11-05T23:30:00Z")["objectionDeadline"] == "2026-11-20"


def test_copy_of_the_officer_s_goes_through_whatever_the_tenant_reserved(own_house: House) -> None:
    with reserved(own_house, KARI.id, HOUSING_COMPANY):
        assert one(own_house, PETITIONS)["basis"] == "TVFBL_13_6"


@EACH
def test_row_about_a_person_with_a_case_is_answered_like_one_about_a_person_without(
    own_house: House, command: Command
) -> None:
    numbers = (KARI.national_id, OLA.national_id, SIRI.national_id, "25922947409")
    answers = [send(own_house, command, command.sent(tenantNationalId=number)) for number in numbers]
    rows = [{**row, "receipt": None} for answer in answers for row in result(answer)["rows"]]
    assert all(row == rows[0] for row in rows)
    assert {len(answer.content) for answer in answers} == {len(answers[0].content)}
    assert len({answer.recorded.refusals for answer in answers}) == 1
    assert len({answer.recorded.shape for answer in answers}) == 1


@EACH
def test_purpose_makes_no_difference_to_the_ground_of_a_row(own_house: House, command: Command) -> None:
    for purpose in (None, "B101"):
        [row] = result(send(own_house, command, command.sent(), purpose=purpose))["rows"]
        assert row["basis"] == command.basis


def test_sender_s_party_is_the_one_it_acts_for(own_house: House) -> None:
    for command, party in ((DEFAULTS, TESTBY.rent_collector), (PETITIONS, ENFORCEMENT), (LANDLORDS, str(LIV.id))):
        receipt = one(own_house, command)["receipt"]
        sql = "SELECT submitter_party FROM hub.submitted_report WHERE id = $1::uuid"
        assert own_house.value(sql, receipt) == party
