"""GraphiQL in a real browser: it signs in, asks, and reaches nothing but this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.browser.driver import CHROMIUM, DRIVER, Browser, opened_browser
from tests.running import Demo, data_folder, running_demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Chromium and chromedriver"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with data_folder() as data, running_demo(data) as running:
        yield running


@pytest.fixture
def browser(demo: Demo) -> Iterator[Browser]:
    with opened_browser() as window:
        window.open(f"{demo.url}/graphiql")
        yield window


def signed_in_as(browser: Browser, persona: str) -> str:
    script = "const said = document.getElementById('state').textContent; return said.includes(arguments[0]) ? said : ''"
    return browser.wait_for(script, f"Signed in as {persona}")


def choose(browser: Browser, persona: str) -> None:
    script = (
        "const p = document.getElementById('persona'); p.value = arguments[0]; p.dispatchEvent(new Event('change'))"
    )
    browser.run(script, persona)
    signed_in_as(browser, persona)


def ask(browser: Browser) -> dict[str, object]:
    browser.wait_for("return document.querySelector('.graphiql-execute-button') !== null")
    browser.run("document.querySelector('.graphiql-execute-button').click()")
    shown = browser.wait_for("return document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()")
    return json.loads(shown)


def test_person_signs_in_with_pkce_and_is_answered(browser):
    assert "312345005" in signed_in_as(browser, "nav-caseworker")
    assert ask(browser)["data"]["me"]["party"]["kind"] == "NAV"


def test_system_signs_in_and_is_served_its_own_contract(browser):
    signed_in_as(browser, "nav-caseworker")
    choose(browser, "bank-system")
    assert ask(browser)["data"]["me"]["party"] == {"orgnr": "313800105", "kind": "BANK"}


def test_purposes_are_those_of_the_persona(browser):
    signed_in_as(browser, "nav-caseworker")
    script = "return [...document.getElementById('purpose').options].map((option) => option.value)"
    assert browser.run(script) == ["B101", "B102", ""]
    choose(browser, "citizen-kari")
    assert browser.run(script) == [""]


def test_page_works_offline_under_its_policy_and_keeps_nothing(browser):
    signed_in_as(browser, "nav-caseworker")
    ask(browser)
    time.sleep(0.5)
    assert browser.log() == []
    asked = "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).host)"
    assert set(browser.run(asked)) == {browser.run("return location.host")}
    assert browser.run("return localStorage.length + sessionStorage.length") == 0
    assert browser.run("return document.cookie") == ""


def test_other_name_of_this_machine_leads_to_the_one_that_tokens_know(demo):
    with opened_browser() as window:
        window.open(f"http://localhost:{demo.port}/graphiql")
        assert window.run("return location.href") == f"{demo.url}/graphiql"
