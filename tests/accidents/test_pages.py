"""Accidents of lists: what is hidden is counted, leaves gaps, or is shown once one has paged far enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.demo.offices import BANK, TESTBY
from hub.demo.people import EVA, KARI
from hub.store.ids import new_id
from tests.acceptance.changes import give_consent, withdraw
from tests.acceptance.house import House
from tests.noninterference.changes import Change, Step, added, altered, changed, line_added, rows
from tests.noninterference.named import NAMED, line, own_lines
from tests.noninterference.questions import LOG_ENDS

_INFO = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
_LIST = "query($first: Int!, $after: String) {{ {0}(first: $first, after: $after{1}) {{ {2} nodes {{ {3} }} }} }}"
_CASES = _LIST.format("cases", "", _INFO, "id")
_CONSENTED = """
    SELECT DISTINCT m.case_id FROM facts.consent c JOIN facts.case_person m ON m.person_id = c.subject_id
    WHERE c.recipient_party = $1 AND c.purpose = 'REFINANCING' ORDER BY 1 DESC"""
_STRICT = {
    "protection": "STRENGT_FORTROLIG",
    **{f"residential_{part}": None for part in ("line", "postal_code", "place")},
}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list, who asks for it, and the name of a change that adds to it what they may not see."""

    who: str
    purpose: str | None
    text: str
    hidden: str = ""


LISTS: Mapping[str, Listed] = {
    "cases": Listed(
        who="nav-caseworker", purpose="B101", text=_CASES, hidden="a case of a strictly protected person"
    ),
    "cases of a bank": Listed(
        who="bank-system", purpose="B103", text=_LIST.format("cases", "", _INFO, "__typename"),
        hidden="a case of a strictly protected person",
    ),
    "inbox": Listed(
        who="nav-caseworker", purpose="B101", text=_LIST.format("inbox", "", _INFO, "id"),
        hidden="one signal more at another unit",
    ),
    "submissions": Listed(
        who="bank-system", purpose=None, text=_LIST.format("submissions", "", _INFO, "id"),
        hidden="what another bank has sent in",
    ),
    "accessLog": Listed(
        who="privacy-officer", purpose="B106",
        text=_LIST.format("accessLog", f', filter: {{before: "{LOG_ENDS}"}}', _INFO, "id"),
        hidden="a line of another party's log",
    ),
    "myAccessLog": Listed(
        who="citizen-kari", purpose=None, text=_LIST.format("myAccessLog", "", _INFO, "occurredAt"),
    ),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", LISTS)


@pytest.fixture(scope="module", autouse=True)
def filled(house: House) -> Iterator[None]:
    """Every list has rows to page through."""
    new = [altered("hub.signal", row, {"triage_status": "NEW"}) for row in rows(house, "hub.signal")]
    log = [line_added(one) for one in own_lines()]
    with changed(house, Change(name="filled", steps=(*new, *log, *_more_submitted(house)))):
        yield


def _more_submitted(house: House) -> Iterator[Step]:
    like = rows(house, "hub.submitted_default", "submitter_party = $1", BANK)[0]
    for number in range(1_000, 1_003):
        yield added("hub.submitted_default", {**like, "id": new_id(), "row_no": number})


def page(house: House, listed: Listed, first: int, after: str | None = None) -> dict[str, Any]:
    answer = house.ask(listed.who, listed.text, purpose=listed.purpose, first=first, after=after)
    [found] = answer.data.values()
    return found


def pages(house: House, listed: Listed, first: int) -> list[dict[str, Any]]:
    found = [page(house, listed, first)]
    while found[-1]["pageInfo"]["hasNextPage"]:
        found.append(page(house, listed, first, found[-1]["pageInfo"]["endCursor"]))
    return found


def nodes(found: list[dict[str, Any]]) -> list[Any]:
    return [node for one in found for node in one["nodes"]]


# --- totals and pages that count hidden rows --------------------------------------------------------------------------


@contextmanager
def more_hidden(house: House, listed: Listed) -> Iterator[None]:
    """The list's table has another row, which is not for whoever asks. It is there for the length of the context."""
    if listed.hidden:
        assert listed.who not in NAMED[listed.hidden].seen_by
        change = NAMED[listed.hidden].change(house, listed.hidden)
    else:
        # About Kari, and no line in her own log.
        listing = line(subject_id=KARI.id, kind="LISTED")
        change = Change(name="listed", steps=(line_added(listing),))
    with changed(house, change):
        yield


@EACH
def test_total_and_pages_do_not_count_hidden_rows(house: House, name: str) -> None:
    listed = LISTS[name]
    for first in (1, 2, 100):
        before = pages(house, listed, first)
        with more_hidden(house, listed):
            assert pages(house, listed, first) == before


@EACH
def test_total_is_the_number_of_rows_that_are_shown_and_only_the_last_page_is_short(house: House, name: str) -> None:
    """Counted before what is hidden is left out, a page has gaps, or the next one is empty."""
    listed = LISTS[name]
    with more_hidden(house, listed):
        [whole] = pages(house, listed, 100)
        assert {one["totalCount"] for one in pages(house, listed, 2)} == {whole["totalCount"]}
        assert whole["totalCount"] == len(whole["nodes"]) > 1
        sizes = [len(one["nodes"]) for one in pages(house, listed, 2)]
        assert sizes == [2] * (whole["totalCount"] // 2) + [1] * (whole["totalCount"] % 2)
        exactly = page(house, listed, whole["totalCount"])
        assert exactly["pageInfo"]["hasNextPage"] is False


def test_total_under_a_filter_does_not_count_hidden_rows(house: House) -> None:
    text = "query($f: CaseFilter) { cases(first: 1, filter: $f) { totalCount pageInfo { hasNextPage } } }"
    [secret] = house.rows("SELECT state, municipality FROM hub.case WHERE id = $1", house.case_of(EVA))
    for condition in ({"state": [secret["state"]]}, {"municipality": secret["municipality"]}):
        before = house.ask("nav-caseworker", text, purpose="B101", f=condition)
        with changed(house, Change(name="strict", steps=(protect(house, EVA.id),))):
            after = house.ask("nav-caseworker", text, purpose="B101", f=condition)
        assert after.data["cases"]["totalCount"] == before.data["cases"]["totalCount"] - 1


# --- checks that are not made on later pages --------------------------------------------------------------------------


def protect(house: House, person: object) -> Step:
    """Somebody's address becomes strictly confidential."""
    return altered("nav.person", rows(house, "nav.person", "id = $1", person)[0], _STRICT)


def subject_of(house: House, case: str) -> object:
    return house.value("SELECT subject_id FROM hub.case WHERE id = $1::uuid", case)


@pytest.mark.parametrize("at", [0, 1, 2, -1])
def test_case_hidden_after_the_first_page_is_on_no_later_page(house: House, at: int) -> None:
    """Also where the cursor stands on it, or the page before showed it."""
    listed = LISTS["cases"]
    [whole] = pages(house, listed, 100)
    first = page(house, listed, 2)
    case = whole["nodes"][at]["id"]
    with changed(house, Change(name="strict", steps=(protect(house, subject_of(house, case)),))):
        [left] = pages(house, listed, 100)
        later = [page(house, listed, 2, first["pageInfo"]["endCursor"])]
        while later[-1]["pageInfo"]["hasNextPage"]:
            later.append(page(house, listed, 2, later[-1]["pageInfo"]["endCursor"]))
    gone = [node for node in whole["nodes"] if node not in left["nodes"]]
    assert {"id": case} in gone
    assert nodes(later) == [node for node in whole["nodes"][2:] if node not in gone]
    assert {one["totalCount"] for one in later} == {len(whole["nodes"]) - len(gone)}


def test_office_that_no_longer_takes_part_finds_nothing_on_the_next_page(house: House) -> None:
    listed = LISTS["cases"]
    [whole] = pages(house, listed, 100)
    cursor = page(house, listed, 1)["pageInfo"]["endCursor"]
    ended = [
        altered("hub.participant", row, {"valid_to": row["valid_from"]})
        for node in whole["nodes"][1:]
        for row in rows(house, "hub.participant", "case_id = $1::uuid AND unit_id = $2", node["id"], TESTBY.nav_unit)
    ]
    with changed(house, Change(name="ended", steps=tuple(ended))):
        after = page(house, listed, 100, cursor)
    assert (after["nodes"], after["totalCount"], after["pageInfo"]["hasNextPage"]) == ([], 1, False)


def test_bank_whose_consent_is_withdrawn_finds_that_case_on_no_later_page(house: House) -> None:
    listed = LISTS["cases of a bank"]
    given = give_consent(house, KARI, TESTBY.nav, BANK, "REFINANCING", ["PLAN_STATUS"])
    # Whoever may not see when a case was changed gets them by their ids, and does not see those either.
    cases = [str(row["case_id"]) for row in house.rows(_CONSENTED, BANK)]
    first = page(house, listed, 1)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (len(cases), True)
    withdraw(house, given)
    after = page(house, listed, 100, first["pageInfo"]["endCursor"])
    assert after["totalCount"] == len(cases) - 1
    assert len(after["nodes"]) == len([case for case in cases[1:] if case != house.case_of(KARI)])


@pytest.mark.parametrize("purpose", [None, "B102", "B105", "B999"])
def test_purpose_of_the_first_page_does_not_last_for_the_next(house: House, purpose: str | None) -> None:
    cursor = page(house, LISTS["cases"], 1)["pageInfo"]["endCursor"]
    answer = house.ask("nav-caseworker", _CASES, purpose=purpose, first=100, after=cursor)
    assert answer.status in (400, 403)
    assert answer.recorded.events == ()
    assert set(answer.codes) <= {"BAD_USER_INPUT", "PURPOSE_NOT_PERMITTED", "PURPOSE_REQUIRED"}


def test_field_withheld_on_a_first_page_is_withheld_on_a_later_one(house: House) -> None:
    """Everybody's address is confidential for a while: page by page as in one."""
    text = _LIST.format("cases", "", _INFO, "id subject { residentialAddress { line } shielded } mortgageLoans { id }")
    listed = Listed(who="nav-caseworker", purpose="B101", text=text)
    protected = [
        altered("nav.person", row, {"protection": "FORTROLIG"})
        for row in rows(house, "nav.person", "protection = 'UGRADERT'")[::2]
    ]
    with changed(house, Change(name="confidential", steps=tuple(protected))):
        [whole] = pages(house, listed, 100)
        assert nodes(pages(house, listed, 1)) == whole["nodes"]
    addresses = {str((node["subject"] or {}).get("residentialAddress")) for node in whole["nodes"]}
    assert len(addresses) > 2
    assert "None" in addresses


def test_later_page_beside_the_first_one_is_checked_as_well(house: House) -> None:
    """Two pages in one document: a check made once for the field would be made for the first alone."""
    text = f"""query($after: String) {{ one: cases(first: 2) {{ {_INFO} nodes {{ id }} }}
        other: cases(first: 2, after: $after) {{ {_INFO} nodes {{ id }} }} }}"""
    [whole] = pages(house, LISTS["cases"], 100)
    cursor = page(house, LISTS["cases"], 2)["pageInfo"]["endCursor"]
    case = whole["nodes"][2]["id"]
    with changed(house, Change(name="strict", steps=(protect(house, subject_of(house, case)),))):
        data = house.ask("nav-caseworker", text, purpose="B101", after=cursor).data
    assert {"id": case} not in nodes([data["one"], data["other"]])
    assert data["one"]["totalCount"] == data["other"]["totalCount"] < whole["totalCount"]


def test_line_of_the_log_that_is_another_party_s_is_on_no_page(house: House) -> None:
    """Older than all others, so that it would be on the last page."""
    listed = LISTS["accessLog"]
    before = pages(house, listed, 1)
    older = line(occurred_at=before_all())
    with changed(house, Change(name="older", steps=(line_added(older),))):
        assert pages(house, listed, 1) == before


def before_all() -> datetime:
    return line()["occurred_at"] - timedelta(days=1)
