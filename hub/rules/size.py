"""How large a policy may be. The parser calls itself for whatever is nested or chained, on a stack that ends: a policy
that is too large for it would end the process, and the next one, instead of being refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hub.gate import PolicyError
from hub.rules.files import POLICY

MAX_DEPTH: Final = 30
"""Brackets within brackets. The parser's stack ends at several hundred."""
MAX_OPERATORS: Final = 300
"""Operators and opening brackets of one policy."""

_SIGN: Final = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|[][(){};.!<>=&|+*\n-]|\bif\b')
"""What counts, and what hides it: a comment, a string."""
_OPENS: Final = frozenset("([{")
_CLOSES: Final = frozenset(")]}")
_OPERATORS: Final = _OPENS | frozenset(".!<>=&|+*-") | {"if"}


def expect_readable(files: Mapping[str, str]) -> None:
    """Raises `PolicyError` for the first policy that must not come to the parser."""
    for name in sorted(files):
        if name.endswith(POLICY):
            _expect_text(name, files[name])
            _expect_small(name, files[name])


def _expect_text(file: str, text: str) -> None:
    """PostgreSQL keeps the files, and has no such character."""
    if (at := text.find("\0")) >= 0:
        raise PolicyError(file, text.count("\n", 0, at) + 1, "the text has a zero character; take it out")


def _expect_small(file: str, text: str) -> None:
    line, depth, operators = 1, 0, 0
    for match in _SIGN.finditer(text):
        sign = match.group()
        line += sign.count("\n")
        depth += (sign in _OPENS) - (sign in _CLOSES)
        operators += sign in _OPERATORS
        if sign == ";":
            depth, operators = 0, 0
        if depth > MAX_DEPTH:
            raise PolicyError(file, line, f"brackets stand more than {MAX_DEPTH} deep; write it flatter")
        if operators > MAX_OPERATORS:
            raise PolicyError(file, line, f"a policy has more than {MAX_OPERATORS} operators; split it into several")
