"""The body of a request: received within its limits, then read as the members of a GraphQL request."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, cast

import orjson

from hub.edge.asgi import Receive
from hub.edge.problems import BodyTimeout, SenderGone, hold
from hub.errors import BadInput, BodyTooLarge
from hub.operation.request import GraphQLRequest

ESCAPED_NUL = b"\\u0000"
SURROGATE = re.compile("[\ud800-\udfff]")
MEMBERS: Mapping[str, tuple[type, str]] = {
    "query": (str, "a string"),
    "operationName": (str, "a string"),
    "variables": (dict, "an object"),
    "extensions": (dict, "an object"),
}


async def receive_body(receive: Receive, *, maximum: int, seconds: float) -> bytes:
    """The whole body, unless it is too large or too slow."""
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            parts: list[bytes] = [_part(message)]
            size = len(parts[0])
            while message.get("more_body", False) and size <= maximum:
                message = await receive()
                parts.append(_part(message))
                size += len(parts[-1])
    except TimeoutError:
        raise BodyTimeout(limit="body_seconds", bound=int(seconds)) from None
    hold(BodyTooLarge, "body_bytes", maximum, size)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def discard_body(receive: Receive, *, maximum: int, seconds: float) -> bool:
    """Reads on without keeping anything, so that a refusal reaches a sender who is still sending. True: to the end."""
    try:
        async with asyncio.timeout(seconds):
            size = 0
            while size <= maximum:
                message = await receive()
                size += len(_part(message))
                if not message.get("more_body", False):
                    return True
    except TimeoutError:
        pass
    return False


def read_request(body: bytes) -> GraphQLRequest:
    """The members of the request, each of its right type and free of characters that no text holds."""
    return request_of(_read_object(body), may_hold_nul=ESCAPED_NUL in body)


def request_of(members: dict[str, Any], *, may_hold_nul: bool) -> GraphQLRequest:
    """The same of what was read as an object already."""
    for name, (kind, wording) in MEMBERS.items():
        value = members.get(name)
        if value is not None and not isinstance(value, kind):
            raise BadInput(f"The member `{name}` must be {wording}.", member=name)
    query = members.get("query")
    if query is None:
        raise BadInput("The member `query` is missing.", member="query")
    if may_hold_nul:
        _expect_no_nul(members)
    return GraphQLRequest(
        query=query,
        operation_name=members.get("operationName"),
        variables=members.get("variables") or {},
        extensions=members.get("extensions") or {},
    )


def _part(message: Mapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise SenderGone
    return message.get("body", b"")


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        content: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _why_unreadable(body) from None
    if isinstance(content, list):
        raise BadInput("The body must be one JSON object; batches are not served.")
    if not isinstance(content, dict):
        raise BadInput("The body must be a JSON object.")
    return cast("dict[str, Any]", content)


def _why_unreadable(body: bytes) -> BadInput:
    """What orjson refuses as bad JSON can be a lone surrogate, and the standard reader can say where it stands."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError):
        return BadInput("The body is not valid JSON.")
    member = _member_with(SURROGATE, content)
    if member is None:
        return BadInput("The body is not valid JSON.")
    return BadInput(f"The member `{member}` holds a lone surrogate.", member=member)


def _expect_no_nul(members: dict[str, Any]) -> None:
    member = _member_with(re.compile("\x00"), members)
    if member is not None:
        raise BadInput(f"The member `{member}` holds a NUL character.", member=member)


def _member_with(pattern: re.Pattern[str], content: object) -> str | None:
    """Which known member holds the character; `body` where it stands outside of them."""
    if not isinstance(content, dict):
        return "body" if _holds(pattern, content) else None
    for name, value in cast("dict[str, object]", content).items():
        if pattern.search(name) or _holds(pattern, value):
            return name if name in MEMBERS else "body"
    return None


def _holds(pattern: re.Pattern[str], value: object) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and pattern.search(item):
            return True
        if isinstance(item, dict):
            waiting.extend(cast("dict[str, object]", item))
            waiting.extend(cast("dict[str, object]", item).values())
        elif isinstance(item, list):
            waiting.extend(cast("list[object]", item))
    return False
