"""Policy files as they are read: each policy with its place, its annotations and its typed tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cedarpy import policies_to_pst, pst


class PolicyError(ValueError):
    """A policy that cannot be used as it stands: where it is and what to do."""

    def __init__(self, file: str, line: int, what_to_do: str) -> None:
        self.file = file
        self.line = line
        self.what_to_do = what_to_do
        super().__init__(f"{file}:{line}: {what_to_do}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy. `text` is the statement alone, so that the reference engine can be given any selection."""

    id: str
    effect: Literal["permit", "forbid"]
    basis: str
    because: str
    file: str
    line: int
    text: str = field(repr=False)
    tree: pst.Template = field(repr=False)

    def error(self, what_to_do: str) -> PolicyError:
        return PolicyError(self.file, self.line, f"policy {self.id}: {what_to_do}")


_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
_PIECE = re.compile(r'//[^\n]*|"(?:\\.|[^"\\])*"|[^"/;]+|.', re.DOTALL)


def read_policies(files: Mapping[str, str]) -> tuple[Policy, ...]:
    """All policies, files by name, policies as they stand. Raises PolicyError."""
    policies = [policy for file in sorted(files) for policy in _read_file(file, files[file])]
    seen: dict[str, Policy] = {}
    for policy in policies:
        first = seen.setdefault(policy.id, policy)
        if first is not policy:
            raise policy.error(f"the id is taken in {first.file}:{first.line}; give each policy an id of its own")
    return tuple(policies)


def _read_file(file: str, text: str) -> Iterator[Policy]:
    for line, statement in _statements(file, text):
        yield _read_policy(file, line, statement)


def _statements(file: str, text: str) -> Iterator[tuple[int, str]]:
    """The statements of a file with the line on which each starts. Comments and strings may hold semicolons."""
    line, start, pieces = 1, 0, list[str]()
    for match in _PIECE.finditer(text):
        piece = match.group()
        if not piece.startswith("//"):
            if not start and piece.strip():
                start = line + piece[: len(piece) - len(piece.lstrip())].count("\n")
            pieces.append(piece if start else "")
        line += piece.count("\n")
        if piece == ";":
            yield start, "".join(pieces)
            start, pieces = 0, []
    if start:
        raise PolicyError(file, start, "the last policy does not end; close it with `};` or `;`")


def _read_policy(file: str, line: int, statement: str) -> Policy:
    try:
        parsed = policies_to_pst(statement)
    except ValueError as error:
        raise PolicyError(file, line, f"this is not a Cedar policy ({error}); mend the syntax") from error
    if parsed.templates or len(parsed.static_policies) != 1:
        raise PolicyError(file, line, "write the policy out; templates with ?principal or ?resource are not used")
    tree = next(iter(parsed.static_policies.values()))
    written = {name: tree.annotations.get(name, "").strip() for name in ("id", "basis", "because")}
    for name, value in written.items():
        if not value:
            raise PolicyError(file, line, f'the policy has no @{name}("..."); add it')
    if not _ID.fullmatch(written["id"]):
        raise PolicyError(file, line, f"@id {written['id']!r} must read recipient.purpose.category, in small letters")
    return Policy(**written, effect=tree.effect, file=file, line=line, text=statement, tree=tree)
