"""`bofast policy reload` from an operator's chair: a good set, the way back, and every sort of bad one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hub.cli import app
from hub.cli.faults import reasons
from hub.rules import Rules
from hub.rules.activation import CommandsUnderWay, reload
from hub.store import policies as stored
from tests.reload.asking import Served, may_read_what_was_closed
from tests.reload.sets import AFTER, BEFORE, files_after, files_before, written

Files = dict[str, str]


def command(served: Served, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["policy", "reload", "--data", str(served.data), *map(str, arguments)])


# --- a good set ------------------------------------------------------------------------------------------------------


def test_good_set_is_in_force_in_every_process_and_on_record_once_the_command_has_returned(
    served: Served, tmp_path: Path
) -> None:
    opened = served.rights()
    done = command(served, "--from", written(files_after(), tmp_path / "policies"))
    assert done.exit_code == 0, done.stderr
    assert f"every process and every request from now on: {AFTER}" in done.stderr
    served.expect_answers_by(AFTER)
    assert served.in_force() == AFTER
    closed = served.rights()
    assert (may_read_what_was_closed(opened), may_read_what_was_closed(closed)) == (True, False)
    assert closed < opened


def test_going_back_is_the_command_that_it_says_and_needs_no_folder(served: Served, both: tuple[Rules, Rules]) -> None:
    opened = served.rights()
    asyncio.run(reload(served.owner, both[1]))
    served.expect_answers_by(AFTER)
    back = command(served)
    assert f"from now on: {BEFORE}" in back.stderr
    served.expect_answers_by(BEFORE)
    assert served.rights() == opened
    said = re.search(r"Going back: bofast policy reload --from (\S+)", back.stderr)
    assert said is not None
    forth = command(served, "--from", said.group(1))
    assert forth.exit_code == 0, forth.stderr
    served.expect_answers_by(AFTER)


def test_set_that_is_in_force_already_is_not_put_in_force_again(served: Served) -> None:
    versions = served.versions()
    done = command(served)
    assert (done.exit_code, served.versions()) == (0, versions)
    assert f"This set was in force already: {BEFORE}" in done.stderr


# --- a bad one -------------------------------------------------------------------------------------------------------


def rewritten(file: str, old: str, new: str) -> Callable[[], Files]:
    def change() -> Files:
        files = files_before()
        assert old in files[file]
        return {**files, file: files[file].replace(old, new, 1)}

    return change


def without(file: str) -> Callable[[], Files]:
    return lambda: {name: text for name, text in files_before().items() if name != file}


_SUBMITTER = "resource.submitter == principal.party"
_NESTED = "(" * 5000 + "true" + ")" * 5000
_CHAINED = " && ".join(["true"] * 5000)
BAD = {
    "syntax": (rewritten("bank.cedar", "};\n", "}\n"), "bank.cedar", "this is not a Cedar policy"),
    "never closed": (rewritten("bank.cedar", "};\n", "\n"), "bank.cedar", "mend the syntax"),
    "attribute unknown": (
        rewritten("bank.cedar", "resource.submitter", "resource.sender"),
        "bank.cedar",
        "see hub/gate/facts.py",
    ),
    "field not in the schema": (
        rewritten("bank.cedar", 'Action::"read:OWN_SUBMISSION"', 'Action::"read:Case.colour"'),
        "bank.cedar",
        "unrecognized action",
    ),
    "no basis": (rewritten("bank.cedar", '@basis("OWN_SUBMISSION")\n', ""), "bank.cedar", 'no @basis("...")'),
    "permit that does not ask for its basis": (
        rewritten("bank.cedar", 'context.bases.contains("OWN_SUBMISSION") && ', ""),
        "bank.cedar",
        "a permit holds only while its basis does: add",
    ),
    "basis not in the register": (
        rewritten("bank.cedar", '@basis("OWN_SUBMISSION")', '@basis("MADE_UP")'),
        "bank.cedar",
        "is not in policies/legal_bases.toml; add it",
    ),
    "id taken": (
        rewritten("bank.cedar", '@id("bank.any.own-submissions")', '@id("bank.any.submit-defaults")'),
        "bank.cedar",
        "give each policy an id of its own",
    ),
    "condition without SQL": (
        rewritten("bank.cedar", _SUBMITTER, f"{_SUBMITTER} && 1 + 1 == 2"),
        "bank.cedar",
        "`add` is not used in policies",
    ),
    "too deep for the parser": (
        rewritten("bank.cedar", _SUBMITTER, f"{_SUBMITTER} && {_NESTED}"),
        "bank.cedar",
        "write it flatter",
    ),
    "too long for the parser": (
        rewritten("bank.cedar", _SUBMITTER, f"{_SUBMITTER} && {_CHAINED}"),
        "bank.cedar",
        "split it into several",
    ),
    "character that the database has not": (rewritten("bank.cedar", "};\n", "};\0\n"), "bank.cedar", "take it out"),
    "nothing that nothing overrides": (without("core.cedar"), "core.cedar", "must be in every set"),
    "register left out": (without("purposes.toml"), "purposes.toml", "the file is missing; add it"),
    "register not TOML": (rewritten("purposes.toml", "[[purpose]]", "[[purpose]"), "purposes.toml", "not TOML"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_set_is_refused_whole_with_file_line_and_what_to_do(served: Served, tmp_path: Path, name: str) -> None:
    change, file, what_to_do = BAD[name]
    before = served.versions(), served.rights()
    done = command(served, "--from", written(change(), tmp_path / "policies"))
    assert done.exit_code == 1
    assert re.search(rf"Nothing was changed:\n  - {re.escape(file)}:\d+: .*{re.escape(what_to_do)}", done.stderr)
    assert (served.versions(), served.rights()) == before
    served.expect_answers_by(BEFORE)


def test_what_is_no_set_is_refused_plainly(served: Served, tmp_path: Path) -> None:
    versions = served.versions()
    latin = written(files_before(), tmp_path / "latin")
    (latin / "bank.cedar").write_bytes("// blå".encode("latin-1"))
    (tmp_path / "empty").mkdir()
    for given, code, said in (
        (latin, 1, "bank.cedar:1: the file is not text in UTF-8"),
        (tmp_path / "empty", 1, "name a folder that holds them"),
        (tmp_path / "absent", 2, "is neither a folder nor the digest of a set"),
        ("0" * 64, 2, "No set with this digest was ever in force"),
    ):
        done = command(served, "--from", given)
        assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    assert served.versions() == versions


def test_database_that_is_not_named_or_not_there_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL_OWNER", raising=False)
    unnamed = CliRunner().invoke(app, ["policy", "reload"])
    assert unnamed.exit_code == 1
    assert "DATABASE_URL_OWNER" in unnamed.stderr
    assert "name the data folder of a demo with --data" in unnamed.stderr
    elsewhere = CliRunner().invoke(app, ["policy", "reload", "--data", str(tmp_path)])
    assert (elsewhere.exit_code, "is not the data folder of a demo" in elsewhere.stderr) == (2, True)


# --- somebody else is at it ------------------------------------------------------------------------------------------


def test_reload_gives_up_where_another_keeps_at_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "LOCK_SECONDS", 0.1)
    with served.holding("SELECT pg_advisory_lock(hashtext('bofast.policies.reload'))"):
        done = command(served)
    assert done.exit_code == 1
    assert "Somebody else is changing the policies just now. Try again when that is done." in done.stderr


def test_reload_that_cannot_wait_for_commands_takes_the_wider_rights_back(
    served: Served, both: tuple[Rules, Rules], monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(reload(served.owner, both[1]))
    rights = served.rights()
    monkeypatch.setattr(stored, "LOCK_SECONDS", 0.1)
    with (
        served.holding("SELECT pg_advisory_lock_shared(hashtext('bofast.policies'))"),
        pytest.raises(CommandsUnderWay) as refused,
    ):
        asyncio.run(reload(served.owner, both[0]))
    [sentence] = reasons(refused.value)
    assert sentence == "Commands that were decided by the policies in force are not done yet. Try again."
    assert served.rights() == rights
    served.expect_answers_by(AFTER)
