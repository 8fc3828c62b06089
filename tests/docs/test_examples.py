"""The queries in the documents are queries that their personas could send today."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from hub.app import rules
from hub.demo.personas import PERSONAS
from hub.demo.staff import add_register
from hub.identity.model import Kind
from hub.identity.personas import EmployeeLogin, Persona
from hub.store.tables import Registration
from tests.docs.pages import PAGES, name_of

COMMAND = re.compile(r"^```sh\n(.*?)^```\n\n(?:^```(\w+)\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
REFUSED = "GRAPHQL_VALIDATION_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A query on a page: who sends it, for what, and whether the page says that it is refused as invalid."""

    page: str
    persona: str
    purpose: str | None
    document: str
    is_refused: bool


class Registrations:
    """What the demo registers, kept by role."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}

    def add(self, table: type, **values: Any) -> None:
        if table is Registration:
            self.kinds[values["role"]] = Kind(values["kind"])


def kind_of(persona: Persona) -> Kind:
    registered = Registrations()
    add_register(registered)  # type: ignore[arg-type]
    login = persona.login
    return registered.kinds[login.roles[0] if isinstance(login, EmployeeLogin) else str(login.scope)]


def examples(page: Path) -> list[Example]:
    found: list[Example] = []
    for commands, _, answer in COMMAND.findall(page.read_text(encoding="utf-8")):
        for words in _commands(commands):
            options = {name: words[at + 1] for at, name in enumerate(words) if name in ("--as", "--purpose")}
            found.append(
                Example(
                    page=name_of(page),
                    persona=options["--as"],
                    purpose=options.get("--purpose"),
                    document=words[-1],
                    is_refused=REFUSED in answer,
                )
            )
    return found


def _commands(text: str) -> list[list[str]]:
    """The words of each `bofast query` in a block."""
    return [shlex.split("bofast query" + part) for part in text.split("bofast query")[1:]]


EXAMPLES = [example for page in PAGES for example in examples(page)]


def test_the_three_groups_of_users_have_examples():
    pages = {example.page for example in EXAMPLES}
    assert {f"docs/using/{name}.md" for name in ("agency-frontends", "banks", "privacy-officers")} <= pages


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.page}:{example.persona}")
def test_example_is_valid_for_its_persona_unless_the_page_says_otherwise(example: Example):
    persona = next(one for one in PERSONAS if one.name == example.persona)
    errors = validate(rules().contracts[kind_of(persona)], parse(example.document))
    assert bool(errors) == example.is_refused, errors
