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
def test_requirements_are_pinned_with_hashes_and_name_no_place(name):
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)
    assert names(PROJECT["dependencies"]) <= set(pinned)
    assert len(re.findall(r"==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)) == len(pinned)
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/", text, re.MULTILINE)


def test_runtime_and_development_pin_the_same_versions():
    runtime, development = (
        dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert runtime.items() <= development.items()


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
