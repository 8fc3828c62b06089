"""Errors of the GraphQL library in words that may leave: they name the field and the rule, and never quote what was
sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from graphql import GraphQLError

_FOUND = re.compile(r"[,;:]? found:? .*$", re.DOTALL)
_VALUE = re.compile(r"(cannot represent [\w\s-]*value): .*$", re.DOTALL)
_WORD = re.compile(r"^Value .*? (does not exist in)", re.DOTALL)
_NAMED = re.compile(r"(String|BlockString|Int|Float) (['\"]).*\2", re.DOTALL)
_DIGITS = re.compile(r"\d{6,}")


def said(message: str) -> str:
    """The message without values: a national id in a variable must not come back, nor stand in anybody's log."""
    place, separator, rule = message.partition(": ") if message.startswith("Variable ") else ("", "", message)
    for pattern, put in ((_FOUND, "."), (_VALUE, r"\1."), (_WORD, r"This value \1"), (_NAMED, r"\1")):
        rule = pattern.sub(put, rule)
    return _DIGITS.sub("…", place + separator + rule)


def answered(errors: Iterable[GraphQLError], code_and_text: Mapping[str, object]) -> list[dict[str, object]]:
    """The errors as an answer lists them: several of one code."""
    return [
        {
            "message": said(error.message),
            **({"locations": [place.formatted for place in error.locations]} if error.locations else {}),
            "extensions": dict(code_and_text),
        }
        for error in errors
    ]
