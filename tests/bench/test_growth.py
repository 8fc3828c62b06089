"""The bench of how cost grows: its parts run, whatever the figures are, and ask what they say that they ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from graphql import parse, validate

from bench.growth import documents, rulesets
from bench.growth.asking import again, fields, kinds, of_kind
from bench.growth.run import Run
from bench.machine import clone
from bench.page import Page
from hub.identity.model import Kind
from hub.rules import read_rules, rules
from hub.store.embedded import EmbeddedServer
from hub.store.roles import Endpoints

CASE = "019b0000-0000-7000-8000-000000000000"


@pytest.fixture
def run(server: EmbeddedServer, tmp_path: Path) -> Run:
    return Run(server=server, folder=tmp_path, rounds=1, seconds=0.1, connections=2, requests=60, starts=1, quick=True)


@pytest.fixture
def served(server: EmbeddedServer, served_template: str) -> Iterator[Endpoints]:
    with clone(server, f"bench_{uuid4().hex}", served_template) as endpoints:
        yield endpoints


def test_every_kind_of_requester_asks_something():
    assert set(kinds()) == {kind.value for kind in Kind}


@pytest.mark.parametrize("kind", kinds())
def test_a_question_is_valid_for_who_asks_it_and_so_is_the_next(kind: str):
    question = of_kind(kind, CASE)
    contract = rules().contracts[Kind(kind)]
    for document in (question.document, again(question.document, 7)):
        assert not validate(contract, parse(document))
    assert fields(question.document) >= 3
    assert again(question.document, 7) != question.document


@pytest.mark.parametrize("count", [min(rulesets.COUNTS), max(rulesets.COUNTS)])
def test_a_set_holds_as_many_policies_as_it_is_named_after_and_can_be_put_in_force(count: int):
    assert len(read_rules(rulesets.files_of(count)).gate.policies) == count


async def test_documents_are_found_again(run: Run, served: Endpoints):
    told = await documents.of_documents(run, served)
    assert told.text.count("100.0% | 100.0%") == 2


def test_a_section_of_a_page_is_replaced_and_the_others_stay(tmp_path: Path):
    page = Page(path=tmp_path / "PAGE.md", head="# Head\n", parts=("one", "two"))
    page.put("two", "second")
    page.put("one", "first")
    page.put("two", "another")
    assert page.path.read_text() == "# Head\n\n<!-- one -->\n\nfirst\n\n<!-- two -->\n\nanother\n"
