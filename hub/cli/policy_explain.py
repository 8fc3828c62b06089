"""`bofast policy explain`: why a field is shown or not, leg by leg."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from hub.cli.case_facts import Measured, NotOfACaseError, measured, way_to
from hub.cli.faults import CANNOT_START, refuse
from hub.cli.output import Exit, err, fail, out
from hub.cli.requesters import requester_of
from hub.demo import personas
from hub.errors import BofastError, PurposeNotPermitted
from hub.gate import RequesterClass
from hub.gate.model import UNKNOWN
from hub.gate.openings import askings
from hub.gate.question import Rule, Step, atoms_of, step, steps_of
from hub.gate.residual import Atom
from hub.gate.wording import said
from hub.identity.model import Inquiry, Kind, Requester
from hub.identity.snapshot import legal_day
from hub.rules import Rules, rules
from hub.store.embedded import EmbeddedServer, FolderRefused, ServerFailed
from hub.store.roles import Endpoints

_SIGNS = {True: "[green]yes[/]", False: "[red]no [/]", None: " ? "}
_DOES = {
    "permit": {True: "[green]opens[/]", False: "does not open", None: "may open"},
    "forbid": {True: "[red]closes[/]", False: "does not close", None: "may close"},
}
_ENDS = {True: "[bold green]granted[/]", False: "[bold red]not granted[/]", None: "[bold]depends on what is open[/]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked on the command line."""

    field: str
    persona: str | None
    party: str | None
    purpose: str | None
    case: str | None
    data: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asker:
    """Who asks, as the gate sees it, and what is personal in it, where that is known."""

    name: str
    kind: Kind
    who: RequesterClass
    own: dict[str, object]


def explain_field(question: Question) -> None:
    known = rules()
    action = f"read:{question.field}"
    if action not in known.gate.model.actions:
        fail(f"There is no field {question.field}.", Exit.USAGE, hint=_nearest(known, question.field))
    if (question.persona is None) == (question.party is None):
        fail("Say who asks: --as nav-caseworker, or --party nav.", Exit.USAGE)
    if question.persona is None:
        if question.case is not None:
            fail("On a case somebody has to ask: --as nav-caseworker.", Exit.USAGE)
        _show(known, _of_party(known, question), action, [])
    else:
        _show_persona(known, question, action)


def _nearest(known: Rules, field: str) -> str:
    type_ = field.partition(".")[0]
    fields = sorted(
        name.removeprefix("read:") for name in known.gate.model.actions if name.startswith(f"read:{type_}.")
    )
    return (
        f"{type_} has: {', '.join(fields)}" if fields else "Fields are written as Type.field, as Tenancy.monthlyRent."
    )


def _of_party(known: Rules, question: Question) -> _Asker:
    """Any requester of the kind, with every basis of the purpose in force."""
    kinds = [kind.value for kind in Kind]
    if question.party not in kinds:
        fail(f"There is no kind of party {question.party}.", Exit.USAGE, hint=f"One of: {', '.join(kinds)}")
    every = [one for one in askings(known.gate, known.purposes) if one.kind.value == question.party]
    for asking in every:
        if asking.number == question.purpose:
            return _Asker(name=asking.kind.value, kind=asking.kind, who=asking.who, own={})
    numbers = ", ".join(one.number for one in every if one.number) or "none"
    return fail(f"{question.party} may not state {question.purpose}.", Exit.USAGE, hint=f"It may state: {numbers}")


def _show_persona(known: Rules, question: Question, action: str) -> None:
    persona = personas.persona(question.persona or "")
    if persona is None:
        fail(f"There is no persona {question.persona}.", Exit.USAGE, hint="bofast personas lists them.")
    if not (question.data / "postgres").is_dir():
        fail(
            f"{question.data} is no data folder of a demo, and a persona is known by its register.",
            hint="Start one with bofast demo, or name a kind of party instead: --party nav",
        )
    try:
        server = EmbeddedServer(question.data)
        endpoints = server.start()
    except (FolderRefused, ServerFailed, PermissionError) as error:
        fail(str(error))
    try:
        asker, rows = asyncio.run(_asked(known, question, action, endpoints))
    except BofastError as error:
        fail(f"{persona.name} is let in nowhere: {error.code}.")
    except CANNOT_START as error:
        refuse("The case cannot be read", error)
    finally:
        server.stop()
    _show(known, asker, action, rows)


async def _asked(
    known: Rules, question: Question, action: str, endpoints: Endpoints
) -> tuple[_Asker, Sequence[Measured]]:
    persona = personas.persona(question.persona or "")
    if persona is None:
        raise LookupError(question.persona)
    requester = await requester_of(endpoints.app, persona)
    asker = _asker(known, requester, question)
    if question.case is None:
        return asker, []
    asked: dict[str, list[Atom]] = {}
    for one in _steps(known, action):
        asked.setdefault(_type_of(known, one), []).extend(atoms_of(known.gate, asker.kind, asker.who, one))
    resource = _type_of(known, action)
    try:
        rows = await measured(endpoints.owner, known.catalogue, resource, _case(question.case), asked, asker.own)
    except NotOfACaseError:
        fail(f"{resource} is not part of a case.", Exit.USAGE, hint="Leave --case out.")
    if not rows:
        fail(f"There is no {resource} in that case, or no such case.")
    return asker, rows


def _case(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return fail(f"{text} is not an id of a case.", Exit.USAGE, hint="Ask for cases(first: 3) { nodes { id } }.")


def _steps(known: Rules, action: str) -> tuple[str, ...]:
    """Everything that must be granted: the rows on the way, the row itself, the value."""
    resource = _type_of(known, action)
    return (*(f"see:{type_}" for type_ in way_to(known.catalogue, resource)), *steps_of(known.gate, action))


def _type_of(known: Rules, action: str) -> str:
    return known.gate.model.actions[action].resource


def _asker(known: Rules, requester: Requester, question: Question) -> _Asker:
    day = legal_day(datetime.now(UTC))
    try:
        purpose = known.purposes.select(question.purpose, requester, day)
    except PurposeNotPermitted:
        numbers = ", ".join(one.number for one in known.purposes.permitted(requester.kind, day)) or "none"
        fail(f"{question.persona} may not state {question.purpose}.", Exit.USAGE, hint=f"It may state: {numbers}")
    inquiry = Inquiry(
        requester=requester,
        purpose=purpose,
        bases=known.purposes.bases(purpose, day),
        request_id="",
        received_at=datetime.now(UTC),
        legal_day=day,
    )
    own = {name: getattr(requester, name) for name in ("municipality", "party", "person", "unit")}
    return _Asker(
        name=question.persona or requester.kind.value,
        kind=requester.kind,
        who=known.gate.class_of(inquiry),
        own={**own, "purpose": purpose.code if purpose else None},
    )


def _show(known: Rules, asker: _Asker, action: str, rows: Sequence[Measured]) -> None:
    who = asker.who
    purpose = "without a purpose" if who.purpose is None else f"for {who.purpose}"
    kind = "" if asker.name == asker.kind.value else f" ({asker.kind.value})"
    out.print(f"[bold]{asker.name}[/]{kind} asks {purpose} for [bold]{action.removeprefix('read:')}[/]")
    if who.bases is not UNKNOWN:
        out.print(f"The request rests on: {', '.join(sorted(who.bases))}", style="dim")
    for number, row in enumerate(rows):
        if len(rows) > 1:
            out.print(f"\n[bold underline]Row {number + 1} of {len(rows)}[/]")
        _show_row(known, asker, action, row)
    if not rows:
        _show_row(known, asker, action, Measured(truths={}))
        err.print("\n? depends on the row. Add --as and --case to try it on a case of the demo.", markup=False)


def _show_row(known: Rules, asker: _Asker, action: str, row: Measured) -> None:
    steps = [
        step(known.gate, asker.kind, asker.who, one, row.truths.get(_type_of(known, one), {}))
        for one in _steps(known, action)
    ]
    for one in steps:
        _show_step(one)
    ends = [one.granted for one in steps]
    whole = False if False in ends else None if None in ends else True
    out.print(f"\nThe field: {_ENDS[whole]}.")


def _show_step(one: Step) -> None:
    meaning = "that there is such a row" if one.action.startswith("see:") else "the value"
    out.print(f"\n[bold]{one.action}[/] ({meaning}): {_ENDS[one.granted]}")
    if not any(rule.policy.effect == "permit" for rule in one.rules):
        out.print("  No permit is about this requester, and what nothing permits is denied.")
    for rule in sorted(one.rules, key=lambda rule: rule.policy.effect != "permit"):
        _show_rule(rule)


def _show_rule(rule: Rule) -> None:
    policy = rule.policy
    does = _DOES[policy.effect][rule.applies]
    out.print(f"  {policy.effect} [bold]{policy.id}[/] {does}")
    out.print(f"    {policy.because} ({policy.basis}; {policy.file}:{policy.line})", style="dim", markup=False)
    for leg in rule.legs:
        out.print(f"    {_SIGNS[leg.holds]} {said(leg.condition).en}")
