"""What happens to the data while the hub is running: each change is undone when its context ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from hub.demo.people import Known
from tests.acceptance.house import House

_RESIDENCE = ("residential_line", "residential_postal_code", "residential_place")
_HOME = ("address_line", "postal_code", "postal_place", "cadastral", "owner_party", "kobo_id")


@contextmanager
def changed(house: House, table: str, row_id: UUID, values: Mapping[str, object]) -> Iterator[None]:
    """A row with other values."""
    before = house.rows(f"SELECT {', '.join(values)} FROM {table} WHERE id = $1", row_id)[0]
    _set(house, table, row_id, values)
    try:
        yield
    finally:
        _set(house, table, row_id, before)


@contextmanager
def protected(house: House, known: Known, protection: str) -> Iterator[None]:
    """A person whose address has just been protected, or who has just been shielded."""
    values: dict[str, Any] = {"shielded": True} if protection == "SHIELDED" else {"protection": protection}
    if protection.startswith("STRENGT"):
        values |= dict.fromkeys(_RESIDENCE)
    with changed(house, "nav.person", known.id, values):
        yield


@contextmanager
def without_address(house: House, subject: Known, *others: Known) -> Iterator[None]:
    """A household whose address nobody knows, in a home that is in no register."""
    home = house.value("SELECT dwelling_id FROM hub.case WHERE subject_id = $1", subject.id)
    with ExitStack() as stack:
        for known in (subject, *others):
            stack.enter_context(changed(house, "nav.person", known.id, dict.fromkeys(_RESIDENCE)))
        stack.enter_context(changed(house, "housing.dwelling", home, dict.fromkeys(_HOME)))
        yield


def _set(house: House, table: str, row_id: UUID, values: Mapping[str, object]) -> None:
    assigned = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, start=2))
    house.execute(f"UPDATE {table} SET {assigned} WHERE id = $1", row_id, *values.values())
