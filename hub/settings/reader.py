"""Reads named values from the environment and collects everything that is wrong with them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

from hub.settings.values import DatabaseRole, IssuerKind, IssuerSettings, Limits, SettingsError

KEY_BYTES = 32
TEST_HOSTS = ("test.", "ver1.", "ver2.", "127.")
LOOPBACK = {"localhost", "::1", "0.0.0.0"}  # noqa: S104 - names that are refused
PARTS = ("ISSUER", "AUDIENCE", "METADATA_URL", "TENANTS", "RESOURCES")
MANY_TENANTS = {"common", "consumers", "organizations"}
TENANT = "{tenant}"
# Whoever could verify with a shared secret could also sign with it.
ASYMMETRIC = {f"{family}{size}" for family in ("ES", "PS", "RS") for size in (256, 384, 512)}
DIGITS = 18


class Reader:
    """One reading of the environment. `finish` raises if anything was missing or unfit."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def finish(self) -> None:
        if self._problems:
            raise SettingsError(tuple(dict.fromkeys(self._problems)))

    def text(self, name: str, default: str | None = None) -> str:
        value = self._optional(name) or default
        if value is None:
            self._problems.append(f"{name} is missing")
        return value or ""

    def number(self, name: str, default: int, *, most: int | None = None) -> int:
        value = self._optional(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or len(value) > DIGITS or int(value) == 0:
            self._problems.append(f"{name} must be a whole number above zero")
            return default
        if most is not None and int(value) > most:
            self._problems.append(f"{name} must be {most} at most")
            return default
        return int(value)

    def listed(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (self._optional(name) or "").split(",") if part.strip())

    def key(self, name: str) -> bytes:
        value = self.text(name)
        try:
            key = base64.b64decode(value, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if value and (len(key) < KEY_BYTES or len(set(key)) < KEY_BYTES // 2):
            self._problems.append(f"{name} must be at least {KEY_BYTES} random bytes in base64")
        return key

    def limits(self) -> Limits:
        defaults = Limits()
        names = [item.name for item in fields(Limits)]
        return Limits(**{name: self.number(f"BOFAST_LIMIT_{name.upper()}", getattr(defaults, name)) for name in names})

    def databases(self) -> dict[DatabaseRole, str]:
        # The owner is for migrations alone: a service that does not know its password cannot lose it.
        needed = [role for role in DatabaseRole if role is not DatabaseRole.OWNER]
        return {role: self.text(database_name(role)) for role in needed}

    def issuers(self) -> tuple[IssuerSettings, ...]:
        configured = [kind for kind in IssuerKind if any(self._optional(_issuer_name(kind, part)) for part in PARTS)]
        if not configured:
            names = ", ".join(_issuer_name(kind, "ISSUER") for kind in IssuerKind)
            self._problems.append(f"an issuer is missing: set at least one of {names}")
        return tuple(self._issuer(kind) for kind in configured)

    def _issuer(self, kind: IssuerKind) -> IssuerSettings:
        issuer = self.text(_issuer_name(kind, "ISSUER"))
        metadata_url = self._optional(_issuer_name(kind, "METADATA_URL")) or _metadata_url(kind, issuer)
        self._expect_fit(_issuer_name(kind, "ISSUER"), issuer)
        if MANY_TENANTS & set(issuer.split("/")):
            self._problems.append(f"{_issuer_name(kind, 'ISSUER')} stands for every tenant at once; use {{tenant}}")
        elif kind is IssuerKind.ENTRA and issuer and TENANT not in issuer:
            self._problems.append(f"{_issuer_name(kind, 'ISSUER')} must say {TENANT} where the tenant goes")
        self._expect_fit(_issuer_name(kind, "METADATA_URL"), metadata_url if issuer else "")
        return IssuerSettings(
            kind=kind,
            issuer=issuer,
            audience=self.text(_issuer_name(kind, "AUDIENCE")),
            metadata_url=metadata_url,
            algorithms=self._algorithms(_issuer_name(kind, "ALGORITHMS")),
            tenants=self._needed(kind, "TENANTS", IssuerKind.ENTRA),
            delegation_sources=self._of_one(kind, "DELEGATION_SOURCES", IssuerKind.MASKINPORTEN),
            resources=self._needed(kind, "RESOURCES", IssuerKind.ANSATTPORTEN),
        )

    def _algorithms(self, name: str) -> frozenset[str]:
        named = frozenset(self.listed(name)) or frozenset({"RS256"})
        if unfit := sorted(named - ASYMMETRIC):
            self._problems.append(f"{name} names {', '.join(unfit)}; only asymmetric ones as RS256 are taken")
        return named

    def _expect_fit(self, name: str, address: str) -> None:
        if address and (fault := _unfit(address)):
            self._problems.append(f"{name} {fault}")

    def _needed(self, kind: IssuerKind, part: str, by: IssuerKind) -> frozenset[str]:
        values = self._of_one(kind, part, by)
        if kind is by and not values:
            self._problems.append(f"{_issuer_name(kind, part)} is missing")
        return values

    def _of_one(self, kind: IssuerKind, part: str, only: IssuerKind) -> frozenset[str]:
        """Values that mean something for one issuer. For another they would be an error that nobody notices."""
        values = self.listed(_issuer_name(kind, part))
        if values and kind is not only:
            self._problems.append(f"{_issuer_name(kind, part)} means nothing; {part} is for {only.name} alone")
        return frozenset(values)

    def _optional(self, name: str) -> str | None:
        if path := self._environment.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip() or None
            except (OSError, UnicodeDecodeError):
                self._problems.append(f"{name}_FILE cannot be read")
                return None
        return self._environment.get(name, "").strip() or None


def database_name(role: DatabaseRole) -> str:
    return "DATABASE_URL" if role is DatabaseRole.APP else f"DATABASE_URL_{role.name}"


def _issuer_name(kind: IssuerKind, part: str) -> str:
    return f"BOFAST_{kind.name}_{part}"


def _metadata_url(kind: IssuerKind, issuer: str) -> str:
    """Where the issuer describes itself. Entra's tenants share their keys, so one description serves them all."""
    document = "oauth-authorization-server" if kind is IssuerKind.MASKINPORTEN else "openid-configuration"
    return f"{issuer.replace('{tenant}', 'organizations').rstrip('/')}/.well-known/{document}"


def _unfit(issuer: str) -> str | None:
    """Why an issuer may not be trusted with real persons; nothing where it may."""
    address = urlsplit(issuer)
    host = address.hostname or ""
    if "/dev/" in f"{address.path}/":
        return "is the development issuer"
    if host.startswith(TEST_HOSTS) or host in LOOPBACK:
        return "is a test issuer"
    if address.scheme != "https" or not host:
        return "is not an https address"
    return None
