"""The name of one request, in the answer, in the log and on the record."""

from __future__ import annotations

import re

from hub.store.ids import new_id

# A sender's own id is taken over when it can only be an id: short, one word, and no national id sent by mistake.
TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
NATIONAL_ID = re.compile(r"(?<![A-Za-z0-9])\d{11}(?![A-Za-z0-9])")


def request_id(offered: str | None) -> str:
    """The offered id if it is fit to be logged, else a new one."""
    if offered is not None and TOKEN.fullmatch(offered) and not NATIONAL_ID.search(offered):
        return offered
    return str(new_id())
