"""Parties: the organisations that disclose and receive."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import shared, shared_type
from schema.enums import PartyKind
from schema.scalars import Kommunenummer, Orgnr

ORGANISATION = DataCategory.ORGANISATION


@strawberry.interface(description="Something that is stored under an id of its own.")
class Record:
    """What every type with rows has in common."""

    id: strawberry.ID | None


@shared_type(source=Source.HUB, table="hub.party", category=ORGANISATION, anchor=Anchor.NONE, source_party=None)
class Party:
    """An organisation, or one kind of office of a municipality (part). Source: the hub's register of parties."""

    id: strawberry.ID | None = shared(ORGANISATION, "The hub's id of the party.")
    orgnr: Orgnr | None = shared(
        ORGANISATION, "Organisation number (organisasjonsnummer), 9 digits; none for a private person."
    )
    name: str | None = shared(ORGANISATION, "Name of the party.")
    kind: PartyKind | None = shared(ORGANISATION, "Kind of party.")
    municipality: Kommunenummer | None = shared(
        ORGANISATION, "Municipality number (kommunenummer), 4 digits, for offices of a municipality."
    )
