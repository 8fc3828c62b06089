"""What was sent, and its digests: the same key with the same content is the same batch."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar
from uuid import UUID

from hub.commands.keys import Digests, is_key, text_of
from hub.commands.refusals import CommandRefusal, bad_key
from hub.identity.model import Requester
from schema.commands.refused import CommandRefused

Row = TypeVar("Row")
IDENTITY: Final = 16
"""Bytes of the digest of what makes two rows the same."""
_USE = b"intake: digests of submitted content, 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[Row]):
    """A batch as it came in. Digests are in hexadecimal; those of rows are in the order of the rows."""

    key: str
    rows: tuple[Row, ...] = field(repr=False)
    digest: str
    row_digests: tuple[str, ...]


class Seal:
    """Makes digests that only this service can make.

    Content is mostly known in advance: from a plain hash a national id could be found by trying them all. With another
    key, batches of before are no longer recognised; sent again under their old idempotency key they are a conflict.
    """

    def __init__(self, key: bytes) -> None:
        self._digests = Digests(key, _USE)

    def batch(self, requester: Requester, key: str, rows: Sequence[Row]) -> Batch[Row]:
        """The batch with its digests. On whose behalf it is sent is part of what is sent."""
        texts = [text_of(row) for row in rows]
        behalf = [requester.party, requester.consumer, key]
        return Batch(
            key=key,
            rows=tuple(rows),
            digest=self._digests.of([*behalf, texts]),
            # The key is part of a row's digest, so that what was rejected twice cannot be recognised across batches.
            row_digests=tuple(self._digests.of([*behalf, number, text]) for number, text in enumerate(texts, start=1)),
        )

    def part(self, body: bytes) -> str:
        """Of a part of a file."""
        return self._digests.of_bytes(body)

    def file(self, requester: Requester, key: str, media: str, parts: Sequence[str]) -> str:
        """Of a file, by the digests of its parts in order."""
        return self._digests.of([requester.party, requester.consumer, key, media, list(parts)])

    def lines(self, requester: Requester, key: str, lines: Sequence[bytes], first: int) -> tuple[str, ...]:
        """Of the rows of a file as they stand there, numbered from `first`."""
        behalf = text_of([requester.party, requester.consumer, key]).encode("ascii")
        return tuple(
            self._digests.of_bytes(b"%b%d %b" % (behalf, number, line))
            for number, line in enumerate(lines, start=first)
        )

    def identity(self, file: UUID, identity: Hashable) -> bytes:
        """What two rows of a file have in common that are the same, so that nobody can read it off."""
        return self._digests.raw(file.bytes + repr(identity).encode("utf-8", "surrogatepass"))[:IDENTITY]


def refusal_of(key: str, rows: Sequence[object], max_rows: int) -> CommandRefused | None:
    """Why the batch cannot be looked at as a whole, if so."""
    if not is_key(key):
        return bad_key().answer
    if not rows:
        return CommandRefusal("BAD_USER_INPUT", "rows", nb="Oppgi minst én rad.", en="State at least one row.").answer
    over = len(rows) - max_rows
    if over > 0:
        return CommandRefusal(
            "LIMIT_EXCEEDED",
            "rows",
            nb=f"Grensen er {max_rows} rader. Her er det {over} for mange.",
            en=f"The limit on rows is {max_rows}; this is {over} over.",
        ).answer
    return None
