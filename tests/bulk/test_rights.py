"""Between a file and the judging of its rows the sender's right may end: then they are rejected, and none is lost."""

from __future__ import annotations

import asyncio

from hub.rules import POLICIES, read_folder, read_rules
from hub.rules.activation import reload
from tests.acceptance.house import Answer
from tests.bulk.pausing import paused, until
from tests.bulk.sending import Sender, ndjson, told
from tests.intake.factory import row

_CLOSED = """
@id("core.files.closed")
@basis("DATA_MINIMISATION")
@because("For this test: nobody sends in defaults.")
forbid (
  principal,
  action == Action::"do:submitMortgageDefaults",
  resource
);
"""


def test_rows_are_rejected_where_the_policies_have_closed_meanwhile(bank: Sender) -> None:
    files = read_folder(POLICIES)
    rows = ndjson([row(), row(arrears=-1)])
    with paused():
        sent = bank.send(rows)
        asyncio.run(reload(bank.endpoints.owner, read_rules({**files, "files.cedar": _CLOSED})))
    try:
        done = bank.judged(sent)
        assert (done["rows"], done["accepted"], done["rejected"]) == (2, 0, 2)
        # What was wrong by itself is still told as that.
        assert told(bank.results(sent)) == [(1, "NO_BASIS", "consentId"), (2, "BAD_VALUE", "arrears")]
        assert bank.send(rows).codes == ["FORBIDDEN"]
    finally:
        asyncio.run(reload(bank.endpoints.owner, read_rules(files)))
    assert [code for _, code, _ in told(bank.results(bank.send(rows)))] == ["ACCEPTED", "BAD_VALUE"]


def test_rows_are_rejected_where_the_registration_has_ended_meanwhile(bank: Sender) -> None:
    ends = "UPDATE hub.registration SET valid_to = {day} WHERE tenant = '313800105' AND role = 'bofast:bank'"
    with paused():
        sent = bank.send(ndjson([row()]))
        bank.house.execute(ends.format(day="current_date - 1"))
        until(lambda: bank.send(ndjson([row()])).status == 403)
    try:
        until(lambda: state_of(bank, sent) == "JUDGED")
    finally:
        bank.house.execute(ends.format(day="NULL"))
        until(lambda: bank.send(ndjson([row()])).status == 202)
    assert told(bank.results(sent)) == [(1, "NO_BASIS", "consentId")]


def state_of(sender: Sender, sent: Answer) -> str:
    return sender.house.value("SELECT state FROM hub.upload WHERE id = $1::text::uuid", sent.json["id"])


def test_right_that_has_not_ended_is_a_right(bank: Sender) -> None:
    with paused():
        sent = bank.send(ndjson([row()]))
    assert [code for _, code, _ in told(bank.results(sent))] == ["ACCEPTED"]
