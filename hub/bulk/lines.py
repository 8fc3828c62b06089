"""A stream of bytes, in lines. What is in memory of one is never longer than it may be, and one byte."""

from __future__ import annotations

from typing import Final, NamedTuple

_END: Final = b"\n"


class Cut(NamedTuple):
    """Lines without their ends; where in the bytes it goes on; and what stands there of a line without an end."""

    lines: list[bytes]
    at: int
    carry: bytes


def cut(carry: bytes, body: bytes, at: int, *, most: int, longest: int) -> Cut:
    """At most so many lines, from this place on. `carry` is what stood before it, of the first of them.

    A line that is longer than `longest` bytes comes out with one byte more than that, whatever its length: enough to
    tell that it is too long.
    """
    lines: list[bytes] = []
    while len(lines) < most:
        end = body.find(_END, at)
        if end < 0:
            return Cut(lines, len(body), _joined(carry, body, at, len(body), longest))
        lines.append(_joined(carry, body, at, end, longest).removesuffix(b"\r"))
        carry = b""
        at = end + 1
    return Cut(lines, at, b"")


def _joined(carry: bytes, body: bytes, at: int, end: int, longest: int) -> bytes:
    room = longest + 1 - len(carry)
    return carry + body[at : min(end, at + room)]
