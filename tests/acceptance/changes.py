"""What happens to the data while the hub is running: each change is undone when its context ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from hub.demo.people import Known
from hub.store.ids import new_id
from tests.acceptance.house import House

_RESIDENCE = ("residential_line", "residential_postal_code", "residential_place")
_HOME = ("address_line", "postal_code", "postal_place", "cadastral", "kobo_id")

_MANDATE = """
    INSERT INTO hub.mandate (id, kind, giver_id, holder_id, areas, rights, valid_from, valid_to, recorded_at)
    VALUES ($1, 'VERGEMAL', $2, $3, $4, '{READ}', $5, $6, now())"""
_MANDATE_EVENT = """
    INSERT INTO hub.mandate_event (id, mandate_id, kind, effective_at, recorded_at, recorded_by)
    VALUES ($1, $2, $3, now(), now(), 'Statsforvalteren')"""
_CONSENT = """
    INSERT INTO hub.consent (id, kind, subject_id, source_party, recipient_party, purpose, categories,
        recorded_at)
    VALUES ($1, 'CONSENT_LIFTS_CONFIDENTIALITY', $2, $3, $4, $5, $6, now())"""
_CONSENT_GIVEN = """
    INSERT INTO hub.consent_event (id, consent_id, kind, given_at, effective_at, recorded_at, recorded_by, given_by,
        assurance, collection_method, notice_version, notice_sha256, language, expires_at)
    VALUES ($1, $2, $3, now(), now(), now(), 'citizen', 'SELF', 4, 'IDPORTEN_UI', '2026-1', repeat('a', 64), 'nb',
        now() + interval '10 years')"""
_CONSENT_EVENT = """
    INSERT INTO hub.consent_event (id, consent_id, kind, effective_at, recorded_at, recorded_by)
    VALUES ($1, $2, $3, now(), now(), 'citizen')"""


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


def give_mandate(
    house: House, giver: Known, holder: Known, areas: list[str], *, first: date, last: date | None = None
) -> UUID:
    """A guardianship, on legal days."""
    mandate = new_id()
    house.execute(_MANDATE, mandate, giver.id, holder.id, areas, first, last)
    house.execute(_MANDATE_EVENT, new_id(), mandate, "GRANTED")
    return mandate


def revoke(house: House, mandate: UUID) -> None:
    """The guardianship ends here and now."""
    house.execute(_MANDATE_EVENT, new_id(), mandate, "REVOKED")


def give_consent(house: House, giver: Known, source: str, recipient: str, purpose: str, categories: list[str]) -> UUID:
    """A consent that has just been given, for ten years."""
    consent = new_id()
    house.execute(_CONSENT, consent, giver.id, source, recipient, purpose, categories)
    house.execute(_CONSENT_GIVEN, new_id(), consent, "GIVEN")
    return consent


def withdraw(house: House, consent: UUID) -> None:
    """The consent is withdrawn here and now."""
    house.execute(_CONSENT_EVENT, new_id(), consent, "WITHDRAWN")


def renew(house: House, consent: UUID) -> None:
    """The consent is given again."""
    house.execute(_CONSENT_GIVEN, new_id(), consent, "RENEWED")


def _set(house: House, table: str, row_id: UUID, values: Mapping[str, object]) -> None:
    assigned = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, start=2))
    house.execute(f"UPDATE {table} SET {assigned} WHERE id = $1", row_id, *values.values())
