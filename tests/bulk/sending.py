"""Files as their senders make and send them: each part to be replaced by name."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import orjson

from hub.bulk.fields import columns, row_of
from hub.store.roles import Endpoints
from schema.commands.defaults import MortgageDefaultRow
from tests.acceptance.house import Answer, House

COLLECTION = "/submissions/mortgage-defaults"
NDJSON, CSV = "application/x-ndjson", "text/csv"
_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Sender:
    """One persona at one hub."""

    house: House
    who: str
    endpoints: Endpoints

    def being(self, who: str) -> Sender:
        return replace(self, who=who)

    def send(
        self, content: bytes | Iterable[bytes], key: str | None = None, *, media: str = NDJSON, **headers: str
    ) -> Answer:
        return self.request("POST", COLLECTION, content=content, key=key or new_key(), media=media, **headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        content: Any = None,
        key: str | None = None,
        media: str | None = None,
        **more: str,
    ) -> Answer:
        request_id = f"test-{uuid4().hex}"
        headers = {"authorization": f"Bearer {self.house.token(self.who)}", "x-request-id": request_id}
        headers |= {"idempotency-key": key} if key else {}
        headers |= {"content-type": media} if media else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return self.house.answered(self.house.http.request(method, path, headers=headers, content=content), request_id)

    def offset(self, key: str) -> int:
        """How much is kept under a key."""
        return int(self.request("HEAD", COLLECTION, key=key).headers["upload-offset"])

    def judged(self, sent: Answer) -> dict[str, Any]:
        """How the file stands when all its rows are judged."""
        assert sent.status == httpx.codes.ACCEPTED, sent.content
        return self.judged_at(sent.headers["location"])

    def judged_at(self, place: str) -> dict[str, Any]:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            told = self.request("GET", place).json
            if told["state"] == "JUDGED":
                return told
            time.sleep(0.02)
        raise TimeoutError("the file is not judged")

    def results(self, sent: Answer) -> list[dict[str, Any]]:
        """What became of each row, when all are judged."""
        self.judged(sent)
        answer = self.request("GET", f"{sent.headers['location']}/results")
        assert answer.status == httpx.codes.OK
        return [orjson.loads(line) for line in answer.content.splitlines()]


def new_key() -> str:
    return f"file-{uuid4().hex}"


def ndjson(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def csv_of(rows: Sequence[dict[str, Any]], *, end: str = "\n") -> bytes:
    """With all columns, in the order of the template."""
    names = [column.path for column in columns(row_of(MortgageDefaultRow))]
    lines = [",".join(names), *(",".join(_cell(row, name) for name in names) for row in rows)]
    return "".join(f"{line}{end}" for line in lines).encode()


def _cell(row: dict[str, Any], path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = (value or {}).get(name)
    text = "" if value is None else str(value)
    return '"{}"'.format(text.replace('"', '""')) if set(text) & set(',"') else text


def told(results: Sequence[dict[str, Any]]) -> list[tuple[int, str, str | None]]:
    """By line, the code and the field; of an accepted row, its basis."""
    return [(one["line"], one.get("code", "ACCEPTED"), one.get("field", one.get("basis"))) for one in results]
