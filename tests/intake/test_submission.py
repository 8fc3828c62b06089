"""A batch from end to end: what is answered, what is stored, what is on record."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.intake.factory import (
    BANK,
    EVA,
    KARI,
    TESTBY,
    add_consent,
    add_person,
    bank,
    row,
    startlan,
    strangers,
)


async def test_bank_with_consent_is_accepted_and_gets_a_receipt(send, stored, owner):
    reply = await send(bank(), [row()])
    submitted = reply.submitted
    assert (submitted["__typename"], submitted["acceptedCount"], submitted["rejectedCount"]) == ("Submitted", 1, 0)
    (line,) = await stored(submitted["id"])
    assert reply.rows == [
        {
            "__typename": "RowAccepted",
            "rowNo": 1,
            "receipt": str(line["id"]),
            "basis": "BANK_CUSTOMER_CONSENT",
            "isLate": False,
        }
    ]
    assert line["debtor_national_id"] == EVA.national_id
    assert line["debtor_last_name"] == "Eier"
    assert line["debtor_postal_code"] == "9901"
    assert line["arrears_ore"] == 2_012_500
    assert line["consent_id"] is not None
    assert line["agreement_id"] is None
    submission = await owner.fetchrow("SELECT * FROM hub.submission WHERE id = $1", line["submission_id"])
    assert (submission["submitter_party"], submission["row_count"], submission["supplier"]) == (BANK, 1, None)


async def test_command_is_on_record_in_its_own_transaction_and_shows_nothing_of_anybody(send, owner):
    reply = await send(bank(), [row()])
    assert reply.answer.recorded
    event = await owner.fetchrow("SELECT * FROM audit.event WHERE id = $1", reply.answer.event.id)
    assert (event["kind"], event["party"], event["operation_name"]) == ("COMMAND", BANK, "Submit")
    assert event["entry_subjects"] == b""


async def test_rejected_rows_keep_a_number_and_a_digest_and_nothing_else(send, stored, owner):
    loner, unknown = strangers(2)
    await add_person(owner, loner)
    given = [row(loner), row(unknown), row("15928741271"), row(arrears=0)]
    reply = await send(bank(), given)
    assert reply.codes == ["NO_BASIS", "NO_BASIS", "INVALID_ID", "BAD_VALUE"]
    for line in await stored(reply.submitted["id"]):
        kept = {name for name, value in line.items() if value is not None}
        assert kept == {
            "id",
            "submission_id",
            "submitter_party",
            "row_no",
            "received_at",
            "outcome",
            "code",
            "content_sha256",
            "is_late",
        }


async def test_digest_of_a_rejected_row_cannot_be_found_by_trying_national_ids(send, stored):
    reply = await send(bank(), [row(KARI.national_id)])
    (line,) = await stored(reply.submitted["id"])
    content = repr(sorted(row(KARI.national_id).items()))
    assert line["content_sha256"] != hashlib.sha256(content.encode()).hexdigest()
    again = await send(bank(), [row(KARI.national_id)])
    (same,) = await stored(again.submitted["id"])
    assert same["content_sha256"] != line["content_sha256"]


async def test_a_batch_is_partly_accepted_in_the_order_sent(send):
    given = [row(loanRef="A"), row(loanRef="\0"), row(loanRef="B"), row(loanRef="A"), row(KARI.national_id)]
    reply = await send(bank(), given)
    assert [line["rowNo"] for line in reply.rows] == [1, 2, 3, 4, 5]
    assert reply.codes == ["ACCEPTED", "BAD_VALUE", "ACCEPTED", "DUPLICATE_ROW", "NO_BASIS"]


async def test_batch_of_500_with_every_kind_of_missing_consent(send, owner, stored):
    """Scenario 2: 480 on consent, 10 without, 5 on a consent to another recipient, 3 expired, 2 with a bad number."""
    numbers = strangers(498)
    people = [await add_person(owner, number) for number in numbers]
    given: list[dict[str, Any]] = []
    for person, number in zip(people[:480], numbers[:480], strict=True):
        given.append(row(number, consentId=str(await add_consent(owner, person))))
    given += [row(number) for number in numbers[480:490]]
    for person, number in zip(people[490:495], numbers[490:495], strict=True):
        consent = await add_consent(owner, person, recipient=TESTBY.debt_counsel)
        given.append(row(number, consentId=str(consent)))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for person, number in zip(people[495:], numbers[495:], strict=True):
        given.append(row(number, consentId=str(await add_consent(owner, person, expires_at=yesterday))))
    given += [row("15928741271"), row("00000000000")]
    # Mixed, so that order is put to the test.
    given = given[::2] + given[1::2]

    reply = await send(bank(), given)

    assert (reply.submitted["acceptedCount"], reply.submitted["rejectedCount"]) == (480, 20)
    assert [line["rowNo"] for line in reply.rows] == list(range(1, 501))
    assert (reply.codes.count("NO_BASIS"), reply.codes.count("INVALID_ID")) == (18, 2)
    lines = await stored(reply.submitted["id"])
    assert [line["row_no"] for line in lines] == list(range(1, 501))
    for line, sent, answered in zip(lines, given, reply.rows, strict=True):
        if answered["__typename"] == "RowAccepted":
            assert (line["debtor_national_id"], str(line["id"])) == (sent["debtorNationalId"], answered["receipt"])
        else:
            assert (line["debtor_national_id"], line["loan_ref"]) == (None, None)
    noted = await owner.fetchrow("SELECT * FROM audit.security_event WHERE event_id = $1", reply.answer.event.id)
    assert (noted["kind"], noted["code"], noted["count"]) == ("intake:row:ground-missing", "NO_BASIS", 18)


async def test_bank_cannot_report_a_startlan(send):
    reply = await send(bank(), [startlan()])
    assert reply.codes == ["NO_BASIS"]
