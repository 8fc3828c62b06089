"""`bofast submit`: a file is checked here, sent with a progress bar, waited for, and told of in a table.

The key of a file is remembered beside it, in FILE.submission. So the same command goes on where the last one was
interrupted, and the same file is never taken in twice.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import httpx
import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from hub.bulk.forms import json_schema, template
from hub.bulk.parts import PART
from hub.bulk.start import Media
from hub.cli.ask import sign_in_at
from hub.cli.output import Exit, err, fail
from hub.cli.submit_check import Checked, Told, check, show
from schema.commands.defaults import MortgageDefaultRow
from schema.identifiers import Population

COLLECTION: Final = "/submissions/mortgage-defaults"
SECONDS: Final = 60.0
_LOOK_AGAIN: Final = 0.25
_MEDIA: Final = {".csv": Media.CSV, ".jsonl": Media.NDJSON, ".ndjson": Media.NDJSON}
_CONTENT_TYPES: Final = {Media.CSV: "text/csv", Media.NDJSON: "application/x-ndjson"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is to be sent, where to, and as whom. `token` is that of the sender."""

    file: Path
    media: Media
    url: str
    token: str
    purpose: str | None
    key: str
    results: Path | None


def print_template() -> None:
    typer.echo(template(MortgageDefaultRow), nl=False)


def print_schema() -> None:
    typer.echo(orjson.dumps(json_schema(MortgageDefaultRow), option=orjson.OPT_INDENT_2).decode())


def run_submit(
    *,
    file: Path | None,
    url: str,
    persona: str | None,
    token_file: Path | None,
    purpose: str | None,
    key: str | None,
    results: Path | None,
    sends_faulty: bool,
) -> None:
    """As it was given on the command line."""
    if file is None:
        fail("Name the file that is to be sent.", Exit.USAGE)
    media = media_of(file)
    if (persona is None) == (token_file is None):
        fail("Say who sends it: --as at a demo, --token-file at a real service.", Exit.USAGE)
    # A demo is for synthetic persons, and what holds real ones takes no others.
    population = Population.REAL if persona is None else Population.SYNTHETIC
    checked = check(file, media, population)
    if checked.count:
        show(checked.faults, checked.count)
        if checked.is_unreadable:
            fail("Nothing was sent: the file cannot be read.")
        if not sends_faulty:
            fail(f"Nothing was sent. Rows that are not fit to be: {checked.count} of {checked.rows}.")
    address, token = (url.rstrip("/"), _read_token(token_file)) if token_file else sign_in_at(url, persona or "")
    submit(
        Errand(
            file=file,
            media=media,
            url=address,
            token=token,
            purpose=purpose,
            key=key or _remembered(file, checked),
            results=results,
        )
    )


def _read_token(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        fail(f"There is no token in {file.name}.", Exit.USAGE)


def media_of(file: Path) -> Media:
    media = _MEDIA.get(file.suffix.lower())
    if media is None:
        fail(f"{file.name} is neither .csv nor .ndjson (or .jsonl).", Exit.USAGE)
    if not file.is_file():
        fail(f"There is no file {file.name}.", Exit.USAGE)
    return media


def submit(errand: Errand) -> None:
    """From the first byte to the results. Ends with 1 where a row was rejected."""
    headers = {"authorization": f"Bearer {errand.token}", "idempotency-key": errand.key}
    headers |= {"behandlingsnummer": errand.purpose} if errand.purpose else {}
    again = "The same command goes on where this one stopped."
    try:
        with httpx.Client(base_url=errand.url, timeout=SECONDS, trust_env=False, headers=headers) as hub:
            place = _sent(hub, errand)
            told = _waited_for(hub, place)
            _tell(told, _results(hub, place, errand.results))
    except KeyboardInterrupt:
        fail("Interrupted.", Exit.INTERRUPTED, hint=again)
    except httpx.HTTPError as error:
        fail(f"{errand.url} did not answer: {type(error).__name__}.", Exit.UNREACHABLE, hint=again)


def _remembered(file: Path, checked: Checked) -> str:
    """The key that this file was sent under before, or a new one where there is none or the file is another by now."""
    note = file.with_name(f"{file.name}.submission")
    try:
        known: Any = json.loads(note.read_text(encoding="utf-8"))
        if known["sha256"] == checked.sha256:
            return str(known["key"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    key = f"file-{secrets.token_hex(16)}"
    try:
        note.write_text(json.dumps({"key": key, "sha256": checked.sha256}) + "\n", encoding="utf-8")
    except OSError:
        fail(f"{note.name} cannot be written.", hint="Give a key of your own with --key.")
    return key


def _sent(hub: httpx.Client, errand: Errand) -> str:
    """Where the submission is to be asked for, once all of the file is there."""
    known = hub.head(COLLECTION)
    if known.is_error:
        _refused(known)
    if "location" in known.headers:
        err.print("It was sent before. What became of it:")
        return known.headers["location"]
    offset = int(known.headers["upload-offset"])
    if offset:
        err.print(f"Going on at byte {offset}.")
    headers = {"content-type": _CONTENT_TYPES[errand.media], "upload-offset": str(offset)}
    with _bar("Sending", errand.file.stat().st_size, offset) as (progress, task):
        answer = hub.post(COLLECTION, headers=headers, content=_read(errand.file, offset, progress, task))
    if not answer.is_success:
        _refused(answer)
    return answer.headers["location"]


def _read(file: Path, offset: int, progress: Progress, task: TaskID) -> Iterator[bytes]:
    with file.open("rb") as stream:
        stream.seek(offset)
        while part := stream.read(PART):
            yield part
            progress.advance(task, len(part))


def _waited_for(hub: httpx.Client, place: str) -> dict[str, Any]:
    """How the submission stands when the last of its rows is judged."""
    told = _asked(hub, place)
    with _bar("Judging", told["rows"], told["judged"]) as (progress, task):
        while told["state"] != "JUDGED":
            time.sleep(_LOOK_AGAIN)
            told = _asked(hub, place)
            progress.update(task, completed=told["judged"])
    return told


def _asked(hub: httpx.Client, place: str) -> dict[str, Any]:
    answer = hub.get(place)
    if answer.is_error:
        _refused(answer)
    return answer.json()


def _results(hub: httpx.Client, place: str, kept: Path | None) -> list[Told]:
    """The rejected rows, as many as are shown; all results go to a file where one is named."""
    rejected: list[Told] = []
    with ExitStack() as stack:
        out = stack.enter_context(kept.open("w", encoding="utf-8")) if kept else None
        answer = stack.enter_context(hub.stream("GET", f"{place}/results"))
        if answer.is_error:
            answer.read()
            _refused(answer)
        for line in answer.iter_lines():
            if out is not None:
                out.write(f"{line}\n")
            row = orjson.loads(line)
            if row["outcome"] == "REJECTED" and len(rejected) < Checked.SHOWN:
                rejected.append((row["line"], row["code"], row["field"], row["text"]["en"]))
    return rejected


def _tell(told: dict[str, Any], rejected: list[Told]) -> None:
    show(rejected, told["rejected"])
    typer.echo(f"{told['id']}: {told['accepted']} of {told['rows']} rows accepted, {told['rejected']} rejected")
    if told["rejected"]:
        raise typer.Exit(Exit.FAILED)


def _refused(answer: httpx.Response) -> NoReturn:
    try:
        error = answer.json()["errors"][0]
        said = f"{error['extensions']['code']}: {error['message']}"
    except (ValueError, KeyError, IndexError, TypeError):
        said = f"The hub answers {answer.status_code} {answer.reason_phrase}."
    fail(said, Exit.UNREACHABLE if answer.is_server_error else Exit.FAILED)


@contextmanager
def _bar(what: str, total: int, done: int) -> Generator[tuple[Progress, TaskID]]:
    """On standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        yield progress, progress.add_task(what, total=total, completed=done)
