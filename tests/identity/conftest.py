"""A forge, a verifier that trusts its keys, and an HTTP client that reads no environment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from hub.identity.tokens import Verifier
from tests.identity.forge import Forge, configs
from tests.identity.loopback import serving
from tests.identity.staging import issuer_at


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture
def verifier(forge: Forge, client: httpx.AsyncClient) -> Verifier:
    return Verifier(configs(forge), client)


@pytest.fixture(scope="session")
def dev_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(dev_data: Path) -> AsyncIterator[str]:
    """Where a development issuer answers. Tests that use it run in the session's loop."""

    def app(address: str) -> Starlette:
        return Starlette(routes=[Mount("/dev", routes=issuer_at(address, dev_data).routes)])

    async with serving(app) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as web:
        yield web


@pytest.fixture(scope="session")
def dev_verifier(address: str, dev_data: Path, web: httpx.AsyncClient) -> Verifier:
    return Verifier(issuer_at(address, dev_data).issuers, web)
