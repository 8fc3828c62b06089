"""Why a command was refused is a closed list of words, each of them documented, and said in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub
from hub.consent.altinn import AltinnFault

_HUB = Path(hub.__file__).parent
_PAGE = _HUB.parent / "docs" / "errors.md"
_SAID = re.compile(r'CommandRefusal\(\s*"(\w+)"')
_ELSEWHERE = {"NOT_FOUND"}
"""Said by its name."""


def calls() -> Iterator[tuple[str, int, ast.Call]]:
    """Each call in the program: the file, the line, and what is called with what."""
    for path in sorted(_HUB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(_HUB)), node.lineno, node


def languages(call: ast.Call) -> dict[str, str]:
    """What is said in each language, as it is written in the program."""
    return {word.arg: ast.unparse(word.value) for word in call.keywords if word.arg in {"nb", "en"}}


_AS_CODED = {"nb": "text", "en": "text"}
"""What the gate would say of a condition that it has no words for. Another test says that there is none."""
SAID = [
    pytest.param(said, id=f"{file}:{line}")
    for file, line, call in calls()
    if (said := languages(call)) and said != _AS_CODED
]


def test_each_code_of_a_refused_command_stands_in_the_table_and_no_other() -> None:
    said = {code for path in _HUB.rglob("*.py") for code in _SAID.findall(path.read_text(encoding="utf-8"))}
    section = _PAGE.read_text(encoding="utf-8").partition("## Codes of a refused command")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == said | _ELSEWHERE | {f"ALTINN_{fault}" for fault in AltinnFault}


@pytest.mark.parametrize("said", SAID)
def test_what_is_said_to_people_is_said_in_both_languages_and_not_copied(said: dict[str, str]) -> None:
    assert set(said) == {"nb", "en"}
    assert all(text.strip("f'\" ") for text in said.values())
    assert said["nb"] != said["en"]


def test_a_refused_command_is_made_in_one_place_so_that_no_room_can_leave_out_a_language() -> None:
    made = [file for file, _, call in calls() if ast.unparse(call.func).endswith("CommandRefused")]
    assert made == ["commands/refusals.py"]
