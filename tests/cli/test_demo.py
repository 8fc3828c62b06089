"""`bofast demo` from a user's chair: it starts, is asked, stops cleanly and loses nothing."""

from __future__ import annotations

import base64
import json
import re
import signal
import socket
import stat
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.running import Demo, bofast, data_folder, free_port, running_demo, start_demo


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with data_folder() as data, running_demo(data) as running:
        yield running


def test_query_prints_the_answer_as_json(demo):
    done = bofast("query", "--as", "bank-system", "{ me { party { orgnr kind } } }", url=demo.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"data": {"me": {"party": {"orgnr": "313800105", "kind": "BANK"}}}}


def test_query_is_asked_for_a_purpose(demo):
    cases = "{ cases(first: 1) { totalCount } }"
    with_purpose = bofast("query", "--as", "nav-caseworker", "--purpose", "B101", cases, url=demo.url)
    assert json.loads(with_purpose.stdout)["data"]["cases"]["totalCount"] > 0
    without = bofast("query", "--as", "nav-caseworker", cases, url=demo.url)
    assert (without.returncode, without.stdout) == (1, "")
    assert without.stderr.startswith("PURPOSE_REQUIRED: ")


def test_query_reads_from_standard_input_and_takes_variables(demo):
    text = "query A($yes: Boolean!) { __typename @include(if: $yes) } query B { me { __typename } }"
    arguments = ("query", "--as", "citizen-kari", "-", "--operation", "A", "--variables", '{"yes": true}')
    done = bofast(*arguments, url=demo.url, text=text)
    assert json.loads(done.stdout) == {"data": {"__typename": "Query"}}


def test_bad_query_ends_with_one_and_names_the_code(demo):
    done = bofast("query", "--as", "bank-system", "{ contactLog }", url=demo.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("GRAPHQL_VALIDATION_FAILED: ")


def test_last_line_of_token_is_a_token_that_is_let_in(demo):
    done = bofast("token", "privacy-officer", url=demo.url)
    token = done.stdout.splitlines()[-1]
    answer = httpx.post(
        f"{demo.url}/graphql",
        headers={"authorization": f"Bearer {token}"},
        json={"query": "{ __typename }"},
        trust_env=False,
    )
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_token_of_a_system_tells_of_the_consent_that_it_was_asked_to(demo):
    consent = {"type": "urn:altinn:consent", "id": "0a7d59f8-8c62-4312-9fb4-62456664c96f", "from": "x"}
    done = bofast("token", "bank-system", "--altinn-consent", json.dumps(consent), url=demo.url)
    payload = done.stdout.splitlines()[-1].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["authorization_details"] == [consent]
    assert claims["exp"] - claims["iat"] == 120


def test_consent_in_altinn_is_a_json_object_and_for_systems(demo):
    for persona, text in (("bank-system", "{"), ("bank-system", "[]"), ("citizen-eva", "{}")):
        done = bofast("token", persona, "--altinn-consent", text, url=demo.url)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--altinn-consent" in done.stderr


def test_demo_is_found_under_its_other_name(demo):
    done = bofast("query", "--url", f"http://localhost:{demo.port}/", "--as", "bank-system", "{ __typename }")
    assert done.returncode == 0


def test_unknown_persona_is_a_usage_error(demo):
    for arguments in (("token", "nobody"), ("query", "--as", "nobody", "{ __typename }")):
        done = bofast(*arguments, url=demo.url)
        assert done.returncode == 2
        assert "bofast personas" in done.stderr


def test_demo_that_is_not_there_is_unreachable():
    done = bofast("token", "bank-system", url=f"http://127.0.0.1:{free_port()}")
    assert (done.returncode, done.stdout) == (3, "")
    assert "bofast demo" in done.stderr


def test_taken_port_is_said_plainly_and_nothing_is_started(tmp_path):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        done = bofast("demo", "--port", port, "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"Port {port} is taken." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_folder_of_something_else_is_not_taken_over(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    tmp_path.chmod(0o755)
    done = bofast("demo", "--port", str(free_port()), "--data", str(tmp_path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_demo_stops_cleanly_and_starts_again_with_all_it_had():
    with data_folder() as data:
        first = start_demo(data)
        asked = ("query", "--as", "nav-caseworker", "--purpose", "B101", "{ cases(first: 50) { nodes { id caseNo } } }")
        before = bofast(*asked, url=first.url).stdout
        said = first.stop(signal.SIGINT)
        assert first.process.returncode == 0
        for name in ("GraphiQL", "/graphql", str(data), " query --as nav-caseworker", " personas", "Stopped."):
            assert name in said
        assert len(re.findall(r"\d+\.\d s$", said, re.MULTILINE)) == 4
        assert "Traceback" not in said
        began = time.monotonic()
        second = start_demo(data)
        took = time.monotonic() - began
        after = bofast(*asked, url=second.url).stdout
        second.stop()
        assert took < 60  # a second or two on a machine that does nothing else
        assert json.loads(after) == json.loads(before)
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE((data / "key").stat().st_mode) == 0o600
