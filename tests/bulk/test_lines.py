"""However a stream is cut into parts and slices, its lines are the same; and both formats hold the same rows."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from hub.bulk.fields import columns, row_of
from hub.bulk.forms import json_schema, template
from hub.bulk.lines import cut
from hub.bulk.reading import reader
from hub.bulk.start import Media, header_of
from hub.intake.model import Fault
from schema.build import SCHEMA
from schema.commands.defaults import MortgageDefaultRow
from tests.bulk.sending import csv_of

LONGEST = 20


def cut_up(content: bytes, part: int, most: int) -> list[bytes]:
    """As slices do it."""
    lines: list[bytes] = []
    carry = b""
    for start in range(0, len(content), part):
        body, at = content[start : start + part], 0
        while at < len(body):
            found, at, carry = cut(carry, body, at, most=most, longest=LONGEST)
            assert len(found) <= most
            assert len(carry) <= LONGEST + 1
            lines += found
    return [*lines, carry.removesuffix(b"\r")] if carry else lines


@given(
    content=st.lists(st.sampled_from([b"a", b"bb", b"\n", b"\r\n", b"c" * 30, b"\xe6"]), max_size=30).map(b"".join),
    part=st.integers(1, 12),
    most=st.integers(1, 4),
)
def test_lines_are_the_same_however_they_are_cut(content: bytes, part: int, most: int) -> None:
    lines = content.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    found = cut_up(content, part, most)
    assert len(found) == len(lines)
    for line, one in zip(lines, found, strict=True):
        whole = line.removesuffix(b"\r")
        # Of one that is too long, so much that it can be told.
        assert one == whole if len(line) <= LONGEST else len(one) >= LONGEST


_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12)
_ROWS = st.fixed_dictionaries(
    {
        "loanType": st.sampled_from(["BANK_LOAN", "STARTLAN", "GRUNNLAN"]),
        "loanRef": _TEXT,
        "debtorNationalId": _TEXT,
        "firstUnpaidDue": st.dates().map(str),
        "unpaidTerms": st.integers(-(10**6), 10**6),
        "arrears": st.integers(-(10**15), 10**15),
    },
    optional={
        "debtorName": st.fixed_dictionaries({"first": _TEXT, "last": _TEXT}),
        "debtorAddress": st.fixed_dictionaries({"line": _TEXT, "postalCode": _TEXT, "place": _TEXT}),
        "interestAccrued": st.integers(-(10**15), 10**15),
        "consentId": _TEXT,
    },
)


@given(_ROWS)
def test_row_is_the_same_row_in_both_formats(values: dict[str, Any]) -> None:
    by_json = reader(MortgageDefaultRow, (), 16_384)(orjson.dumps(values))
    head, line = csv_of([values]).removesuffix(b"\n").split(b"\n")
    header = header_of(MortgageDefaultRow, Media.CSV, head + b"\n", 16_384)
    assert isinstance(by_json, MortgageDefaultRow)
    assert reader(MortgageDefaultRow, header, 16_384)(line) == by_json


@given(st.binary(max_size=60))
def test_whatever_a_line_holds_it_is_a_row_or_a_fault_in_words_of_ours(line: bytes) -> None:
    names = template(MortgageDefaultRow).strip().split(",")
    for header in ((), tuple(names)):
        read = reader(MortgageDefaultRow, header, 50)(line)
        assert isinstance(read, Fault | MortgageDefaultRow)
        if isinstance(read, Fault):
            assert read.field == "row" or read.field in {*names, "debtorName", "debtorAddress"}


def test_template_and_schema_have_what_the_type_has() -> None:
    declared = SCHEMA._schema.type_map["MortgageDefaultRow"]
    schema = json_schema(MortgageDefaultRow)
    assert list(schema["properties"]) == list(declared.fields)
    assert [column.path.split(".")[0] for column in columns(row_of(MortgageDefaultRow)) if "." not in column.path] == [
        name for name in declared.fields if name not in ("debtorName", "debtorAddress")
    ]
    assert schema["properties"]["loanType"]["enum"] == ["BANK_LOAN", "STARTLAN", "GRUNNLAN"]
    assert all(value["description"] for value in schema["properties"].values())
