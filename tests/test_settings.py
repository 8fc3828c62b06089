"""Settings: what a production start needs, and that it is refused by name where something is missing or unfit."""

from __future__ import annotations

import base64
from dataclasses import fields
from pathlib import Path

import pytest

from hub import settings
from hub.operation.limits import Limits as OperationLimits
from hub.settings import DatabaseRole, IssuerKind, Limits, Mode, SettingsError

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
DATABASES = {
    "DATABASE_URL": "postgresql://bofast_app:secret-1@db/bofast",
    "DATABASE_URL_AUDIT": "postgresql://bofast_audit:secret-2@db/bofast",
    "DATABASE_URL_EXTERNAL": "postgresql://bofast_external:secret-3@db/bofast",
    "DATABASE_URL_PUBLIC": "postgresql://bofast_public:secret-4@db/bofast",
    "DATABASE_URL_RECORD": "postgresql://bofast_record:secret-5@db/bofast",
}
MASKINPORTEN = {
    "BOFAST_MASKINPORTEN_ISSUER": "https://maskinporten.no/",
    "BOFAST_MASKINPORTEN_AUDIENCE": "https://hub.example",
}
COMPLETE = DATABASES | MASKINPORTEN | {"BOFAST_KEY": KEY, "BOFAST_RECEIPT_KEYS": "/var/lib/bofast/receipt-keys"}


def problems(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refusal:
        settings.production(environment)
    return refusal.value.problems


def test_empty_environment_starts_nothing_and_names_all_that_is_missing():
    found = problems({})
    for name in (*DATABASES, "BOFAST_KEY", "BOFAST_RECEIPT_KEYS"):
        assert f"{name} is missing" in found
    assert any(problem.startswith("an issuer is missing") for problem in found)


def test_complete_environment_is_read():
    read = settings.production(COMPLETE)
    assert read.mode is Mode.PRODUCTION
    assert read.key == bytes(range(32))
    assert read.receipt_keys == Path("/var/lib/bofast/receipt-keys")
    assert set(read.databases) == set(DatabaseRole) - {DatabaseRole.OWNER}
    (issuer,) = read.issuers
    assert (issuer.kind, issuer.issuer) == (IssuerKind.MASKINPORTEN, "https://maskinporten.no/")
    assert issuer.metadata_url == "https://maskinporten.no/.well-known/oauth-authorization-server"
    assert issuer.algorithms == {"RS256"}


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_each_single_thing_that_is_missing_is_named(name):
    assert problems({key: value for key, value in COMPLETE.items() if key != name}) == (f"{name} is missing",)


@pytest.mark.parametrize(
    ("issuer", "fault"),
    [
        ("https://test.maskinporten.no/", "is a test issuer"),
        ("https://ver2.maskinporten.no/", "is a test issuer"),
        ("http://127.0.0.1:8000/dev/maskinporten/", "is the development issuer"),
        ("https://hub.example/dev/maskinporten/", "is the development issuer"),
        ("https://localhost/", "is a test issuer"),
        ("https://user@127.0.0.1/", "is a test issuer"),
        ("http://maskinporten.no/", "is not an https address"),
        ("maskinporten.no", "is not an https address"),
    ],
)
def test_issuer_that_may_not_be_trusted_with_real_persons_is_refused(issuer, fault):
    found = problems(COMPLETE | {"BOFAST_MASKINPORTEN_ISSUER": issuer})
    assert f"BOFAST_MASKINPORTEN_ISSUER {fault}" in found


def test_test_metadata_behind_a_real_issuer_is_refused():
    address = "https://test.maskinporten.no/.well-known/oauth-authorization-server"
    assert problems(COMPLETE | {"BOFAST_MASKINPORTEN_METADATA_URL": address}) == (
        "BOFAST_MASKINPORTEN_METADATA_URL is a test issuer",
    )


def test_entra_names_its_tenants_one_by_one():
    entra = {
        "BOFAST_ENTRA_ISSUER": "https://login.microsoftonline.com/{tenant}/v2.0",
        "BOFAST_ENTRA_AUDIENCE": "11111111-2222-3333-4444-555555555555",
    }
    assert problems(COMPLETE | entra) == ("BOFAST_ENTRA_TENANTS is missing",)
    read = settings.production(COMPLETE | entra | {"BOFAST_ENTRA_TENANTS": "aaaa, bbbb"})
    (issuer,) = [issuer for issuer in read.issuers if issuer.kind is IssuerKind.ENTRA]
    assert issuer.tenants == {"aaaa", "bbbb"}
    common = entra | {
        "BOFAST_ENTRA_ISSUER": "https://login.microsoftonline.com/common/v2.0",
        "BOFAST_ENTRA_TENANTS": "aaaa",
    }
    assert problems(COMPLETE | common)[0].startswith("BOFAST_ENTRA_ISSUER stands for every tenant")


def test_ansattporten_names_its_resources():
    ansattporten = {"BOFAST_ANSATTPORTEN_ISSUER": "https://ansattporten.no", "BOFAST_ANSATTPORTEN_AUDIENCE": "hub"}
    assert problems(COMPLETE | ansattporten) == ("BOFAST_ANSATTPORTEN_RESOURCES is missing",)


@pytest.mark.parametrize("key", ["short", KEY[:20], base64.b64encode(bytes(32)).decode(), "not base64 at all!"])
def test_weak_key_is_refused(key):
    assert problems(COMPLETE | {"BOFAST_KEY": key}) == ("BOFAST_KEY must be at least 32 random bytes in base64",)


def test_secret_can_come_from_a_file(tmp_path: Path):
    secret = tmp_path / "key"
    secret.write_text(KEY + "\n")
    environment = {name: value for name, value in COMPLETE.items() if name != "BOFAST_KEY"}
    assert settings.production(environment | {"BOFAST_KEY_FILE": str(secret)}).key == bytes(range(32))
    assert problems(environment | {"BOFAST_KEY_FILE": str(tmp_path / "none")}) == (
        "BOFAST_KEY_FILE cannot be read",
        "BOFAST_KEY is missing",
    )


def test_limits_can_be_set_but_not_to_nothing():
    assert settings.production(COMPLETE | {"BOFAST_LIMIT_DEPTH": "7"}).limits.depth == 7
    for value in ("0", "-1", "many", "1.5", "٣"):
        assert problems(COMPLETE | {"BOFAST_LIMIT_DEPTH": value}) == (
            "BOFAST_LIMIT_DEPTH must be a whole number above zero",
        )


def test_limits_of_an_operation_have_the_same_names_and_defaults_as_their_settings():
    defaults = Limits()
    for limit in fields(OperationLimits):
        assert getattr(defaults, limit.name) == limit.default, limit.name


def test_secrets_do_not_print():
    printed = repr(settings.production(COMPLETE))
    assert "secret" not in printed
    assert repr(bytes(range(32)))[2:20] not in printed


def test_demo_needs_nothing_and_serves_loopback_only(tmp_path: Path):
    read = settings.demo(port=8123, data=tmp_path, cases=1, key=bytes(range(32)), environment={})
    assert (read.mode, read.host) == (Mode.DEMO, "127.0.0.1")
    assert read.hosts == {"127.0.0.1:8123", "localhost:8123", "[::1]:8123"}
    assert read.issuers == ()


def test_only_the_settings_read_the_environment():
    rooms = Path(settings.__file__).parents[1]
    readers = {
        path.relative_to(rooms).parts[0]
        for path in rooms.rglob("*.py")
        if any(word in path.read_text() for word in ("os.environ", "getenv", "envvar="))
    }
    assert readers <= {"settings"}
