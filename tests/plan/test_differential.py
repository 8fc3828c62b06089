"""Random documents, answered by the plan and by plain graphql-core over the same decided rows: the same data, to the order of members."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.app import rules
from hub.identity.model import Inquiry
from hub.plan import pages, rows, selection, statement, ways
from hub.store.roles import Endpoints
from tests.plan.both import Both, Mismatch
from tests.plan.documents import Pool, Writer, Written
from tests.plan.requesters import REQUESTERS

_EXAMPLES = 12
_UNTIL_FOUND = 150
_ASKED_OF_FAULTS = ("nav", "housing support", "debt counsel", "enforcement", "privacy officer")

Compiled = Callable[..., Any]


def _write(inquiry: Inquiry, pool: Pool, random: Random) -> Written:
    return Writer(rules().contracts[inquiry.requester.kind], pool, random).write()


@pytest.mark.parametrize("name", REQUESTERS)
def test_both_ways_answer_a_random_document_alike(name: str, both: Both, runner: asyncio.Runner, pool: Pool) -> None:
    inquiry = REQUESTERS[name]

    # The same documents on each run, so that a red run can be run again; `slow` below is for new ones.
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def alike(random: Random) -> None:
        runner.run(both.compare_pages(inquiry, _write(inquiry, pool, random)))

    alike()


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTERS)
def test_both_ways_answer_many_new_documents_alike(name: str, both: Both, runner: asyncio.Runner, pool: Pool) -> None:
    inquiry = REQUESTERS[name]
    for _ in range(300):
        seed = Random().getrandbits(32)
        try:
            runner.run(both.compare_pages(inquiry, _write(inquiry, pool, Random(seed))))
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


# --- faults planted in the compiler, each of which the comparison must find ------------------------------------------------


def _is_always_on(_original: Compiled) -> Compiled:
    return lambda _selection, _directives: True


def _only_of_the_type(_original: Compiled) -> Compiled:
    return lambda _selection, parent, condition: condition == parent.name


def _merges_nothing(original: Compiled) -> Compiled:
    return lambda selection, parent, key, nodes: original(selection, parent, key, nodes[:1])


def _shows_what_is_sometimes_granted(original: Compiled) -> Compiled:
    def granted(row: rows.Row, *rest: Any) -> str | bool:
        return bool(original(row, *rest))

    return granted


def _shows_every_row(_original: Compiled) -> Compiled:
    return lambda _compiler, parent, child, known: known.declared.on.format(child=child.alias, parent=parent.alias)


def _rises(original: Compiled) -> Compiled:
    return lambda child, declared: original(child, declared).replace(" DESC", "")


def _orders_by_hidden_values(_original: Compiled) -> Compiled:
    return lambda row, column, direction: f"{row.alias}.{column} {direction}"


def _tells_every_word(_original: Compiled) -> Compiled:
    return lambda row, column: column.sql.format(row=row.alias)


def _filters_nothing(_original: Compiled) -> Compiled:
    return lambda ways_, call, row: [ways_._own_condition(call, row)] if call.root.entry.where else []


def _looks_at_hidden_values(_original: Compiled) -> Compiled:
    return lambda _ways, row, column: column.sql.format(row=row.alias)


def _begins_anew(_original: Compiled) -> Compiled:
    return lambda _page: ""


def _ties_the_other_way(original: Compiled) -> Compiled:
    return lambda page: (
        original(page).replace(" NULLS LAST, ", " NULLS LAST, -1 * ").replace("-1 * ", "").replace("id DESC", "id ASC")
    )


FAULTS: dict[str, tuple[object, str, Callable[[Compiled], Compiled]]] = {
    "@skip and @include are passed over": (selection._Selection, "_is_on", _is_always_on),
    "fragments on an interface are passed over": (selection._Selection, "_applies", _only_of_the_type),
    "fields are not merged": (selection._Selection, "_merged", _merges_nothing),
    "the CASE around a value is dropped": (rows.Row, "granted", _shows_what_is_sometimes_granted),
    "hidden rows of a link are shown": (statement.Compiler, "_where", _shows_every_row),
    "a list is ordered the wrong way": (statement, "ordered", _rises),
    "a list is ordered by hidden values": (rows.Row, "ordered_by", _orders_by_hidden_values),
    "words for what can never be seen are told": (rows.Row, "told", _tells_every_word),
    "the filter is dropped": (ways.Ways, "_conditions", _filters_nothing),
    "filter and order look at hidden values": (ways.Ways, "_granted_value", _looks_at_hidden_values),
    "the cursor is passed over": (pages.Page, "_after", _begins_anew),
    "ties are broken the other way": (pages.Page, "_ids", _ties_the_other_way),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_planted_in_the_compiler_is_found(
    fault: str, planned: Endpoints, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, name, plant = FAULTS[fault]
    monkeypatch.setattr(place, name, plant(getattr(place, name)))
    async with Both(planned) as both:
        with pytest.raises(Mismatch):
            for seed in range(_UNTIL_FOUND):
                inquiry = REQUESTERS[_ASKED_OF_FAULTS[seed % len(_ASKED_OF_FAULTS)]]
                await both.compare_pages(inquiry, _write(inquiry, pool, Random(seed)))
