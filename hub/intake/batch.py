"""What was sent, and its digests: the same key with the same content is the same batch."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.commands.keys import Digests, text_of
from hub.identity.model import Requester
from schema.commands.defaults import MortgageDefaultRow, SubmitMortgageDefaultsInput

_USE = b"intake: digests of submitted content, 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it came in. Digests are in hexadecimal; those of rows are in the order of the rows."""

    key: str
    rows: tuple[MortgageDefaultRow, ...] = field(repr=False)
    digest: str
    row_digests: tuple[str, ...]


class Seal:
    """Makes digests that only this service can make.

    Content is mostly known in advance: from a plain hash a national id could be found by trying them all. With another
    key, batches of before are no longer recognised; sent again under their old idempotency key they are a conflict.
    """

    def __init__(self, key: bytes) -> None:
        self._digests = Digests(key, _USE)

    def batch(self, requester: Requester, submitted: SubmitMortgageDefaultsInput) -> Batch:
        """The batch with its digests. On whose behalf it is sent is part of what is sent."""
        rows = tuple(submitted.rows)
        texts = [text_of(row) for row in rows]
        behalf = [requester.party, requester.consumer, submitted.idempotency_key]
        return Batch(
            key=submitted.idempotency_key,
            rows=rows,
            digest=self._digests.of([*behalf, texts]),
            # The key is part of a row's digest, so that what was rejected twice cannot be recognised across batches.
            row_digests=tuple(self._digests.of([*behalf, number, text]) for number, text in enumerate(texts, start=1)),
        )
