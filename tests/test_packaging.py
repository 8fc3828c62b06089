"""What is packaged, pinned and documented agrees with itself."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import hub
from hub.store.roles import Role

ROOT = Path(hub.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[A-Za-z0-9-]+", requirement)[0] for requirement in requirements}


def documented(title: str) -> set[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    section = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^\| ([a-z0-9-]+) \| .+ \|$", section[1], re.MULTILINE)) - {"package"}


def test_every_dependency_has_its_reason():
    assert documented("What the hub runs on") == names(PROJECT["dependencies"])
    assert documented("What it is built and tested with") == names(PROJECT["optional-dependencies"]["dev"])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_pin_what_the_hub_runs_on(name):
    assert names(PROJECT["dependencies"]) <= set(pinned(name))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "bench/requirements.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_place(name):
    text = (ROOT / name).read_text()
    assert len(re.findall(r"==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)) == len(pinned(name))
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/", text, re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_runtime_and_development_pin_the_same_versions():
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()


def test_what_plots_are_drawn_with_changes_no_version_of_anything_else():
    asked = re.findall(r"^[a-z].*", (ROOT / "bench" / "requirements.in").read_text(), re.MULTILINE)
    drawn, development = pinned("bench/requirements.txt"), pinned("requirements-dev.txt")
    assert documented("What plots are drawn with") == names(asked) <= set(drawn)
    assert {name: development[name] for name in drawn if name in development}.items() <= drawn.items()


def test_version_is_one():
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest[1] == PROJECT["version"] == hub.__version__


def test_continuous_integration_calls_make_test():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert re.search(r"^exec make test$", script.read_text(), re.MULTILINE)


def test_roles_of_a_database_outside_are_those_of_the_embedded_one():
    created = re.findall(r"^CREATE ROLE (\w+)", (ROOT / "docker" / "roles.sql").read_text(), re.MULTILINE)
    assert set(created) == {role.value for role in Role}
