"""`bofast policy`: the read-outs of the rules, checks that name a line, and differences with an example."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.demo.load import load
from hub.store import migrate
from hub.store.embedded import EmbeddedServer
from tests.gate import real
from tests.running import data_folder

LOAN = "MortgageLoan.outstanding"


def run(*arguments: str):
    return CliRunner().invoke(app, ["policy", *arguments])


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the policies to change."""
    return Path(shutil.copytree(real.POLICIES, tmp_path / "policies"))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- matrix ----------------------------------------------------------------------------------------------------------


def test_matrix_shows_every_group_beside_every_party():
    done = run("matrix")

    assert done.exit_code == 0
    assert "Financial aid" in done.stdout
    assert "bofast policy matrix --party nav" in done.stdout


def test_matrix_of_one_party_tells_conditions_policies_and_what_is_presupposed():
    done = run("matrix", "--party", "housing-support")

    assert "consent to HEALTH_NEED" in done.stdout
    assert "HOL_FOLLOW_UP" in done.stdout
    assert "the own unit takes part in the case" in done.stdout
    assert re.search(r"Nothing of: .*Comparison of costs", done.stdout)


def test_matrix_of_an_unknown_party_names_the_known():
    done = run("matrix", "--party", "police")

    assert done.exit_code == 2
    assert "enforcement" in done.stderr


def test_the_committed_matrix_is_checked():
    done = run("matrix", "--check")

    assert done.exit_code == 0, done.stderr
    assert "cells are as expected" in done.stderr


# --- check -----------------------------------------------------------------------------------------------------------


def test_the_shipped_policies_pass():
    done = run("check")

    assert done.exit_code == 0, done.stdout
    assert "each has an id, a basis, a sentence and a case" in done.stderr


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("};\n", "}\n", "this is not a Cedar policy"),
        ('@basis("OWN_SUBMISSION")\n', "", 'no @basis("...")'),
        ('@basis("OWN_SUBMISSION")', '@basis("MADE_UP")', "is not in policies/legal_bases.toml"),
        ('@id("bank.any.own-submissions")', '@id("nav.protection.address-mark")', "the id is taken in"),
        ("resource.submitter ==", "resource.sender ==", "see hub/gate/facts.py"),
        ('@id("bank.any.own-submissions")', '@id("bank.any.something-new")', "it has no case"),
        ('@because("The bank sees the defaults that it sent itself, as it sent them.")\n', "", "no @because"),
    ],
)
def test_a_policy_that_is_not_right_is_named_with_its_line_and_what_to_do(policies, old, new, what):
    rewrite(policies / "bank.cedar", old, new)

    done = run("check", str(policies / "bank.cedar"))

    assert done.exit_code == 1
    assert re.search(rf"bank\.cedar:\d+: .*{re.escape(what)}", done.stdout), done.stdout


def test_every_finding_is_told_at_once(policies):
    rewrite(policies / "bank.cedar", '@basis("OWN_SUBMISSION")', '@basis("MADE_UP")')
    rewrite(policies / "nav.cedar", '@basis("STL_17")', '@basis("MADE_UP")')

    done = run("check", str(policies / "bank.cedar"), str(policies / "nav.cedar"))

    assert done.exit_code == 1
    assert "bank.cedar:" in done.stdout
    assert "nav.cedar:" in done.stdout


def test_a_case_of_a_policy_that_is_gone_is_named(policies):
    rewrite(policies / "bank.cedar", "bank.any.own-submissions", "bank.any.something-new")

    done = run("check", str(policies / "bank.cedar"))

    assert re.search(r"cases/bank\.toml:\d+: there is no policy bank\.any\.own-submissions", done.stdout)


# --- diff ------------------------------------------------------------------------------------------------------------


def test_a_folder_does_not_differ_from_itself():
    done = run("diff", str(real.POLICIES), str(real.POLICIES))

    assert done.exit_code == 0
    assert "permit the same" in done.stderr


def test_a_difference_is_shown_with_a_request(policies):
    rewrite(policies / "bank.cedar", 'resource.consented.contains("PLAN_STATUS")', "true")

    done = run("diff", str(real.POLICIES), str(policies))

    assert done.exit_code == 1
    assert "bank sees more (B101, B103, B104): " in done.stdout
    assert "opened by bank.refinancing.plan-status" in done.stdout
    assert "not consent to PLAN_STATUS" in done.stdout
    assert re.search(r"e\.g\. as = bank; purpose = B101; action = \S+; row = \{ .*consented = \[\]", done.stdout)


def test_a_purpose_that_carries_another_basis_is_a_difference(policies):
    rewrite(
        policies / "purposes.toml", '    "STL_17",\n    "STL_43",\n    "STL_44",\n', '    "STL_43",\n    "STL_44",\n'
    )

    done = run("diff", str(policies), str(real.POLICIES))

    assert done.exit_code == 1
    assert "nav sees more (B101)" in done.stdout


@pytest.mark.parametrize("name", ["no-such-revision", "--upload-pack=x", "/"])
def test_what_holds_no_policies_is_refused(name):
    done = run("diff", "--", name, str(real.POLICIES))

    assert done.exit_code == 2
    assert done.stderr


# --- explain ---------------------------------------------------------------------------------------------------------


def test_without_a_case_conditions_about_the_row_stay_open():
    done = run("explain", "--party", "nav", "--purpose", "B101", "--field", LOAN)

    assert done.exit_code == 0
    assert "permit nav.eviction-prevention.bank-loan may open" in done.stdout
    assert "consent to LOAN_DETAILS" in done.stdout
    assert "forbid core.impartiality.own-case may close" in done.stdout
    assert "The field: depends on what is open." in done.stdout


def test_a_leg_that_fails_whatever_the_row_is_told():
    done = run("explain", "--party", "nav", "--field", LOAN)

    assert re.search(r"no +basis BANK_CUSTOMER_CONSENT", done.stdout)
    assert "The field: not granted." in done.stdout


def test_where_no_permit_is_about_the_requester_that_is_said():
    done = run("explain", "--party", "bank", "--purpose", "B103", "--field", "CostComparison.nights")

    assert "what nothing permits is denied" in done.stdout
    assert "The field: not granted." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--party", "nav", "--field", "MortgageLoan.colour"), "outstanding"),
        (("--party", "nav", "--field", "Loan"), "Type.field"),
        (("--party", "police", "--field", LOAN), "enforcement"),
        (("--party", "bank", "--purpose", "B102", "--field", LOAN), "B103"),
        (("--field", LOAN), "--as"),
        (("--party", "nav", "--case", "1", "--field", LOAN), "--as"),
        (("--as", "nobody", "--field", LOAN), "bofast personas"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_what_does(arguments, hint):
    done = run("explain", *arguments)

    assert done.exit_code == 2
    assert hint in done.stderr


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Path, EmbeddedServer]]:
    """A data folder with the demo's named persons."""
    with data_folder() as folder, EmbeddedServer(folder, durable=False) as server:
        migrate.upgrade(server.endpoints().owner)
        asyncio.run(load(server.endpoints().owner, cases=0))
        yield folder, server


def case_of(server: EmbeddedServer, last_name: str) -> str:
    found = server.execute(
        "COPY (SELECT c.id FROM hub.case c JOIN nav.person p ON p.id = c.subject_id"
        f" WHERE p.first_name = '{last_name}') TO STDOUT",
        "bofast",
    )
    return re.findall(r"[0-9a-f-]{36}", found)[0]


def test_on_a_case_each_leg_is_tried(demo):
    folder, server = demo
    case = case_of(server, "Eva")

    done = run(
        "explain", "--as", "nav-caseworker", "--purpose", "B101", "--field", LOAN, "--case", case, "--data", str(folder)
    )

    assert done.exit_code == 0, done.stderr
    assert re.search(r"yes +the own unit takes part in the case", done.stdout)
    assert re.search(r"no +it is close family", done.stdout)
    assert " ? " not in done.stdout
    assert "Row 1 of 2" in done.stdout


def test_the_sister_is_told_which_forbid_closed(demo):
    folder, server = demo
    case = case_of(server, "Kari")

    done = run(
        "explain",
        "--as",
        "nav-sister",
        "--purpose",
        "B101",
        "--field",
        "Case.caseNo",
        "--case",
        case,
        "--data",
        str(folder),
    )

    assert "forbid core.impartiality.close-family closes" in done.stdout
    assert re.search(r"yes +it is close family", done.stdout)
    assert "The field: not granted." in done.stdout


def test_a_case_that_is_not_there_is_told(demo):
    folder, _ = demo
    unknown = "00000000-0000-4000-8000-000000000000"

    done = run("explain", "--as", "nav-caseworker", "--field", LOAN, "--case", unknown, "--data", str(folder))

    assert done.exit_code == 1
    assert "no such case" in done.stderr


@pytest.mark.parametrize(
    ("case", "field", "said"),
    [
        ("no-id", LOAN, "not an id"),
        ("00000000-0000-4000-8000-000000000000", "SubmittedDefault.code", "not part of a case"),
    ],
)
def test_what_cannot_be_tried_on_a_case_is_refused(demo, case, field, said):
    folder, _ = demo

    done = run("explain", "--as", "nav-caseworker", "--field", field, "--case", case, "--data", str(folder))

    assert done.exit_code == 2
    assert said in done.stderr


def test_without_a_demo_a_persona_cannot_be_explained(tmp_path):
    done = run("explain", "--as", "nav-caseworker", "--field", LOAN, "--data", str(tmp_path))

    assert done.exit_code == 1
    assert "bofast demo" in done.stderr
    assert list(tmp_path.iterdir()) == []
