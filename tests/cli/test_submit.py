"""`bofast submit` from a user's chair: checked, sent, waited for and told of; and once, however often it is run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from hub.bulk.parts import PART
from tests.bulk.sending import csv_of, ndjson
from tests.intake.factory import row, strangers
from tests.running import BOFAST, Demo, bofast, clean_environment, data_folder, running_demo


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with data_folder() as data, running_demo(data) as running:
        yield running


def sent(file: Path, demo: Demo, *more: str) -> subprocess.CompletedProcess[str]:
    return bofast("submit", str(file), "--as", "bank-system", *more, url=demo.url)


def plain(text: str) -> str:
    """Without the widths of a table."""
    return " ".join(text.split())


def test_file_is_sent_and_what_became_of_its_rows_is_shown_by_line(demo: Demo, tmp_path: Path) -> None:
    file, results = tmp_path / "rows.csv", tmp_path / "results.ndjson"
    (stranger,) = strangers(1)
    file.write_bytes(csv_of([row(), row(stranger), row(loanRef="BL-2")]))
    done = sent(file, demo, "--results", str(results))
    assert done.returncode == 1
    assert "2 of 3 rows accepted, 1 rejected" in done.stdout
    assert "3 NO_BASIS consentId There is no consent in force that lets you share this default." in plain(done.stderr)
    lines = [orjson.loads(line) for line in results.read_bytes().splitlines()]
    assert [line["outcome"] for line in lines] == ["ACCEPTED", "REJECTED", "ACCEPTED"]
    # Again: it is the same submission.
    again = sent(file, demo)
    assert (again.stdout, "It was sent before" in again.stderr) == (done.stdout, True)
    # Another file under the same name is another submission.
    file.write_bytes(csv_of([row(loanRef="BL-3")]))
    other = sent(file, demo)
    assert other.returncode == 0
    assert other.stdout.split(":")[0] != done.stdout.split(":")[0]


def test_file_with_faults_is_not_sent_and_they_are_shown_by_line(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_bytes(ndjson([row(), row("12345678901"), row(arrears=-1)]) + b"no json\n")
    done = sent(file, demo)
    assert (done.returncode, done.stdout) == (1, "")
    for told in ("2 INVALID_ID debtorNationalId", "3 BAD_VALUE arrears", "4 BAD_VALUE row"):
        assert told in plain(done.stderr)
    assert "Nothing was sent. Rows that are not fit to be: 3 of 4." in done.stderr
    assert not list(tmp_path.glob("*.submission"))
    all_the_same = sent(file, demo, "--with-faults")
    assert all_the_same.returncode == 1
    assert "1 of 4 rows accepted, 3 rejected" in all_the_same.stdout


def test_unreadable_file_is_told_what_is_wrong_with_its_first_line(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of([row()]).replace(b",", b";"))
    done = sent(file, demo, "--with-faults")
    assert (done.returncode, done.stdout) == (1, "")
    assert "1 BAD_USER_INPUT file The columns are not separated by commas." in plain(done.stderr)


def test_interrupted_file_goes_on_where_it_was(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_bytes(ndjson([row(loanRef=f"BL-{number}") for number in range(12_000)]))
    command = [*BOFAST, "submit", str(file), "--as", "bank-system", "--url", demo.url]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    )
    note = file.with_name(f"{file.name}.submission")
    while not note.exists() or not note.read_text():
        time.sleep(0.005)
    time.sleep(0.4)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    key = json.loads(note.read_text())["key"]
    assert file.stat().st_size > PART
    done = sent(file, demo)
    assert done.returncode == 0
    assert "12000 of 12000 rows accepted, 0 rejected" in done.stdout
    assert json.loads(note.read_text())["key"] == key


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Name the file"),
        (("rows.txt", "--as", "bank-system"), "neither .csv nor .ndjson"),
        (("gone.csv", "--as", "bank-system"), "There is no file gone.csv."),
    ],
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], told: str) -> None:
    done = bofast("submit", *arguments)
    assert (done.returncode, told in done.stderr) == (2, True)


def test_sender_has_to_be_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of([row()]))
    assert bofast("submit", str(file)).returncode == 2


def test_who_may_not_send_is_told_so(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of([row()]))
    done = bofast("submit", str(file), "--as", "nav-caseworker", url=demo.url)
    assert (done.returncode, "403" in done.stderr) == (1, True)


def test_template_and_schema_are_printed_without_a_hub() -> None:
    assert bofast("submit", "--template").stdout.encode() == csv_of([])
    assert json.loads(bofast("submit", "--schema").stdout)["title"] == "MortgageDefaultRow"
