"""The head of a request, read in one pass over the header lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hub.edge.problems import HeadersTooLarge, hold
from hub.errors import BadInput, BodyTooLarge, UnsupportedMediaType
from hub.settings import Limits

# Twice any of these and two readers could each believe another one.
SINGLE = frozenset(
    {
        b"authorization",
        b"behandlingsnummer",
        b"break-glass",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"upload-offset",
        b"last-event-id",
        b"x-request-id",
    }
)
READ = SINGLE | {b"accept", b"content-encoding", b"expect", b"origin"}
LINE_OVERHEAD = 4


@dataclass(slots=True, kw_only=True)
class Head:
    """The header lines that matter here. `size` and `count` are of all lines; `twice` names one that stands twice."""

    values: dict[bytes, str] = field(default_factory=dict[bytes, str], repr=False)
    size: int = 0
    count: int = 0
    twice: str | None = None

    def get(self, name: bytes) -> str | None:
        return self.values.get(name)


def read_head(lines: Iterable[tuple[bytes, bytes]]) -> Head:
    """Never refuses: even a bad head has a request id to answer under."""
    values: dict[bytes, str] = {}
    size = count = 0
    twice: str | None = None
    for name, value in lines:
        size += len(name) + len(value) + LINE_OVERHEAD
        count += 1
        if name in READ:
            if name not in values:
                values[name] = value.decode("latin-1")
            elif name in SINGLE:
                twice = name.decode("ascii")
            else:
                values[name] = f"{values[name]}, {value.decode('latin-1')}"
    return Head(values=values, size=size, count=count, twice=twice)


def expect_within(head: Head, limits: Limits, *, body: str = "body_bytes") -> None:
    """Refuses a head that is too large or that can be read in two ways. `body` is the limit on what comes after it."""
    hold(HeadersTooLarge, "header_bytes", limits.header_bytes, head.size)
    hold(HeadersTooLarge, "header_count", limits.header_count, head.count)
    hold(HeadersTooLarge, "token_bytes", limits.token_bytes, len(head.get(b"authorization") or ""))
    if head.twice is not None:
        raise BadInput(f"The header {head.twice} is given twice.", member=head.twice)
    if (head.get(b"content-encoding") or "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed.", member="content-encoding")
    hold(BodyTooLarge, body, getattr(limits, body), declared_length(head) or 0)


def declared_length(head: Head) -> int | None:
    text = head.get(b"content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
