"""What the documents list is what the code has: settings, limits, reasons, parties, policies."""

from __future__ import annotations

import base64
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields

import pytest

from hub import settings
from hub.app import rules
from hub.gate.reasons import TEXTS, Reason
from hub.identity.model import Kind
from hub.settings import IssuerKind, Limits
from tests.docs.pages import DOCS, ROOT, rows

AGREEMENTS = DOCS / "agreements"
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
# Asked of every issuer, and refused where it is set for another kind.
ONLY_FOR = {"TENANTS": "ENTRA", "RESOURCES": "ANSATTPORTEN", "DELEGATION_SOURCES": "MASKINPORTEN"}


class Asked(Mapping[str, str]):
    """An environment that answers enough to be read to the end, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._key = base64.b64encode(bytes(range(32))).decode()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(key)
        if any(key.endswith(f"_{part}") and f"_{owner}_" not in key for part, owner in ONLY_FOR.items()):
            return default
        if key.endswith(("_ISSUER", "_AUDIENCE", "_RESOURCES", "_TENANTS")):
            return "https://issuer.example/{tenant}"
        if key.startswith("DATABASE_URL"):
            return None if key.endswith("_FILE") else "postgresql://db/bofast"
        known = {"BOFAST_KEY": self._key, "BOFAST_RECEIPT_KEYS": "/var/lib/bofast/receipt-keys"}
        return known.get(key, default)

    def __getitem__(self, key: str) -> str:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_names() -> set[str]:
    """The names of the environment that any command reads."""
    asked = Asked()
    settings.production(asked)
    settings.owner_database(asked)
    settings.hub_url(asked)
    settings.receipt_keys(asked)
    of_others = {
        f"BOFAST_{kind.name}_{part}" for part, owner in ONLY_FOR.items() for kind in IssuerKind if kind.name != owner
    }
    return {name for name in asked.names if not name.endswith("_FILE")} - of_others


def documented(text: str) -> dict[str, list[str]]:
    """Rows by the name in their first cell. `<ISSUER>` stands for each kind of issuer."""
    found: dict[str, list[str]] = {}
    for first, *rest in rows(text):
        for name in re.findall(r"`((?:BOFAST|DATABASE)_[\w<>]+)`", first):
            kinds = [kind.name for kind in IssuerKind] if "<ISSUER>" in name else [""]
            found |= {name.replace("<ISSUER>", kind): rest for kind in kinds}
    return found


def test_every_setting_is_documented_and_no_other():
    assert set(documented(OPERATIONS)) == read_names()


def test_limits_are_documented_with_their_defaults():
    stated = {name: cells[0] for name, cells in documented(OPERATIONS).items() if name.startswith("BOFAST_LIMIT_")}
    defaults = Limits()
    assert stated == {
        f"BOFAST_LIMIT_{limit.name.upper()}": str(getattr(defaults, limit.name)) for limit in fields(Limits)
    }


def test_every_reason_is_documented_in_both_languages():
    text = (DOCS / "withheld.md").read_text(encoding="utf-8").partition("## Reason codes")[2]
    stated = {cells[0].strip("`"): cells[1:] for cells in rows(text) if cells[0].startswith("`")}
    assert stated == {reason.value: [TEXTS[reason].nb, TEXTS[reason].en] for reason in Reason}


def test_every_kind_of_party_has_a_contract_a_policy_file_and_an_agreement():
    for kind in Kind:
        assert (ROOT / "schema" / "contracts" / f"{kind.value}.graphql").exists()
        assert (ROOT / "policies" / f"{kind.value}.cedar").exists()
        assert (AGREEMENTS / f"{kind.value}.md").exists()


def test_every_agreement_belongs_to_a_file_of_policies():
    assert {page.stem for page in AGREEMENTS.glob("*.md")} == {
        path.stem for path in (ROOT / "policies").glob("*.cedar")
    }


@pytest.mark.parametrize("party", sorted(path.stem for path in (ROOT / "policies").glob("*.cedar")))
def test_agreement_lists_the_policies_of_its_party_word_by_word(party: str):
    """Change a policy, and its agreement is to be read again: the plain sentences above the table too."""
    text = (AGREEMENTS / f"{party}.md").read_text(encoding="utf-8").partition("## The policies")[2]
    stated = [[cells[0].strip("`"), cells[1], cells[2].strip("`"), cells[3]] for cells in rows(text) if "`" in cells[0]]
    policies = [policy for policy in rules().gate.policies if policy.file == f"{party}.cedar"]
    assert stated == [[policy.id, policy.effect, policy.basis, policy.because] for policy in policies]


@pytest.mark.parametrize("kind", Kind)
def test_agreement_names_the_purposes_that_its_party_may_state(kind: Kind):
    purposes = tomllib.loads((ROOT / "policies" / "purposes.toml").read_text(encoding="utf-8"))["purpose"]
    permitted = {purpose["number"] for purpose in purposes if kind.value in purpose["kinds"]}
    above = (AGREEMENTS / f"{kind.value}.md").read_text(encoding="utf-8").partition("## The policies")[0]
    assert set(re.findall(r"\bB1\d\d\b", above)) == permitted
