"""A policy file that is not right is refused by `bofast policy check`, by a program that reads it at start, and by a
service that finds it in force: each time with the file, the line and what to do.

That the commands then end, and say so without a traceback, is shown in tests/reload/test_unfit.py.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.gate import PolicyError
from hub.rules import POLICIES, Rules, digest_of, read_folder, rules
from hub.rules.standing import Standing
from hub.settings import SettingsError
from hub.store.policies import Version, activate
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints

FILE = "nav.cedar"
_ID, _BASIS = '@id("nav.eviction-prevention.case")\n', '@basis("STL_17")\n'
_HEAD, _TAIL = 'context.bases.contains("STL_17") && ', "resource.units.contains(principal.unit)\n};\n"
_WHY = '@because("NAV\'s caseworker needs to know the person, the home and the debt to give advice and help.")\n'
# What is done to the file's first policy, and what is said of it.
BAD = {
    "a syntax error": (_TAIL, "resource.units.contains(principal.unit\n};\n", "mend the syntax"),
    "an end that is missing": ("};\n", "}\n", "mend the syntax"),
    "an unknown attribute": (_HEAD + "resource.units", _HEAD + "resource.offices", "see hub/gate/facts.py"),
    "an id that is taken": (_ID, '@id("bank.any.own-submissions")\n', "the id is taken in"),
    "no basis": (_BASIS, "", 'has no @basis("..."); add it'),
    "a basis that is in no register": (_BASIS, '@basis("MADE_UP")\n', "is not in policies/legal_bases.toml"),
    "no sentence": (_WHY, "", 'has no @because("..."); add it'),
    "arithmetic": (_HEAD, f"{_HEAD}resource.grade + 1 > 2 && ", "`add`"),
    "an extension call": (_HEAD, f'{_HEAD}decimal("1.0").lessThan(decimal("2.0")) && ', "state it as a fact"),
    "an optional attribute without has": (_HEAD, f'{_HEAD}context.purpose == "X" && ', "put `has` before"),
}
EVERY_FAULT = pytest.mark.parametrize("fault", BAD)


def bad_text(fault: str) -> str:
    old, new, _ = BAD[fault]
    text = (POLICIES / FILE).read_text(encoding="utf-8")
    assert old in text, fault
    return text.replace(old, new, 1)


def place(fault: str) -> str:
    """The first policy's file and line, and what to do."""
    line = (POLICIES / FILE).read_text(encoding="utf-8").partition(_ID)[0].count("\n") + 1
    return rf"{re.escape(FILE)}:{line}: .*{re.escape(BAD[fault][2])}"


@EVERY_FAULT
def test_check_names_file_line_and_what_to_do(tmp_path: Path, fault: str) -> None:
    folder = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    (folder / FILE).write_text(bad_text(fault), encoding="utf-8")
    done = CliRunner().invoke(app, ["policy", "check", str(folder / FILE)])
    assert done.exit_code == 1
    assert re.search(place(fault), done.stdout), done.stdout


@EVERY_FAULT
def test_folder_is_not_read_at_start(tmp_path: Path, fault: str) -> None:
    folder = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    (folder / FILE).write_text(bad_text(fault), encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        rules(folder)
    assert re.match(place(fault), str(refused.value))


@EVERY_FAULT
def test_service_does_not_start_by_a_set_in_force_that_it_cannot_read(empty_database: Endpoints, fault: str) -> None:
    """As after an upgrade to a program that no longer takes what is in force."""
    files = {**read_folder(POLICIES), FILE: bad_text(fault)}
    with pytest.raises(SettingsError) as refused:
        asyncio.run(_started(empty_database, Version(digest=digest_of(files), files=files)))
    what, todo = refused.value.problems
    assert re.search(place(fault), what), what
    assert "bofast policy reload" in todo


async def _started(database: Endpoints, version: Version) -> None:
    owner = await asyncpg.connect(database.owner)
    try:
        await activate(owner, version, "a test")
    finally:
        await owner.close()
    pool = ReadPool(database.app)
    await pool.start()
    try:
        await Standing(pool, _nothing_of).start()
    finally:
        await pool.close()


def _nothing_of(known: Rules) -> Rules:
    raise AssertionError(f"a set was furnished that cannot be read: {known.digest}")
