"""`bofast consent`: a receipt verified and told in plain words, and the change of keys."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from hub import settings as reading
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import Exit, err, fail, out
from hub.consent.notices import in_words
from hub.consent.receipt_keys import FOLDER, KeyFolderRefused, ReceiptKeys, Rotation
from hub.consent.receipt_seal import KeysUnreadable, PublishedKeys, ReceiptRefused, opened
from hub.edge.receipt_keys import PATH
from hub.settings import SettingsError
from hub.store.embedded import EmbeddedServer
from hub.store.session import Sessions

SECONDS = 20
_LABEL = 8
_BY = {
    "bofast:Hub": "the hub",
    "bofast:Proxy": "a proxy",
    "dpv:DataSubject": "the person",
    "dpv:GuardianOfDataSubject": "a guardian",
}


def verify_receipt(file: str, keys: str | None) -> None:
    text, published = _text(file), _keys(keys)
    try:
        receipt = opened(text, published)
    except ReceiptRefused as refusal:
        fail(f"Not valid. {refusal}")
    out.print("\n".join(_told(receipt)), markup=False)


def rotate(data: Path | None) -> None:
    try:
        folder, database = _place(data)
        rotation = asyncio.run(_rotated(folder, database))
    except (KeyFolderRefused, *CANNOT_START) as error:
        refuse("The key was not changed", error)
    else:
        err.print(f"Receipts are signed with this key from now on: {rotation.kid}")
        for kid in rotation.retired:
            err.print(f"Retired, and still published: {kid}")


async def _rotated(folder: Path, database: str) -> Rotation:
    sessions = Sessions(database)
    try:
        return await ReceiptKeys(folder).rotate(sessions)
    finally:
        await sessions.close()


def _place(data: Path | None) -> tuple[Path, str]:
    """The folder of keys, and the database as the role that carries out commands."""
    if data is None:
        try:
            return reading.receipt_keys()
        except SettingsError as error:
            raise SettingsError((*error.problems, "or name the data folder of a demo with --data")) from None
    if not (data / "postgres").is_dir():
        fail(f"{data} is not the data folder of a demo.", Exit.USAGE)
    return data / FOLDER, EmbeddedServer(data).endpoints().app


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read ({type(error).__name__}).", Exit.USAGE)


def _keys(source: str | None) -> PublishedKeys:
    place = source or f"{reading.hub_url().rstrip('/')}{PATH}"
    text = _fetched(place) if place.startswith(("http://", "https://")) else _text(place)
    try:
        return PublishedKeys.read(text)
    except KeysUnreadable as error:
        fail(f"{place} holds no keys to verify with: {error}.", Exit.USAGE)


def _fetched(address: str) -> str:
    try:
        response = httpx.get(address, timeout=SECONDS, trust_env=False)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        fail(
            f"No keys were reached at {address} ({type(error).__name__}).",
            Exit.UNREACHABLE,
            hint="Name a file with them: --keys jwks.json",
        )
    return response.text


def _told(receipt: Mapping[str, Any]) -> Iterator[str]:
    """What a genuine receipt says. It may be of a later version of the hub: what is not there is left out."""
    record = receipt.get("record", {})
    yield f"Valid. Issued {_moment(receipt['issuedAt'])}; signed by the hub, and not changed since."
    yield ""
    yield _line("consent", record.get("recordId"))
    yield _line("person", str(record.get("piiPrincipalId")).removeprefix("urn:uuid:"))
    yield _line("state", str(record.get("state")))
    for process in (one for service in record.get("services", []) for one in service.get("purposes", [])):
        yield from _process(process, {party["@id"]: party for party in record.get("parties", [])})
    if "expiresAt" in record:
        yield _line("period", f"from {_moment(record['effectiveFrom'])} until {_moment(record['expiresAt'])}")
    yield ""
    yield "What happened:"
    for event in record.get("events", []):
        by = _BY.get(event.get("givenBy"), str(event.get("givenBy")).removeprefix("urn:bofast:party:"))
        yield f"  {_moment(event['effectiveFrom'])}  {event.get('state')} by {by}"
    yield ""
    yield from _notice(record.get("notice"))
    yield "It proves what had been decided when it was issued. Whether that still stands, only the hub can say."


def _process(process: Mapping[str, Any], parties: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for category in process.get("piiCategory", []):
        yield _line("what", category.get("title", {}).get("en", category.get("code")))
    yield _line("from", _party(parties.get(process.get("piiSource", ""), {})))
    for recipient in process.get("thirdPartyName", []):
        yield _line("to", _party(parties.get(recipient, {})))
    purpose = process.get("purpose", {})
    yield _line("for", purpose.get("title", {}).get("en", purpose.get("code")))
    if citation := process.get("lawfulBasis", {}).get("citation"):
        yield _line("law", citation)
    if "case" in process:
        yield _line("case", str(process["case"]).removeprefix("urn:uuid:"))


def _notice(notice: Mapping[str, Any] | None) -> Iterator[str]:
    if notice is None:
        return
    version = f"version {notice.get('noticeVersion')}, language {notice.get('language')}"
    if "text" not in notice:
        yield f"Of the text that was shown ({version}) it holds the SHA-256: {notice.get('sha256')}"
        return
    fits = hashlib.sha256(notice["text"].encode()).hexdigest() == notice.get("sha256")
    yield f"The text that was shown ({version}) {'is in it' if fits else 'is in it, but does not fit its SHA-256'}."


def _party(party: Mapping[str, Any]) -> str:
    number = f" ({party['identifier']})" if "identifier" in party else ""
    return f"{party.get('name', 'a party that is not named')}{number}"


def _line(label: str, text: str | None) -> str:
    return f"  {label:<{_LABEL}}{text}"


def _moment(text: str) -> str:
    return in_words(datetime.fromisoformat(text), "en")
