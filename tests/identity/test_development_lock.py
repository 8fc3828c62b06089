"""What keeps the development issuer where it belongs: loopback, its own keys, bounded memory, never production."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from hub.identity.development import DevelopmentIssuer, NotLoopback
from hub.identity.development.clients import Clients
from hub.identity.development.signing import KeyFileExposed, signing_keys
from hub.identity.issuers import IssuerKind, production_faults
from hub.identity.sign_in import asked_for
from tests.identity.staging import CITIZEN, COMPANY, NAV, PERSONAS, SYSTEM, issuer_at


def test_keys_are_for_their_owner_alone(tmp_path: Path):
    signing_keys(tmp_path)

    (folder,) = tmp_path.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_key_that_others_can_read_is_not_used(tmp_path: Path):
    signing_keys(tmp_path)
    (folder,) = tmp_path.iterdir()
    next(folder.iterdir()).chmod(0o640)

    with pytest.raises(KeyFileExposed):
        signing_keys(tmp_path)


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("10.0.0.7", "http://127.0.0.1:8000"),
        ("127.0.0.1", "http://bofast.example:8000"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_it_is_not_built_beyond_loopback(tmp_path: Path, host: str, base_url: str):
    with pytest.raises(NotLoopback):
        DevelopmentIssuer(base_url=base_url, host=host, data=tmp_path, personas=PERSONAS, audience="a")
    assert not list(tmp_path.iterdir())


def test_its_issuers_may_not_go_into_production(tmp_path: Path):
    assert len(production_faults(issuer_at("http://127.0.0.1:8000", tmp_path).issuers)) == len(IssuerKind)


def test_what_it_remembers_is_bounded():
    clients = Clients()
    public = {"keys": [RSAKey.generate_key(2048).as_dict(private=False)]}

    ids = [clients.register(SYSTEM, public).client_id for _ in range(300)]

    assert clients.find(ids[0]) is None
    assert clients.find(ids[-1])
    assert len(clients._systems) == 256


def test_each_issuer_is_asked_in_its_own_words():
    assert asked_for(CITIZEN, "aud") == {"scope": "openid bofast:citizen", "resource": "aud"}
    assert "authorization_details" in asked_for(COMPANY, "aud")
    assert asked_for(NAV, "aud")["scope"].startswith("api://")
