"""Customers who have consented, and rows about their loans. Everybody is made up: month + 80."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import asyncpg

from hub.demo.numbers import NationalIds
from hub.demo.offices import BANK, TESTBY
from hub.demo.people import KNOWN
from hub.store.ids import new_id

CUSTOMERS = 10_000
"""More than rows of a slice, so that each row has a customer of its own there."""


async def add_customers(owner: asyncpg.Connection, count: int = CUSTOMERS) -> list[str]:
    """Their numbers. Each is in the register and lets the bank tell NAV of a default."""
    chance, numbers = Random(20261130), NationalIds(known.national_id for known in KNOWN)
    now = datetime.now(UTC)
    people = [
        (new_id(), numbers.draw(chance, date(1940, 1, 1) + timedelta(days=chance.randrange(20_000))))
        for _ in range(count)
    ]
    consents = [(new_id(), person) for person, _ in people]
    await owner.executemany(
        "INSERT INTO nav.person (id, national_id, first_name, last_name, address_grade, protection, shielded,"
        " source_party) VALUES ($1, $2, 'Test', 'Person', 'UGRADERT', 'UGRADERT', false, 'nav')",
        people,
    )
    await owner.executemany(
        "INSERT INTO hub.consent (id, kind, subject_id, source_party, recipient_party, purpose, categories)"
        " VALUES ($1, 'CONSENT_BANK_SECRECY', $2, $3, $4, 'EVICTION_PREVENTION', ARRAY['LOAN_DEFAULT'])",
        [(consent, person, BANK, TESTBY.nav) for consent, person in consents],
    )
    await owner.executemany(
        "INSERT INTO hub.consent_event (consent_id, kind, given_at, effective_at, recorded_by, given_by, assurance,"
        " collection_method, notice_version, notice_sha256, language, expires_at) VALUES ($1, 'GIVEN', $2, $2,"
        " 'citizen', 'SELF', 4, 'IDPORTEN_UI', '1', repeat('a', 64), 'nb', $3)",
        [(consent, now - timedelta(days=30), now + timedelta(days=300)) for consent, _ in consents],
    )
    await owner.execute("TRUNCATE hub.outbox")
    await owner.execute("VACUUM ANALYZE")
    return [number for _, number in people]


def row(number: int, debtors: list[str]) -> dict[str, Any]:
    """A row as a bank sends it, with name and address."""
    return {
        "loanType": "BANK_LOAN",
        "loanRef": f"BL-{number:08}",
        "debtorNationalId": debtors[number % len(debtors)],
        "debtorName": {"first": "Test", "last": "Person"},
        "debtorAddress": {"line": "Testveien 12", "postalCode": "9901", "place": "Testby"},
        "firstUnpaidDue": "2026-09-01",
        "unpaidTerms": 1 + number % 12,
        "arrears": 100_000 + number,
        "interestAccrued": number % 1_000,
    }
