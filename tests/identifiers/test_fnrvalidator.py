"""National ids against another implementation: NAV's validator, run by Node. Skipped where it cannot be had."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from datetime import date
from pathlib import Path
from random import Random

import pytest

from schema.identifiers import InvalidIdentifier, NationalId, PersonNumberKind

PACKAGE = "@navikt/fnrvalidator@2.2.1"
INTEGRITY = "qngIah1xzzaw7fct/TIVN9PamGgEurbD7kEYq0O8hc689UWO4HAZTFaIA5n69hz6/8ZVzpcFSIPG8zx8EyRM0Q=="
NUMBERS = 60_000
SECONDS = 60
SCRIPT = """
const { idnr } = require(process.argv[1]);
const numbers = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(numbers.map((number) => {
  const said = idnr(number);
  return said.status === "valid" ? said.type : null;
})));
"""
TYPES = {
    "fnr": (PersonNumberKind.BIRTH_NUMBER, False),
    "tnr": (PersonNumberKind.BIRTH_NUMBER, True),
    "dnr": (PersonNumberKind.D_NUMBER, False),
    "dnr-and-tnr": (PersonNumberKind.D_NUMBER, True),
    # Numbers of hospitals do not denote persons here.
    "hnr": None,
    "dnr-and-hnr": None,
    None: None,
}


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exactly this package, by its digest; nothing of it is run but the one module."""
    folder = tmp_path_factory.mktemp("fnrvalidator")
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node on this machine")
    command = ["npm", "pack", PACKAGE, "--silent", "--fetch-retries=0", f"--fetch-timeout={SECONDS * 1000}"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip(f"npm cannot fetch {PACKAGE}: there is no network, or no registry")
    (archive,) = folder.glob("*.tgz")
    assert base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() == INTEGRITY
    with tarfile.open(archive) as opened:
        # The digest says that it is the known archive. Early versions of Python 3.11 have no filter to name.
        opened.extractall(folder)
    return folder / "package" / "dist" / "validator.js"


def test_both_say_the_same_of_tens_of_thousands_of_numbers(validator: Path):
    numbers = drawn(Random(2032), NUMBERS)

    theirs = [TYPES[said] for said in asked(validator, numbers)]

    ours = [parsed(number) for number in numbers]
    differing = [(number, a) for number, a, b in zip(numbers, ours, theirs, strict=True) if a != b]
    # Synthetic numbers off the calendar are in use, and are persons here; of the others, no two opinions.
    assert [number for number, sort in differing if sort is None or not is_invented(number)] == []
    # The comparison is worth something: of each sort there are many, and many that are none.
    assert all(ours.count(sort) > NUMBERS // 100 for sort in TYPES.values())


def asked(validator: Path, numbers: list[str]) -> list[str | None]:
    done = subprocess.run(
        ["node", "-e", SCRIPT, str(validator)],
        input=json.dumps(numbers),
        capture_output=True,
        check=True,
        text=True,
        timeout=SECONDS,
    )
    return json.loads(done.stdout)


def parsed(number: str) -> tuple[PersonNumberKind, bool] | None:
    try:
        found = NationalId.parse(number)
    except InvalidIdentifier:
        return None
    return found.kind, found.is_synthetic


def is_invented(number: str) -> bool:
    """A synthetic number of a day that is in no calendar: a month beyond 12, or 31 February."""
    day, month, year = (int(number[at : at + 2]) for at in (0, 2, 4))
    try:
        date(2000 + year, month - 80, day - (40 if day > 40 else 0))
    except ValueError:
        return month > 80
    return False


def drawn(rng: Random, count: int) -> list[str]:
    """Numbers of every sort, days and months at and beyond their ends, check digits right more often than by chance."""
    return [_number(rng) for _ in range(count)]


def _number(rng: Random) -> str:
    day = rng.choice([rng.randint(1, 28), rng.randint(0, 39)]) + rng.choice([0, 40, rng.randint(0, 60)])
    month = rng.choice([rng.randint(1, 12), rng.randint(0, 19)]) + rng.choice([0, 40, 80, 80])
    start = f"{day % 100:02}{month:02}{rng.randrange(100):02}{rng.randrange(1000):03}"
    if rng.random() < 0.1:
        return start + f"{rng.randrange(100):02}"
    first = (rng.choice([11, 12, 13, 14]) - _sum(start, (3, 7, 6, 1, 8, 9, 4, 5, 2))) % 11 % 10
    second = (11 - _sum(f"{start}{first}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11 % 10
    return f"{start}{first}{second}"


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
