"""A set that a process cannot use, whoever put it in force: no answer, and no start."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from hub.rules import Rules, digest_of
from hub.rules.activation import reload
from tests.reload.asking import Served
from tests.reload.children import ROOT, Children
from tests.reload.sets import BEFORE, files_before, small
from tests.running import clean_environment, data_folder, free_port, serve_settings

_PUT = """
    INSERT INTO hub.policy_version (digest, files, activated_at, activated_by)
    VALUES ($1, $2::text::jsonb, clock_timestamp(), 'another program')
"""


def broken() -> dict[str, str]:
    files = files_before()
    return {**files, "bank.cedar": files["bank.cedar"].replace("resource.submitter", "resource.sender", 1)}


def put(served: Served, files: Mapping[str, str], digest: str) -> None:
    """As a program would that knows more than this one."""
    served.fetch(_PUT, digest, json.dumps(files))


@pytest.mark.parametrize("digest", [digest_of(broken()), "0" * 64], ids=["cannot be read", "is not what it says"])
def test_set_that_a_process_cannot_load_is_answered_with_503_until_another_is_in_force(
    served: Served, both: tuple[Rules, Rules], digest: str
) -> None:
    put(served, broken(), digest)
    told = [*served.ask_each(), *served.ask_each('{ __type(name: "Case") { name } }')]
    assert {(one.status, one.code) for one in told} == {(503, "UNAVAILABLE")}
    assert served.recorded(told) == {}
    for parts in served.health_once(503):
        assert parts == {"status": "not ready", "database": "ok", "policies": "unreachable", "record": "ok"}
    asyncio.run(reload(served.owner, both[0]))
    served.expect_answers_by(BEFORE)
    assert [parts["policies"] for parts in served.health_once(200)] == ["ok", "ok"]


def test_set_that_leaves_a_party_nothing_is_a_refusal_and_the_next_set_is_seen(
    served: Served, both: tuple[Rules, Rules]
) -> None:
    """By such a set the contract has no query type, which the GraphQL library takes for a fault of the program."""
    asyncio.run(reload(served.owner, small(both[0], "nothing")))
    told = served.ask_each()
    assert {(one.status, one.code) for one in told} == {(400, "GRAPHQL_VALIDATION_FAILED")}
    asyncio.run(reload(served.owner, both[0]))
    served.expect_answers_by(BEFORE)


def test_service_does_not_start_on_a_bad_set_and_says_where_it_is_bad_and_what_to_do(
    served: Served, made: Children, tmp_path: Path
) -> None:
    put(served, broken(), digest_of(broken()))
    said = made.command("serve", settings=serve_settings(served.endpoints, tmp_path)).said()
    assert "Bofast does not start" in said
    assert re.search(r"do not fit this program: bank\.cedar:\d+: policy bank\.any\.own-submissions: .*; see hub/", said)
    assert "put others in force with bofast policy reload" in said
    assert "Traceback" not in said


def test_demo_does_not_start_on_a_bad_set_and_says_where_it_is_bad_and_what_to_do(tmp_path: Path) -> None:
    for part in ("hub", "schema", "policies"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "policies" / "bank.cedar").write_text(broken()["bank.cedar"])
    with data_folder() as data:
        done = subprocess.run(
            [sys.executable, "-m", "hub.cli", "demo", "--port", str(free_port()), "--data", str(data)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**clean_environment(), "PYTHONPATH": str(tmp_path)},
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "The demo does not start" in done.stderr
    assert re.search(r"bank\.cedar:\d+: policy bank\.any\.own-submissions: .*; see hub/gate/facts\.py", done.stderr)
    assert "Traceback" not in done.stderr
