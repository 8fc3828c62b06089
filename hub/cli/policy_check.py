"""`bofast policy check`: all that must hold of the policies before the hub takes them, with every finding at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import typer

from hub.cli.output import Exit, err, fail
from hub.gate import GateModel, PolicyError
from hub.gate.cedar_schema import cedar_schema
from hub.gate.lint import check_policies as check_together
from hub.gate.source import Policy, read_policies
from hub.identity.purposes import POLICIES, PurposeRegister
from hub.identity.register_files import RegisterError
from hub.plan.catalogue import CatalogueError, build_catalogue
from hub.plan.model import gate_model
from hub.rules.size import expect_readable
from hub.store.tables import Case
from schema.build import SCHEMA

CASES = "cases"


def check_policies(files: list[Path]) -> None:
    """Prints each finding on a line of its own; the exit code says whether there are any."""
    paths = files or sorted(POLICIES.glob("*.cedar"))
    texts = {_shown(path): _text(path) for path in paths}
    beside = {
        _shown(path): _text(path) for path in POLICIES.glob("*.cedar") if path.name not in {p.name for p in paths}
    }
    try:
        model = gate_model(build_catalogue(SCHEMA._schema, Case.metadata))  # noqa: SLF001 - as in hub.app
        bases = PurposeRegister.load(POLICIES).legal_bases.codes
    except (CatalogueError, RegisterError) as error:
        fail(str(error), hint="Policies are checked against the schema and the registers, so these come first.")
    policies, found = read_each(texts)
    found += [*ids_taken(policies, beside), *lints(model, policies, bases), *cases_missing(policies, paths)]
    for finding in sorted(found, key=lambda one: (one.file, one.line)):
        typer.echo(str(finding))
    if found:
        fail(f"{len(found)} findings.", Exit.FAILED)
    fields = sum(name.startswith("read:") for name in model.actions)
    err.print(
        f"{len(texts)} files with {len(policies)} policies: each has an id, a basis, a sentence and a case. "
        f"{fields} fields: each has a category."
    )


def _shown(path: Path) -> str:
    """The path as a reader can click it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return fail(f"{path} cannot be read.", Exit.USAGE)


def read_each(texts: Mapping[str, str]) -> tuple[list[Policy], list[PolicyError]]:
    """The policies of each file that can be read, and why the others cannot."""
    policies: list[Policy] = []
    found: list[PolicyError] = []
    for name, text in texts.items():
        try:
            expect_readable({name: text})
            policies += read_policies({name: text})
        except PolicyError as error:
            found.append(error)
    return policies, found


def ids_taken(policies: Iterable[Policy], beside: Mapping[str, str]) -> Iterator[PolicyError]:
    """Ids that stand in two files. Within a file reading has told already."""
    others, _ = read_each(beside)
    taken = {policy.id: policy for policy in others}
    for policy in policies:
        first = taken.setdefault(policy.id, policy)
        if first is not policy:
            yield policy.error(f"the id is taken in {first.file}:{first.line}; give each policy an id of its own")


def lints(model: GateModel, policies: Iterable[Policy], bases: frozenset[str]) -> Iterator[PolicyError]:
    schema = cedar_schema(model)
    for policy in policies:
        try:
            check_together(model, schema, (policy,), bases)
        except PolicyError as error:
            yield error


def cases_missing(policies: Iterable[Policy], paths: Iterable[Path]) -> Iterator[PolicyError]:
    """Policies without a case in the file of their name, and cases of policies that are not there."""
    by_file = {_shown(path): _cases_of(path) for path in paths}
    known: dict[str, set[str]] = {}
    for policy in policies:
        known.setdefault(policy.file, set()).add(policy.id)
        if policy.id not in _cases(by_file[policy.file]):
            yield policy.error(f"it has no case; add one to {_shown(by_file[policy.file])}")
    for file, ids in known.items():
        for case in sorted(_cases(by_file[file]) - ids):
            yield PolicyError(
                _shown(by_file[file]), _line(by_file[file], case), f"there is no policy {case}; remove its case"
            )


def _cases_of(path: Path) -> Path:
    """Beside the policies; for a file that stands alone, beside those of this program."""
    own = path.parent / CASES
    return (own if own.is_dir() else POLICIES / CASES) / f"{path.stem}.toml"


def _cases(path: Path) -> set[str]:
    try:
        return {str(row.get("policy")) for row in tomllib.loads(path.read_text(encoding="utf-8")).get("case", [])}
    except (OSError, ValueError):
        return set()


def _line(path: Path, policy: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if f'"{policy}"' in line), 1)
