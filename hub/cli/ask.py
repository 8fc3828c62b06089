"""Asking a running demo: who one can be, a token, a query."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import typer

from hub.cli.output import Exit, err, fail
from hub.demo.personas import PERSONAS
from hub.identity.issuers import IssuerKind
from hub.identity.personas import Persona
from hub.identity.sign_in import SignInFailed, sign_in

SECONDS = 60
_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query as it was given on the command line."""

    persona: str
    url: str
    document: str
    purpose: str | None
    variables: str | None
    operation: str | None
    break_glass: str | None = None
    altinn_consent: str | None = None


def show_personas() -> None:
    rows = [("persona", "organisation", "purposes", "who")]
    rows += [(one.name, one.orgnr or "-", " ".join(one.purposes) or "-", one.description) for one in PERSONAS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        typer.echo("  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]))


def print_token(name: str, url: str, altinn_consent: str | None = None) -> None:
    typer.echo(_signed_in(_persona(name), _address(url), altinn_consent))


def sign_in_at(url: str, name: str) -> tuple[str, str]:
    """The address of a running demo as it knows itself, and a token of one of its personas."""
    persona, address = _persona(name), _address(url)
    return address, _signed_in(persona, address, None)


def ask(question: Question) -> None:
    url = _address(question.url)
    _show(_posted(f"{url}/graphql", _headers(question, url, "application/graphql-response+json"), _body(question)))


def listen(question: Question, after: str | None) -> None:
    """Subscribe, and print each event on a line of its own, as it comes, until the stream ends."""
    url = _address(question.url)
    headers = _headers(question, url, _STREAM) | ({} if after is None else {"last-event-id": after})
    waiting = httpx.Timeout(SECONDS, read=None)
    try:
        with httpx.stream(
            "POST", f"{url}/graphql", headers=headers, content=_body(question), timeout=waiting, trust_env=False
        ) as response:
            if not response.headers["content-type"].startswith(_STREAM):
                response.read()
                _show(response.json())
                return
            after = _print_events(response.iter_lines(), after)
    except (httpx.HTTPError, ValueError) as error:
        fail(f"{url} did not answer: {type(error).__name__}.", Exit.UNREACHABLE)
    fail("The stream ended.", Exit.UNREACHABLE, hint=f"Go on with: --after {after}" if after else "Start anew.")


def _print_events(lines: Iterable[str], after: str | None) -> str | None:
    """Returns the id of the last event. Ends the command where the hub says why there is no more."""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            after = value
        if name == "data":
            if "errors" in (told := orjson.loads(value)):
                _show(told)
            typer.echo(value)
    return after


def _body(question: Question) -> bytes:
    document = sys.stdin.read() if question.document == "-" else question.document
    return orjson.dumps(
        {
            "query": document,
            "variables": _object("--variables", question.variables or "{}"),
            "operationName": question.operation,
        }
    )


def _headers(question: Question, url: str, accept: str) -> dict[str, str]:
    token = _signed_in(_persona(question.persona), url, question.altinn_consent)
    headers = {"accept": accept, "authorization": f"Bearer {token}", "content-type": "application/json"}
    if question.purpose is not None:
        headers["behandlingsnummer"] = question.purpose
    if question.break_glass is not None:
        headers["break-glass"] = question.break_glass
    return headers


def _persona(name: str) -> Persona:
    for persona in PERSONAS:
        if persona.name == name:
            return persona
    return fail(f"There is no persona {name}.", Exit.USAGE, hint="bofast personas lists them.")


def _address(url: str) -> str:
    """The demo knows itself by one name, and tokens are made out to it."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        fail(f"{url} is not an address.", Exit.USAGE, hint="Give it as http://127.0.0.1:8000")
    return url.rstrip("/").replace("//localhost", "//127.0.0.1")


def _object(option: str, text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        fail(f"{option} must be a JSON object.", Exit.USAGE)
    return value


def _consents(persona: Persona, text: str | None) -> tuple[dict[str, Any], ...]:
    """What the token is to tell of a consent in Altinn."""
    if text is None:
        return ()
    if persona.issuer is not IssuerKind.MASKINPORTEN:
        fail("--altinn-consent is for systems: only their tokens tell of consents.", Exit.USAGE)
    return (_object("--altinn-consent", text),)


def _signed_in(persona: Persona, url: str, altinn_consent: str | None) -> str:
    consents = _consents(persona, altinn_consent)
    try:
        return asyncio.run(sign_in(url, persona, consents=consents))
    except SignInFailed as error:
        fail(f"Not signed in: {error}.", Exit.UNREACHABLE, hint="Is it running? Start it with: bofast demo")


def _posted(url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    try:
        answer = httpx.post(url, headers=headers, content=body, timeout=SECONDS, trust_env=False)
        content = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        fail(f"{url} did not answer: {type(error).__name__}.", Exit.UNREACHABLE)
    if not isinstance(content, dict):
        fail(f"{url} did not answer as a hub.", Exit.UNREACHABLE)
    return content


def _show(answer: dict[str, Any]) -> None:
    errors = answer.pop("errors", [])
    if answer:
        typer.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
    for error in errors:
        place = ".".join(str(part) for part in error.get("path", []))
        code = error.get("extensions", {}).get("code", "ERROR")
        err.print(f"{code}: {error.get('message', '')}{f' ({place})' if place else ''}", markup=False)
    if errors:
        raise typer.Exit(Exit.FAILED)
