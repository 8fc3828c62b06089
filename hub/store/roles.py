"""The database roles: one that owns, five that own nothing. None of them is a superuser."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from urllib.parse import quote

_PASSWORD_BYTES = 24


class Role(StrEnum):
    """A database role and what it is for."""

    OWNER = "bofast_owner"  # owns everything, migrates
    APP = "bofast_app"  # carries out commands
    PUBLIC = "bofast_public"  # reads for parties of the public sector
    EXTERNAL = "bofast_external"  # reads for private parties and citizens
    AUDIT = "bofast_audit"  # reads the record
    RECORD = "bofast_record"  # writes the record


READ_ROLES = (Role.PUBLIC, Role.EXTERNAL, Role.AUDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where the database is, per role. The DSNs hold passwords, so they are not printed."""

    owner: str = field(repr=False)
    app: str = field(repr=False)
    public: str = field(repr=False)
    external: str = field(repr=False)
    audit: str = field(repr=False)
    record: str = field(repr=False)

    @classmethod
    def at(cls, *, host: str, port: int, database: str, passwords: Mapping[str, str]) -> Self:
        """The same server and database for every role. A host that begins with `/` is a folder with a socket."""
        where = f"/{quote(database)}?host={quote(host, safe='')}&port={port}"
        return cls(
            **{role.name.lower(): f"postgresql://{role}:{quote(passwords[role], safe='')}@{where}" for role in Role}
        )


def new_passwords() -> dict[str, str]:
    """A fresh password for each role."""
    return {role.value: secrets.token_urlsafe(_PASSWORD_BYTES) for role in Role}


def create_roles(passwords: Mapping[str, str]) -> str:
    """SQL for a superuser: the roles with these passwords, whether or not they exist."""
    return "\n".join(_create_role(role, passwords[role]) for role in Role) + (
        f"\nALTER ROLE {Role.RECORD} SET synchronous_commit = on;"
    )


def create_database(name: str, template: str = "template0") -> str:
    """SQL for a superuser: a database that only these roles may connect to."""
    everyone = ", ".join(Role)
    return (
        f'CREATE DATABASE "{name}" OWNER {Role.OWNER} TEMPLATE "{template}" STRATEGY file_copy;\n'
        f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;\n'
        f'GRANT CONNECT ON DATABASE "{name}" TO {everyone};'
    )


def _create_role(role: Role, password: str) -> str:
    # Passwords are urlsafe base64: nothing in them needs quoting.
    attributes = f"LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD '{password}'"
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF; "
        f"END $$;\nALTER ROLE {role} WITH {attributes};"
    )
