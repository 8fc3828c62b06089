"""How many rows of its own a party has submitted, and how they stand: read for `submissionStatistics`.

INVARIANT: it is counted out of what the party itself sent and later did to it. Nothing of what the hub knows, or of
what became of a row, is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from hub.errors import BadInput
from hub.identity.model import Inquiry, Kind
from hub.plan.desk import Source

_OSLO = ZoneInfo("Europe/Oslo")
# Beyond these no row was ever received, and a moment cannot be written everywhere.
_FIRST, _LAST = date(1970, 1, 1), date(9000, 1, 1)
_COUNTED = """
SELECT coalesce(json_agg(json_build_array(status, code, withdrawal_reason, is_late, rows)), '[]')::text AS counted
FROM (
    SELECT status, code, withdrawal_reason, is_late, count(*) AS rows
    FROM hub.submitted_default_standing
    WHERE submitter_party = $1 AND received_at >= $2 AND received_at < $3
    GROUP BY status, code, withdrawal_reason, is_late ORDER BY status, code, withdrawal_reason, is_late
) AS counted"""


class StatisticsReadOut:
    """The answer to `submissionStatistics`."""

    def __init__(self, sources: Mapping[Kind, Source]) -> None:
        self._sources = sources

    def facts(self, inquiry: Inquiry) -> Mapping[str, str]:
        """Whoever asks asks for its own."""
        return {"submitter": inquiry.requester.party}

    async def read(self, inquiry: Inquiry, given: Mapping[str, Any]) -> Mapping[str, object]:
        """Of legal days, the last one with them. Raises `BadInput`."""
        first, last = given["from"], given["to"]
        if last < first:
            raise BadInput("The argument to is not before from.", field="to")
        requester = inquiry.requester
        row = await self._sources[requester.kind].fetchrow(
            _COUNTED, (requester.party, _begin_of(first), _begin_of(_kept(last) + timedelta(days=1)))
        )
        return _counted(orjson.loads(row["counted"]))


def _counted(found: list[tuple[str, str | None, str | None, bool, int]]) -> Mapping[str, object]:
    total = sum(rows for *_, rows in found)
    rejected = {code: rows for status, code, _, _, rows in found if status == "REJECTED"}
    withdrawn: dict[str | None, int] = {}
    for status, _, reason, _, rows in found:
        if status == "WITHDRAWN":
            withdrawn[reason] = withdrawn.get(reason, 0) + rows
    return {
        "rows": total,
        "accepted": total - sum(rejected.values()),
        "late": sum(rows for _, _, _, is_late, rows in found if is_late),
        "corrected": sum(rows for status, *_, rows in found if status == "CORRECTED"),
        "rejected": [{"code": code, "count": rows} for code, rows in rejected.items()],
        "withdrawn": [{"reason": reason, "count": rows} for reason, rows in withdrawn.items()],
    }


def _begin_of(day: date) -> datetime:
    return datetime.combine(_kept(day), time.min, tzinfo=_OSLO)


def _kept(day: date) -> date:
    return min(max(day, _FIRST), _LAST)
