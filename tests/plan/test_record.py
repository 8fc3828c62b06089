"""What is put on record of an answer, where the comparison of both ways does not reach."""

from __future__ import annotations

import pytest

from hub.operation.request import GraphQLRequest
from hub.store.roles import Endpoints
from tests.plan.both import Both
from tests.plan.requesters import REQUESTERS


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("pageInfo { endCursor }", 1),
        ("pageInfo { startCursor endCursor }", 2),
        ("edges { cursor }", 4),
        ("nodes { __typename }", 4),
        ("totalCount pageInfo { hasNextPage }", 0),
    ],
)
async def test_a_row_whose_cursor_was_given_out_is_on_record(asked: str, rows: int, planned: Endpoints) -> None:
    async with Both(planned) as both:
        request = GraphQLRequest(query=f"{{ cases(first: 4) {{ {asked} }} }}")
        event = (await both.desk.answer(REQUESTERS["nav"], request)).event
    assert sum(entry.rows for entry in event.entries) == rows


async def test_the_way_without_a_plan_puts_nothing_on_record(planned: Endpoints) -> None:
    """Which is why nothing but a test may take it."""
    request = GraphQLRequest(query="{ cases(first: 4) { nodes { id } } }")
    async with Both(planned) as both:
        answer = await both.plain_desk.answer(REQUESTERS["nav"], request)
        compiled = await both.desk.answer(REQUESTERS["nav"], request)
    assert answer.body == compiled.body
    assert answer.event.entries == ()
    assert compiled.event.entries
