"""The gate as it is shipped: the real schema, the real policies, the real registers."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sqlmodel import SQLModel

import hub.store.tables
from hub.gate import Gate, GateModel, RequesterClass
from hub.gate.model import ATTRIBUTES, KIND_GROUPS, PRINCIPALS
from hub.identity.model import Kind, PrincipalType
from hub.plan.catalogue import Catalogue, build_catalogue
from hub.plan.model import gate_model
from schema.build import SCHEMA

POLICIES = Path(__file__).parents[2] / "policies"


@lru_cache
def catalogue() -> Catalogue:
    for module in iter_modules(hub.store.tables.__path__):
        import_module(f"hub.store.tables.{module.name}")
    return build_catalogue(SCHEMA._schema, SQLModel.metadata)


@lru_cache
def model() -> GateModel:
    return gate_model(catalogue())


def files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*.cedar"))}


def register(name: str) -> list[Mapping[str, object]]:
    return tomllib.loads((POLICIES / f"{name}.toml").read_text(encoding="utf-8"))[
        {"legal_bases": "basis", "purposes": "purpose"}[name]
    ]


@lru_cache
def basis_codes() -> frozenset[str]:
    return frozenset(str(row["code"]) for row in register("legal_bases"))


@lru_cache
def gate() -> Gate:
    return Gate.load(model(), files(), basis_codes())


TEMPTATION = """@id("everyone.any.everything") @basis("PUBLIC_INFORMATION") @because("Everything is open to everybody.")
permit (principal, action, resource) when { context.bases.contains("PUBLIC_INFORMATION") };
"""


@lru_cache
def tempted() -> Gate:
    """The shipped policies beside one that opens everything: what is still closed is closed by a forbid."""
    return Gate.load(model(), {**files(), "temptation.cedar": TEMPTATION}, basis_codes())


@lru_cache
def always() -> frozenset[str]:
    """Bases that need no purpose."""
    return frozenset(str(row["code"]) for row in register("legal_bases") if row.get("without_purpose"))


@lru_cache
def purposes() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Code of each purpose → its bases, and the kinds that may state it."""
    return {str(row["code"]): (frozenset(row["bases"]), frozenset(row["kinds"])) for row in register("purposes")}


def asking(
    kind: Kind,
    purpose: str | None = None,
    *,
    special: frozenset[str] = frozenset(),
    assurance: int | None = None,
    glass: bool = False,
) -> RequesterClass:
    """A requester of this kind on a purpose, with all its bases in force. With `glass`, under a break-glass."""
    principal = PRINCIPALS[kind]
    bases = always() | (purposes()[purpose][0] if purpose else frozenset())
    level = {PrincipalType.CITIZEN: 4}.get(principal, 0) if assurance is None else assurance
    return RequesterClass(
        principal=principal,
        groups=KIND_GROUPS[kind] | special,
        attributes=ATTRIBUTES[principal] - (frozenset() if glass else {"glass"}),
        purpose=purpose,
        bases=bases,
        assurance=level,
    )
