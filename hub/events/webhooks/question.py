"""Whether a party may be told, asked when it is told: as the system that registered the webhook would ask, by the desk.

Each kind of event has one document. What is answered stays here: it says whether there is something to see, and what a
call may name. A call names a consent, since that is what a party outside knows a case by; of several that open the
same, the one that the decision rests on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol
from uuid import UUID

import orjson

from hub.audit import AccessEvent
from hub.commands.keys import Digests
from hub.errors import Refused
from hub.events.webhooks.queue import Delivery, Endpoint
from hub.identity.claims import SystemClaims
from hub.identity.model import Inquiry, Requester
from hub.identity.purposes import PurposeRegister
from hub.identity.snapshot import legal_day
from hub.operation.request import GraphQLRequest
from hub.plan.desk import Answer, Desk
from schema.identifiers import OrganisationNumber

_USE: Final = b"webhooks: what was told, 1"


class Rooms(Protocol):
    """What one set of rules has a say in."""

    @property
    def purposes(self) -> PurposeRegister: ...
    @property
    def desk(self) -> Desk: ...


class Stands(Protocol):
    """The rules: has a question answered in rooms of the set in force, and anew where that changed meanwhile."""

    async def answer(self, ask: Callable[[Rooms], Awaitable[Answer]]) -> Answer: ...


class Resolves(Protocol):
    """The register of parties."""

    async def resolve(self, claims: SystemClaims) -> Requester: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a party may be told: the consent to name, a digest of what it sees, and the event for the record."""

    consent: UUID
    seen: str = field(repr=False)
    event: AccessEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is asked for one kind of event. `part` finds in the data what the event is about; nothing, where there is
    none. `category` is that of an entry of the record whose consent is named; without one the consent itself is what
    the event is about.
    """

    text: str
    part: Callable[[Any], Any]
    category: str | None = None


_CASE: Final = "query {name}($id: ID!) {{ case(id: $id) {{ consents {{ id }} {below} }} }}"
DOCUMENTS: Final[Mapping[str, Document]] = {
    "AGREEMENT": Document(
        text=_CASE.format(
            name="WebhookAgreement",
            below=(
                "repaymentAgreements { id total instalment dayOfMonth firstDue lastDue channel signedBy breachRule"
                " status }"
            ),
        ),
        part=lambda data: data["case"] and data["case"]["repaymentAgreements"],
        category="AGREEMENT_TERMS",
    ),
    "CONSENT": Document(
        text=(
            "query WebhookConsent($id: ID!) { consents(first: 1, filter: {id: $id}) {"
            " nodes { id kind purpose categories status expiresAt } } }"
        ),
        part=lambda data: data["consents"]["nodes"],
    ),
    "PLAN": Document(
        text=_CASE.format(name="WebhookPlan", below="plan { status steps { id what responsible dueDate status } }"),
        part=lambda data: data["case"] and data["case"]["plan"],
        category="PLAN_STATUS",
    ),
}
"""By kind of event. Each holds all that the contracts of systems show of it, so that whatever changes there is told."""


class Question:
    """Asks the desk what there is to tell."""

    def __init__(self, *, register: Resolves, rules: Stands, key: bytes) -> None:
        self._register = register
        self._rules = rules
        self._digests = Digests(key, _USE)

    async def sight(self, delivery: Delivery) -> Sight | None:
        """Nothing, where the party may see nothing of it. Raises `Unavailable` where that cannot be told now.

        A party that is registered no longer, a purpose that it may state no longer, a contract that does not hold what
        is asked: each is a refusal, and a refusal is nothing to tell.
        """
        document = DOCUMENTS[delivery.kind]
        try:
            requester = await self._register.resolve(_claims(delivery.endpoint))
            answer = await self._rules.answer(lambda rooms: _asked(rooms, requester, delivery, document))
        except Refused:
            return None
        data = orjson.loads(answer.body)["data"]
        part = document.part(data)
        consent = _named(document, delivery, data, answer.event) if part else None
        return None if consent is None else Sight(consent=consent, seen=self._digests.of(part), event=answer.event)


async def _asked(rooms: Rooms, requester: Requester, delivery: Delivery, document: Document) -> Answer:
    now = datetime.now(UTC)
    day = legal_day(now)
    purpose = rooms.purposes.select(delivery.endpoint.purpose, requester, day)
    inquiry = Inquiry(
        requester=requester,
        purpose=purpose,
        bases=rooms.purposes.bases(purpose, day),
        request_id=f"webhook-{delivery.event_id}",
        received_at=now,
        legal_day=day,
    )
    return await rooms.desk.answer(inquiry, GraphQLRequest(query=document.text, variables={"id": str(delivery.about)}))


def _named(document: Document, delivery: Delivery, data: Any, event: AccessEvent) -> UUID | None:
    """The consent that is named: one that the party may see, and that what it sees rests on."""
    if document.category is None:
        return delivery.about
    visible = {consent["id"] for consent in data["case"]["consents"] or ()}
    rests_on = (entry.evidence for entry in event.entries if document.category in entry.ground.categories)
    return next((UUID(found) for found in rests_on if found in visible), None)


def _claims(endpoint: Endpoint) -> SystemClaims:
    """As a token of the system would say. It is asked about now, so that it has not run out."""
    return SystemClaims(
        issuer=endpoint.issuer,
        expires_at=datetime.now(UTC).timestamp(),
        consumer=OrganisationNumber.parse(endpoint.consumer),
        supplier=OrganisationNumber.parse(endpoint.supplier) if endpoint.supplier else None,
        scopes=endpoint.scopes,
    )
