"""The console's own routes: unchanged files, a strict policy, and tokens for nobody but a page of this machine."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

import hub.console
from hub.console import Graphiql
from hub.demo.personas import PERSONAS

BASE = "http://127.0.0.1:8000"
VENDOR = Path(hub.console.__file__).parent / "vendor"
PAGES = Path(hub.console.__file__).parent / "pages"


@pytest.fixture
def page() -> httpx.AsyncClient:
    app = Starlette(routes=Graphiql(base_url=BASE, personas=PERSONAS).routes())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=("127.0.0.1", 50_000)), base_url=BASE)


async def test_page_has_no_script_of_its_own_and_allows_none(page):
    answer = await page.get("/graphiql")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|style=", answer.text)
    assert not re.search(r"https?://", answer.text)


async def test_every_file_that_the_page_names_is_there(page):
    names = re.findall(r'(?:src|href)="(/graphiql/[^"]+)"', (await page.get("/graphiql")).text)
    assert len(names) == 6
    for name in names:
        assert (await page.get(name)).status_code == 200


@pytest.mark.parametrize("name", ["README.md", "graphiql.html", "..%2fgraphiql.py", "%2e%2e/__init__.py"])
async def test_no_other_file_is_served(page, name):
    assert (await page.get(f"/graphiql/{name}")).status_code == 404


async def test_personas_are_listed_without_what_identifies_them(page):
    listed = await page.get("/graphiql/personas")
    assert [one["name"] for one in listed.json()["personas"]] == [persona.name for persona in PERSONAS]
    assert not re.search(r"\b\d{11}\b", listed.text)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": BASE, "x-forwarded-for": "127.0.0.1"},
        {"origin": BASE, "forwarded": "for=127.0.0.1"},
    ],
)
async def test_system_token_is_for_a_page_of_this_machine_only(page, headers):
    answer = await page.post("/graphiql/system-token?persona=bank-system", headers=headers)
    assert (answer.status_code, answer.json()) == (403, {"error": "access_denied"})


async def test_system_token_is_not_given_to_another_machine():
    app = Starlette(routes=Graphiql(base_url=BASE, personas=PERSONAS).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=("10.0.0.1", 1)), base_url=BASE) as page:
        answer = await page.post("/graphiql/system-token?persona=bank-system", headers={"origin": BASE})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["nav-caseworker", "nobody", ""])
async def test_system_token_is_for_systems_only(page, name):
    answer = await page.post(f"/graphiql/system-token?persona={name}", headers={"origin": BASE})
    assert (answer.status_code, answer.json()) == (404, {"error": "unknown_persona"})


def test_vendored_files_are_the_released_ones():
    listed = dict(re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", (VENDOR / "README.md").read_text()))
    present = {path.name for path in VENDOR.iterdir()} - {"README.md", "LICENSES.txt"}
    assert set(listed) == present
    for name, digest in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_licences_of_all_vendored_packages_are_there():
    licences = (VENDOR / "LICENSES.txt").read_text()
    for package in ("graphiql 4.1.2", "react 18.3.1", "react-dom 18.3.1", "Fira Code", "Roboto", "codemirror"):
        assert package in licences


def test_page_writes_nothing_to_the_browsers_storage():
    script = (PAGES / "console.js").read_text()
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|indexedDB|innerHTML|eval\(", script)
