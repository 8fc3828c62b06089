"""What was sent, and its digests: the same key with the same content is the same batch."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any

from hub.identity.model import Requester
from schema.mutation import MortgageDefaultRow, SubmitMortgageDefaultsInput

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
        self._key = hmac.digest(key, _USE, "sha256")

    def batch(self, requester: Requester, submitted: SubmitMortgageDefaultsInput) -> Batch:
        """The batch with its digests. On whose behalf it is sent is part of what is sent."""
        rows = tuple(submitted.rows)
        texts = [_text(asdict(row)) for row in rows]
        behalf = [requester.party, requester.consumer, submitted.idempotency_key]
        return Batch(
            key=submitted.idempotency_key,
            rows=rows,
            digest=self._digest([*behalf, texts]),
            # The key is part of a row's digest, so that what was rejected twice cannot be recognised across batches.
            row_digests=tuple(self._digest([*behalf, number, text]) for number, text in enumerate(texts, start=1)),
        )

    def _digest(self, content: object) -> str:
        return hmac.new(self._key, _text(content).encode("ascii"), "sha256").hexdigest()


def _text(content: object) -> str:
    """One way of writing a value. What is not given is left out, so that a field added later changes nothing."""
    return json.dumps(_present(content), sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_plain)


def _present(content: Any) -> Any:
    if isinstance(content, dict):
        return {name: _present(value) for name, value in content.items() if value is not None}
    return content


def _plain(value: object) -> str:
    return value.name if isinstance(value, Enum) else str(value)
