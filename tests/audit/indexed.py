"""What the index of subjects holds, and persons that it is about."""

from __future__ import annotations

from typing import Any


async def indexed(owner: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await owner.fetch("SELECT * FROM audit.access_subject ORDER BY id")]


async def kept(owner: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The two tables that the lines are kept in."""
    grounds = await owner.fetch("SELECT * FROM audit.access_ground ORDER BY id")
    entries = await owner.fetch("SELECT * FROM audit.access_entry ORDER BY id")
    return [dict(row) for row in grounds], [dict(row) for row in entries]


async def add_person(owner: Any, person: str, *, protection: str = "UGRADERT", shielded: bool = False) -> None:
    await owner.execute(
        """
        INSERT INTO hub.party (id, kind, sector, name) VALUES ('9901-nav', 'NAV', 'PUBLIC', 'NAV')
        ON CONFLICT DO NOTHING
        """
    )
    await owner.execute(
        """
        INSERT INTO nav.person
            (id, national_id, first_name, last_name, address_grade, protection, shielded, source_party)
        VALUES ($1, $2, 'Test', 'Testesen', 'UGRADERT', $3, $4, '9901-nav')
        """,
        person,
        f"{int(person[-2:]) + 81:011}",
        protection,
        shielded,
    )
