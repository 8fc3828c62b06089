"""`bofast policy diff`: what two sets of policies permit differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import typer

from hub.cli.output import Exit, err, fail, out
from hub.cli.policy_sets import load_set
from hub.gate.difference import Change, Difference, EnginesDisagreeError, Request, UndecidedError, differences
from hub.gate.example import OWN
from hub.gate.wording import said
from hub.identity.model import PrincipalType
from hub.rules import rules

_SHOWN = 6
_VERBS = {Change.GAINED: ("[bold red]sees more[/]", "opened by"), Change.LOST: ("[bold]sees less[/]", "was opened by")}
_CLOSED = {Change.GAINED: "no longer closed by", Change.LOST: "closed by"}


def show_differences(before: str, after: str) -> None:
    model = rules().gate.model
    sides = load_set(before, model), load_set(after, model)
    try:
        found = list(merged(differences(*sides)))
    except (UndecidedError, EnginesDisagreeError) as error:
        fail(f"Not decided: {error}.")
    for difference in found:
        _show(difference)
    if not found:
        err.print(f"{before} and {after} permit the same.", markup=False)
        return
    kinds = sorted({difference.kind.value for difference in found})
    err.print(
        f"{len(found)} differences, for {', '.join(kinds)}. Each was tried on both sets, in the gate and in Cedar."
    )
    raise typer.Exit(Exit.FAILED)


def merged(found: Iterable[Difference]) -> Iterator[Difference]:
    """Differences that are one to a reader: the same party, purposes, policies and conditions, of several types."""
    alike: dict[tuple[object, ...], Difference] = {}
    for difference in found:
        request = difference.request
        key = (
            difference.kind,
            difference.change,
            difference.purposes,
            request.by,
            request.closed_by,
            frozenset(request.conditions),
        )
        first = alike.get(key)
        alike[key] = replace(first, actions=(*first.actions, *difference.actions)) if first else difference
    yield from alike.values()


def _show(difference: Difference) -> None:
    request = difference.request
    verb, opened = _VERBS[difference.change]
    purposes = ", ".join(number or "no purpose" for number in difference.purposes)
    out.print(f"[bold]{difference.kind.value}[/] {verb} ({purposes}): {_actions(difference.actions)}")
    out.print(f"  {opened} {', '.join(request.by)}", markup=False)
    if request.closed_by:
        out.print(f"  {_CLOSED[difference.change]} {', '.join(request.closed_by)}", markup=False)
    out.print(f"  when {' and '.join(said(part).en for part in request.conditions) or 'always'}", markup=False)
    out.print(f"  e.g. {_example(difference.kind.value, request)}\n", markup=False)


def _actions(actions: tuple[str, ...]) -> str:
    shown = ", ".join(actions[:_SHOWN])
    return shown if len(actions) <= _SHOWN else f"{shown} and {len(actions) - _SHOWN} more"


def _example(kind: str, request: Request) -> str:
    """A request that comes out differently, in the words of a case of policies/cases."""
    asked = [f"as = {kind}", *([f"purpose = {request.purpose}"] if request.purpose else [])]
    if request.rights:
        asked.append(f"special = [{', '.join(sorted(request.rights))}]")
    if request.who.principal is PrincipalType.CITIZEN:
        asked.append(f"assurance = {request.who.assurance}")
    row = ", ".join(
        f"{name} = {_value(value)}" for name, value in request.example.facts.items() if name in request.example.said
    )
    return f"{'; '.join(asked)}; action = {request.action}; row = {{ {row} }}"


def _value(value: object) -> str:
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(_value(member) for member in value))}]"
    own = {text: f"own {name}" for name, text in OWN.items() if name in ("party", "person", "unit")}
    if isinstance(value, bool):
        return str(value).lower()
    return own.get(str(value), "another" if str(value).startswith(("another", "0000")) else str(value))
