"""The page on changing a policy is done as it stands, on a copy of the program, and says what the program then says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import DOCS, ROOT
from tests.running import BOFAST, clean_environment

PAGE = DOCS / "policies.md"
LEFT_OUT = "…"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(policies/[\w/.-]+)`")
# These need a demo that runs: tests/reload and tests/acceptance show them.
_ELSEWHERE = ("bofast policy reload", "bofast query")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the page: its language, its text, and the file that the sentence before it names."""

    language: str
    text: str
    file: str | None


def blocks(page: str) -> Iterator[Block]:
    end = 0
    for found in _BLOCK.finditer(page):
        named = _FILE.findall(page[end : found.start()])
        yield Block(language=found.group(1), text=found.group(2), file=named[-1] if named else None)
        end = found.end()


def change(folder: Path, block: Block) -> None:
    """Do to the file what the block shows: a policy or a case at its end, a line more within."""
    assert block.file is not None, block.text
    path = folder / block.file
    text = path.read_text(encoding="utf-8")
    if block.language == "diff":
        old = "".join(line[1:] for line in block.text.splitlines(keepends=True) if line[0] != "+")
        new = "".join(line[1:] for line in block.text.splitlines(keepends=True))
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
    else:
        path.write_text(f"{text}\n{block.text}", encoding="utf-8")


def run(folder: Path, command: str) -> str:
    """What the command says: its answer, then what it says beside it."""
    words = shlex.split(command)
    words = [*BOFAST, *words[1:]] if words[0] == "bofast" else words
    done = subprocess.run(
        words, cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def missing(shown: str, said: str) -> list[str]:
    """Lines of the page that the program does not say, or not in this order."""
    rest = iter(said.splitlines())
    wanted = [line.rstrip() for line in shown.splitlines() if line not in (LEFT_OUT, "")]
    return [line for line in wanted if not any(_like(line).fullmatch(one.rstrip()) for one in rest)]


def _like(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.split(LEFT_OUT)))


def test_what_the_page_does_is_done_and_said_as_it_shows(tmp_path: Path) -> None:
    for part in ("hub", "policies", "schema"):
        shutil.copytree(ROOT / part, tmp_path / part)
    page = PAGE.read_text(encoding="utf-8")
    reading, changing = page.split("\n## Change\n")
    said, done = "", 0
    for block in [*(one for one in blocks(reading) if one.language != "cedar"), *blocks(changing)]:
        match block.language:
            case "sh" if block.text.startswith(_ELSEWHERE):
                said = ""
            case "sh":
                said = run(tmp_path, block.text)
                done += 1
            case "text":
                assert not said or missing(block.text, said) == [], said
            case "cedar" | "toml" | "diff":
                change(tmp_path, block)
            case _:
                said = ""
    assert done == 10


def test_policy_that_the_page_quotes_is_the_policy() -> None:
    quoted = next(block.text for block in blocks(PAGE.read_text(encoding="utf-8")) if block.language == "cedar")
    assert quoted in (ROOT / "policies" / "enforcement.cedar").read_text(encoding="utf-8")


def test_agreement_that_the_page_quotes_says_so() -> None:
    quoted = re.findall(r"^> (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    agreement = (DOCS / "agreements" / "enforcement.md").read_text(encoding="utf-8")
    assert quoted
    assert all(sentence in agreement for sentence in quoted)
