"""The figures of the README are those of the page that was measured."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

_SIDES = ("hub", "ceiling", "mercurius", "strawberry")


def test_cost_of_an_answer_is_what_was_measured():
    measured = (ROOT / "bench" / "RESULTS.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| (Q\d): [^|]+\| (.+) \|$", readme, re.MULTILINE))
    found = {
        name: " | ".join(re.search(rf"^\| {side} \| 16 \| ([\d.]+ ms) ", section, re.MULTILINE)[1] for side in _SIDES)
        for name, section in re.findall(r"^### (Q\d)\n(.+?)(?=^###|\Z)", measured, re.MULTILINE | re.DOTALL)
    }
    assert len(found) == 4
    assert shown == found
