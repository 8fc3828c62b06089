"""The documents hold together: links lead somewhere, records are numbered, what is named in them exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, anchors, name_of, prose

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"`((?:docker|docs|hub|policies|schema|tests)/[\w./-]*\w)`")
RECORDS = sorted((DOCS / "adr").glob("*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives"]
# A document that names the machine it was written on, or where packages came from, is of no use elsewhere.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.:/\]])/(?:home|root|tmp|var|work|Users)/"),
    "a host of packages": re.compile(
        r"pypi|pythonhosted|npmjs|docker\.io|ghcr\.io|quay\.io|artifactory", re.IGNORECASE
    ),
    "something left to do": re.compile(r"\b(?:TODO|FIXME|TBD|XXX)\b|@@"),
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(page: Path):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert found.is_relative_to(ROOT), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path):
    missing = [path for path in NAMED_FILE.findall(prose(page)) if not list(ROOT.glob(path))]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_nothing_is_named_that_only_one_machine_has(page: Path):
    text = page.read_text(encoding="utf-8")
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_records_of_decisions_are_numbered_without_gaps():
    assert [path.name[:5] for path in RECORDS] == [f"{number:04}-" for number in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=name_of)
def test_record_of_a_decision_has_its_number_its_status_and_its_four_parts(record: Path):
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert re.search(r"^Status: (?:accepted|superseded by \[\d{4}\]\(.+\))$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= 60, "a record is one page"


def test_every_document_can_be_found_from_another():
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in LINK.findall(prose(page))
        if not re.match(r"[a-z]+:|#", target)
    }
    alone = {page for page in PAGES if page.is_relative_to(DOCS)} - linked - {DOCS / "README.md"}
    assert not {name_of(page) for page in alone}
