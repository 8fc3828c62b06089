"""Random documents, answered by the plan and by plain graphql-core over the same decided rows: the same data, to the order of members."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.app import rules
from tests.plan.both import Both
from tests.plan.documents import Pool, Writer
from tests.plan.requesters import REQUESTERS

_EXAMPLES = 16


@pytest.mark.parametrize("name", REQUESTERS)
def test_both_ways_answer_a_random_document_alike(name: str, both: Both, runner: asyncio.Runner, pool: Pool) -> None:
    inquiry = REQUESTERS[name]
    contract = rules().contracts[inquiry.requester.kind]

    @settings(
        max_examples=_EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.randoms(use_true_random=False))
    def alike(random: Random) -> None:
        runner.run(both.compare_pages(inquiry, Writer(contract, pool, random).write()))

    alike()
