"""Two sets that answer the same question differently: in a value, in what the contract has, in what may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hub.identity.purposes import REGISTERS
from hub.rules import CORE, POLICIES, Rules, digest_of, read_folder, read_rules, rules

_CLOSING = """
@id("core.reload.opened")
@basis("DATA_MINIMISATION")
@because("For this test: when a case was opened is shown to nobody where NAV in 9901 takes part.")
forbid (
  principal,
  action in [Action::"read:Case.openedAt"],
  resource
) when {
  resource.parties.contains(Party::"9901-nav")
};

@id("core.reload.closed")
@basis("DATA_MINIMISATION")
@because("For this test: why a case was closed is shown to nobody at all.")
forbid (
  principal,
  action in [Action::"read:Case.closeReason"],
  resource
);

@id("core.reload.submitted")
@basis("DATA_MINIMISATION")
@because("For this test: nobody sends in defaults.")
forbid (
  principal,
  action == Action::"do:submitMortgageDefaults",
  resource
);
"""
CLOSED_COLUMN = ('hub."case"', "close_reason")
"""What only the set before needs to read."""


def files_before() -> dict[str, str]:
    return read_folder(POLICIES)


def files_after() -> dict[str, str]:
    """As before, but that two fields of a case and the command are closed, and purpose B102 has ended."""
    files = files_before()
    number = 'number = "B102"'
    assert number in files["purposes.toml"]
    purposes = files["purposes.toml"].replace(number, f"{number}\nvalid_to = 2025-01-01")
    return {**files, "reload.cedar": _CLOSING, "purposes.toml": purposes}


def read_both() -> tuple[Rules, Rules]:
    return rules(), read_rules(files_after())


def written(files: Mapping[str, str], folder: Path) -> Path:
    """The files in a folder, for the command."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


BEFORE, AFTER = digest_of(files_before()), digest_of(files_after())


def small(known: Rules, name: str) -> Rules:
    """A set that is quickly read: it permits nothing."""
    files = {file: text for file, text in known.files.items() if file in {CORE, *REGISTERS}}
    files[f"{name}.cedar"] = "// Nothing but another name.\n"
    return replace(known, digest=digest_of(files), files=files)
