"""That time tells nothing, measured. Not a part of `make test`: it needs a quiet machine. `make timing` runs it."""

from __future__ import annotations

import pytest

from tests.noninterference.timing import report

PAIRS = 2_000


@pytest.mark.slow
def test_time_does_not_tell_hidden_from_absent() -> None:
    assert [str(found) for found in report(PAIRS) if found.tells] == []
