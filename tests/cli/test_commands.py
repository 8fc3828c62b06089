"""The commands that need no running demo."""

from __future__ import annotations

import re

import pytest
from graphql import build_schema
from typer.testing import CliRunner

from hub.cli import app
from hub.demo.personas import PERSONAS
from hub.identity.model import Kind
from tests.running import bofast, free_port

COMPLETE = {
    "DATABASE_URL": "postgresql://bofast_app:x@127.0.0.1:1/bofast",
    "DATABASE_URL_AUDIT": "postgresql://bofast_audit:x@127.0.0.1:1/bofast",
    "DATABASE_URL_EXTERNAL": "postgresql://bofast_external:x@127.0.0.1:1/bofast",
    "DATABASE_URL_PUBLIC": "postgresql://bofast_public:x@127.0.0.1:1/bofast",
    "DATABASE_URL_RECORD": "postgresql://bofast_record:x@127.0.0.1:1/bofast",
    "BOFAST_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "BOFAST_RECEIPT_KEYS": "receipt-keys",
    "BOFAST_MASKINPORTEN_ISSUER": "https://maskinporten.no/",
    "BOFAST_MASKINPORTEN_AUDIENCE": "https://hub.example",
}


def run(*arguments: str):
    """A command in this process: for those that start nothing and read no settings."""
    return CliRunner().invoke(app, list(arguments))


def test_help_names_every_command_and_starts_a_newcomer_off():
    shown = run("--help").stdout
    for command in ("demo", "serve", "personas", "token", "query", "submit", "schema", "db", "consent"):
        assert re.search(rf"│ {command} ", shown)
    assert "bofast demo" in shown


@pytest.mark.parametrize(
    "command",
    [
        ("demo",),
        ("serve",),
        ("personas",),
        ("token",),
        ("query",),
        ("submit",),
        ("schema", "print"),
        ("schema", "check"),
        ("db", "migrate"),
        ("consent", "verify"),
        ("consent", "rotate-key"),
    ],
)
def test_every_command_has_help(command):
    done = run(*command, "--help")
    assert done.exit_code == 0
    assert len(done.stdout) > 200


def test_personas_are_listed_with_organisation_and_purposes():
    lines = run("personas").stdout.splitlines()
    assert lines[0].split() == ["persona", "organisation", "purposes", "who"]
    assert len(lines) == len(PERSONAS) + 1
    (bank,) = [line for line in lines if line.startswith("bank-system ")]
    assert "313800105" in bank
    assert "B103" in bank


def test_schema_is_printed_whole_or_for_one_kind_of_party():
    whole, bank = run("schema", "print").stdout, run("schema", "print", "--party", "bank").stdout
    assert "type Case" in whole
    assert "ContactLogEntry" in whole
    assert "ContactLogEntry" not in bank
    for text in (whole, bank):
        build_schema(text, assume_valid_sdl=True)


def test_unknown_kind_of_party_is_answered_with_the_known_ones():
    done = run("schema", "print", "--party", "martian")
    assert done.exit_code == 2
    for kind in Kind:
        assert kind.value in done.stderr


def test_serve_without_settings_names_everything_that_is_missing():
    done = bofast("serve")
    assert done.returncode == 1
    for name in (
        "DATABASE_URL is missing",
        "DATABASE_URL_RECORD is missing",
        "BOFAST_KEY is missing",
        "BOFAST_RECEIPT_KEYS is missing",
        "an issuer is missing",
    ):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_refuses_a_test_issuer_by_name():
    done = bofast("serve", settings=COMPLETE | {"BOFAST_MASKINPORTEN_ISSUER": "https://test.maskinporten.no/"})
    assert done.returncode == 1
    assert "BOFAST_MASKINPORTEN_ISSUER is a test issuer" in done.stderr


def test_serve_without_a_database_to_reach_says_so_and_shows_no_password():
    settings = {name: value.replace(":x@", ":hunter2@") for name, value in COMPLETE.items()}
    done = bofast("serve", settings=settings | {"BOFAST_PORT": str(free_port())})
    assert done.returncode == 1
    assert "does not start" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_migrate_without_an_owner_names_what_is_missing():
    done = bofast("db", "migrate")
    assert done.returncode == 1
    assert "DATABASE_URL_OWNER is missing" in done.stderr
