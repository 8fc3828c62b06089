"""Why a command was refused is a closed list of words, and each of them is documented."""

from __future__ import annotations

import re
from pathlib import Path

import hub
from hub.consent.altinn import AltinnFault

_HUB = Path(hub.__file__).parent
_PAGE = _HUB.parent / "docs" / "errors.md"
_SAID = re.compile(r'CommandRefus(?:al|ed)\(\s*(?:code=)?"(\w+)"')
_ELSEWHERE = {"NOT_FOUND"}
"""Said by its name."""


def test_each_code_of_a_refused_command_stands_in_the_table_and_no_other() -> None:
    said = {code for path in _HUB.rglob("*.py") for code in _SAID.findall(path.read_text(encoding="utf-8"))}
    section = _PAGE.read_text(encoding="utf-8").partition("## Codes of a refused command")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert listed == sorted(listed)
    assert set(listed) == said | _ELSEWHERE | {f"ALTINN_{fault}" for fault in AltinnFault}
