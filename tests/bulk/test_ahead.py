"""A slice that was read ahead is the one that is read when it is its turn, and is used for no other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.bulk.ahead import FILES, Ahead, Place, Slice, place_of
from hub.bulk.parts import RECEIVED
from hub.bulk.start import Media
from hub.demo.people import EVA
from hub.identity.model import Inquiry
from hub.intake.batch import Seal
from hub.intake.mortgage import mortgage_defaults, stated_columns
from hub.store.ids import new_id
from hub.store.tables import Upload
from schema.commands.defaults import MortgageDefaultRow
from schema.identifiers import Population
from tests.bulk.sending import ndjson
from tests.intake.factory import bank, inquiry, row

_DAY = date(2026, 11, 30)
_SENT = inquiry(bank(), on=_DAY)
_LINE = st.sampled_from([ndjson([row(EVA.national_id, loanRef=f"BL-{number}")]) for number in range(3)] + [b"{}\n"])


def reading(rows: int = 2) -> Ahead:
    form: Any = mortgage_defaults(None, Population.SYNTHETIC)  # type: ignore[arg-type]  -- nothing is decided here
    return Ahead(
        form=form, row=MortgageDefaultRow, stated=stated_columns, longest=1_000, seal=Seal(bytes(32)), rows=rows
    )


def upload_of(parts: list[bytes]) -> Upload:
    return Upload(
        id=new_id(),
        submitter_party="313800105",
        kind="MORTGAGE_DEFAULT",
        idempotency_key="a key of the sender",
        media=Media.NDJSON,
        columns=[],
        requester={},
        consumer="313800105",
        purpose=None,
        request_id="r",
        state=RECEIVED,
        received_at=_SENT.received_at,
        judged_at=None,
        part_count=len(parts),
        part_no=0,
        part_at=0,
        carry=b"",
        rows_judged=0,
    )


def go_on(upload: Upload, place: Place) -> None:
    upload.part_no, upload.part_at, upload.carry, upload.rows_judged = place.no, place.at, place.carry, place.rows


async def slices(parts: list[bytes], rows: int, *, is_ahead: bool) -> list[Slice]:
    ahead, upload, found = reading(rows), upload_of(parts), list[Slice]()
    while not found or not found[-1].is_last:
        place = place_of(upload)
        begun = ahead.taken(upload, _SENT)
        assert (begun is not None) == (is_ahead and bool(found))
        found.append(await (begun or ahead.read(upload, _SENT, place, parts[place.no])))
        go_on(upload, found[-1].following)
        if is_ahead and not found[-1].is_last:
            ahead.begin(upload, _SENT, found[-1].following, parts[found[-1].following.no])
    return found


@settings(deadline=None)
@given(st.lists(_LINE, min_size=1, max_size=9).map(b"".join), st.integers(40, 900), st.integers(1, 4))
def test_slices_are_the_same_whether_or_not_they_are_read_ahead(content: bytes, part: int, rows: int) -> None:
    parts = [content[at : at + part] for at in range(0, len(content), part)]
    one = asyncio.run(slices(parts, rows, is_ahead=True))
    other = asyncio.run(slices(parts, rows, is_ahead=False))
    assert [(each.rows, each.faults, each.following, each.finished) for each in one] == [
        (each.rows, each.faults, each.following, each.finished) for each in other
    ]
    assert [digest for each in one for digest in each.digests] == [digest for each in other for digest in each.digests]
    assert sum(len(each.rows) for each in one) == content.count(b"\n")


def elsewhere(upload: Upload) -> None:
    upload.part_at = 1


def later(upload: Upload) -> None:
    upload.rows_judged = 5


@pytest.mark.parametrize("moved", [elsewhere, later])
async def test_slice_is_used_for_no_other_place(moved: Any) -> None:
    ahead, upload = reading(), upload_of([ndjson([row(EVA.national_id)])])
    ahead.begin(upload, _SENT, place_of(upload), b"{}\n")
    moved(upload)
    assert ahead.taken(upload, _SENT) is None


@pytest.mark.parametrize(
    "now",
    [
        replace(_SENT, requester=bank("999999999")),
        replace(_SENT, requester=replace(_SENT.requester, municipality="9901")),
        replace(_SENT, received_at=_SENT.received_at + timedelta(days=1)),
    ],
    ids=["another sender", "another office", "another day"],
)
async def test_slice_is_used_for_no_other_sender(now: Inquiry) -> None:
    ahead, upload = reading(), upload_of([ndjson([row(EVA.national_id)])])
    ahead.begin(upload, _SENT, place_of(upload), b"{}\n")
    assert ahead.taken(upload, now) is None
    assert ahead.taken(upload, _SENT) is None


async def test_slice_is_used_once() -> None:
    """Of one that was rolled back, faults were found in the database that need not be there the next time."""
    ahead, upload = reading(), upload_of([b"{}\n"])
    ahead.begin(upload, _SENT, place_of(upload), b"{}\n")
    taken = ahead.taken(upload, _SENT)
    assert taken is not None
    assert len((await taken).faults) == 1
    assert ahead.taken(upload, _SENT) is None


async def test_slices_that_are_kept_are_bounded() -> None:
    ahead, uploads = reading(), [upload_of([b"{}\n"]) for _ in range(FILES + 1)]
    for upload in uploads:
        ahead.begin(upload, _SENT, place_of(upload), b"{}\n")
    assert [ahead.taken(upload, _SENT) is None for upload in uploads] == [True] + [False] * FILES
