"""Random documents, answered by the plan and by plain graphql-core over the same decided rows: the same data.

Members must even stand in the same order, and what the plan says was shown and withheld must be what was. A document is
made from a seed, and a red test names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pytest

from hub import app
from hub.app import rules
from hub.identity.model import Inquiry
from hub.plan import pages, rows, selection, statement, ways
from hub.settings import Settings
from hub.store.roles import Endpoints
from tests.plan.both import Both, Mismatch
from tests.plan.documents import Pool, Writer, Written
from tests.plan.requesters import REQUESTERS

_DOCUMENTS = 14
_MANY_DOCUMENTS = 300
_UNTIL_FOUND = 900
_ASKED_OF_FAULTS = ("nav", "housing support", "debt counsel", "enforcement", "privacy officer")

Compiled = Callable[..., Any]


def _write(inquiry: Inquiry, pool: Pool, seed: str) -> Written:
    return Writer(rules().contracts[inquiry.requester.kind], pool, Random(seed)).write()


async def _compare(both: Both, inquiry: Inquiry, pool: Pool, seed: str) -> int:
    try:
        return await both.compare_pages(inquiry, _write(inquiry, pool, seed))
    except Exception as error:
        error.add_note(f"seed {seed!r}")
        raise


@pytest.mark.parametrize("name", REQUESTERS)
def test_both_ways_answer_random_documents_alike(name: str, both: Both, runner: asyncio.Runner, pool: Pool) -> None:
    # The same documents on each run, so that a red run can be run again; `slow` below is for new ones. Some are refused
    # by both ways, as without a purpose that opens anything: those are drawn beside.
    answers = drawn = 0
    while answers < _DOCUMENTS or drawn < _DOCUMENTS:
        answers += runner.run(_compare(both, REQUESTERS[name], pool, f"{name} {drawn}"))
        drawn += 1
        assert drawn < _MANY_DOCUMENTS


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTERS)
def test_both_ways_answer_many_new_documents_alike(name: str, both: Both, runner: asyncio.Runner, pool: Pool) -> None:
    for _ in range(_MANY_DOCUMENTS):
        runner.run(_compare(both, REQUESTERS[name], pool, f"new {Random().getrandbits(64)}"))


def test_random_documents_use_all_that_a_document_can(pool: Pool) -> None:
    texts = [_write(REQUESTERS["nav"], pool, str(number)).text for number in range(200)]
    for feature in (
        "fragment F0 on Record",
        "fragment F1 on Case",
        "... on Record",
        "... on Query",
        "... {",
        "@skip(if: $",
        "@include(if: $",
        "@skip(if: true)",
        "__typename",
        "__schema",
        "a_nodes: nodes",
        "totalCount",
        "b_cursor: cursor",
        "filter: {",
        "filter: $",
        "orderBy: {",
        "orderBy: $",
        "CaseFilter =",
        "Boolean = true",
        "query Unasked",
    ):
        assert any(feature in text for text in texts), feature


# --- faults planted in the compiler, each of which the comparison must find ------------------------------------------


def _is_always_on(_original: Compiled) -> Compiled:
    return lambda _selection, _directives: True


def _only_of_the_type(_original: Compiled) -> Compiled:
    return lambda _selection, parent, condition: condition == parent.name


def _merges_nothing(original: Compiled) -> Compiled:
    return lambda selection, parent, key, nodes: original(selection, parent, key, nodes[:1])


def _shows_what_is_sometimes_granted(original: Compiled) -> Compiled:
    return lambda row, action, category, key: bool(original(row, action, category, key))


def _shows_every_row(_original: Compiled) -> Compiled:
    return lambda _compiler, parent, child, known: known.declared.on.format(child=child.alias, parent=parent.alias)


def _rises(original: Compiled) -> Compiled:
    return lambda child, declared: original(child, declared).replace(" DESC", "")


def _filters_nothing(_original: Compiled) -> Compiled:
    return lambda ways_, call, row: [ways_._own_condition(call, row.alias)] if call.root.entry.where else []


def _looks_at_hidden_values(_original: Compiled) -> Compiled:
    return lambda _ways, row, column: column.sql.format(row=row.alias)


def _begins_anew(_original: Compiled) -> Compiled:
    return lambda _page, _identity: ""


def _ties_the_other_way(original: Compiled) -> Compiled:
    return lambda page: original(page).replace(".id DESC", ".id ASC")


def _forgets_the_plan(original: Compiled) -> Compiled:
    return lambda row, decision, residual, category: (
        original(row, decision, residual, category) if category != "PLAN" else None
    )


def _notes_nothing(_original: Compiled) -> Compiled:
    return lambda _row, _action, _category, _key, _residual: None


FAULTS: dict[str, tuple[object, str, Callable[[Compiled], Compiled]]] = {
    "@skip and @include are passed over": (selection._Selection, "_is_on", _is_always_on),
    "fragments on an interface are passed over": (selection._Selection, "_applies", _only_of_the_type),
    "fields are not merged": (selection._Selection, "_merged", _merges_nothing),
    "the CASE around a value is dropped": (rows.Row, "granted", _shows_what_is_sometimes_granted),
    "hidden rows of a link are shown": (statement.Compiler, "_where", _shows_every_row),
    "a list is ordered the wrong way": (statement, "ordered", _rises),
    "the filter is dropped": (ways.Ways, "_conditions", _filters_nothing),
    "filter and order look at hidden values": (ways.Ways, "_granted_value", _looks_at_hidden_values),
    "the cursor is passed over": (pages.Page, "_after", _begins_anew),
    "ties are broken the other way": (pages.Page, "_ids", _ties_the_other_way),
    "a category is left off the record": (rows.Row, "_on_record", _forgets_the_plan),
    "what is withheld is not noted": (rows.Row, "_withhold", _notes_nothing),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_planted_in_the_compiler_is_found(
    fault: str, planned: Endpoints, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, name, plant = FAULTS[fault]
    monkeypatch.setattr(place, name, plant(getattr(place, name)))
    async with Both(planned) as both:
        assert await _is_found(both, pool)


async def _is_found(both: Both, pool: Pool) -> bool:
    for number in range(_UNTIL_FOUND):
        inquiry = REQUESTERS[_ASKED_OF_FAULTS[number % len(_ASKED_OF_FAULTS)]]
        try:
            await _compare(both, inquiry, pool, f"fault {number}")
        except Mismatch:
            return True
    return False


# --- the plain way is for tests --------------------------------------------------------------------------------------


def test_nothing_outside_the_plan_knows_the_plain_way() -> None:
    hub = Path(app.__file__).parent
    modules = [path for path in hub.rglob("*.py") if hub / "plan" not in path.parents]
    assert len(modules) > 30
    for path in modules:
        assert "plain=" not in path.read_text(encoding="utf-8"), path
        assert "plan.plain" not in path.read_text(encoding="utf-8"), path


def test_no_setting_leads_to_the_plain_way() -> None:
    assert not [field.name for field in fields(Settings) if "plain" in field.name]
