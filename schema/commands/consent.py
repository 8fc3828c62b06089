"""Consents: asked for, given, refused, recorded, renewed, withdrawn. Each is one event in the consent's history."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.enums import CollectionMethod, ConsentCategory, ConsentStatus, NoticeLanguage, PurposeCode
from schema.scalars import Moment, NationalId

_KEY = "The client's own key for this command, 8 to 128 characters."
_CONSENT = "The hub's id of the consent."
_LANGUAGE = "The language that the text was shown in."
_DIGEST = (
    "SHA-256 of the text that was shown, in hexadecimal, as GET /consent/notice gives it with the text. Refused, where "
    "the text is another by now."
)
_EXPIRES = "When it ends; later than it begins, and at most ten years from now."
_SUPERSEDES = "A consent that this one takes the place of; it ends where this one begins."


@strawberry.input(description="What a consent is about. One purpose each; never everything.")
class ConsentScopeInput:
    """Data category, source, recipient and purpose; one case, or all."""

    categories: list[ConsentCategory] = strawberry.field(description="What may be shared, at least one.")
    source: strawberry.ID = strawberry.field(description="Who may share: the hub's id of the party.")
    recipient: strawberry.ID = strawberry.field(description="Who may receive: the hub's id of the party.")
    purpose: PurposeCode = strawberry.field(description="What for.")
    case_id: strawberry.ID | None = strawberry.field(
        default=None, description="For this case alone; for the person as such, if absent."
    )


@strawberry.input(description="Ask a person for a consent to the requester's own party.")
class RequestConsentInput:
    """The recipient is the party that asks."""

    idempotency_key: str = strawberry.field(description=_KEY)
    national_id: NationalId = strawberry.field(description="Whom to ask.")
    categories: list[ConsentCategory] = strawberry.field(description="What would be shared, at least one.")
    source: strawberry.ID = strawberry.field(description="Who would share: the hub's id of the party.")
    purpose: PurposeCode = strawberry.field(description="What for.")
    case_id: strawberry.ID | None = strawberry.field(
        default=None, description="For this case alone; for the person as such, if absent."
    )


@strawberry.input(description="Give a consent: one that was asked for, by id, or one that nobody asked for, by scope.")
class GiveConsentInput:
    """Either `consentId` or `scope`."""

    idempotency_key: str = strawberry.field(description=_KEY)
    consent_id: strawberry.ID | None = strawberry.field(default=None, description="The consent that was asked for.")
    scope: ConsentScopeInput | None = strawberry.field(default=None, description="What a new consent is about.")
    on_behalf_of: NationalId | None = strawberry.field(
        default=None, description="With a scope: the person that a guardian or proxy gives it for; oneself, if absent."
    )
    language: NoticeLanguage = strawberry.field(description=_LANGUAGE)
    notice_sha256: str = strawberry.field(description=_DIGEST)
    expires_at: Moment = strawberry.field(description=_EXPIRES)
    supersedes: strawberry.ID | None = strawberry.field(default=None, description=_SUPERSEDES)


@strawberry.input(description="Record a consent that a person has given on paper, before a witness, or in Altinn.")
class RecordConsentInput:
    """Either `consentId`, or `nationalId` and `scope`."""

    idempotency_key: str = strawberry.field(description=_KEY)
    consent_id: strawberry.ID | None = strawberry.field(default=None, description="The consent that was asked for.")
    national_id: NationalId | None = strawberry.field(default=None, description="With a scope: who has given it.")
    scope: ConsentScopeInput | None = strawberry.field(default=None, description="What a new consent is about.")
    collection_method: CollectionMethod = strawberry.field(description="How it was given.")
    evidence_ref: str = strawberry.field(
        description="Where the evidence is: the archive's reference to the document or the note, 1 to 200 characters; "
        "for a consent from Altinn its id there."
    )
    language: NoticeLanguage = strawberry.field(description=_LANGUAGE)
    given_at: Moment | None = strawberry.field(
        default=None, description="When it was given; not in the future. From Altinn, the token says so."
    )
    effective_from: Moment | None = strawberry.field(
        default=None, description="From when it counts: since it was given at the earliest, from now on if absent."
    )
    expires_at: Moment = strawberry.field(description=_EXPIRES)
    supersedes: strawberry.ID | None = strawberry.field(default=None, description=_SUPERSEDES)


@strawberry.input(description="Say no to a consent that was asked for.")
class RefuseConsentInput:
    """Nothing becomes worse by it."""

    idempotency_key: str = strawberry.field(description=_KEY)
    consent_id: strawberry.ID = strawberry.field(description=_CONSENT)


@strawberry.input(description="Give a consent again, for longer, before it ends.")
class RenewConsentInput:
    """What it is about stays as it was."""

    idempotency_key: str = strawberry.field(description=_KEY)
    consent_id: strawberry.ID = strawberry.field(description=_CONSENT)
    language: NoticeLanguage = strawberry.field(description=_LANGUAGE)
    notice_sha256: str = strawberry.field(description=_DIGEST)
    expires_at: Moment = strawberry.field(description=_EXPIRES)


@strawberry.input(description="Withdraw a consent. It is as easy as giving it, and no reason is needed.")
class WithdrawConsentInput:
    """What is read from the moment of the answer on no longer rests on it."""

    idempotency_key: str = strawberry.field(description=_KEY)
    consent_id: strawberry.ID = strawberry.field(description=_CONSENT)
    reason: str | None = strawberry.field(
        default=None, description="Why, if the person wants to say; 1 to 255 characters."
    )


@strawberry.type(description="What a command did to a consent: one event, and the terms that it came with.")
class ConsentChanged:
    """The same command sent again is answered with the same words."""

    consent_id: strawberry.ID = strawberry.field(description=_CONSENT)
    event_id: strawberry.ID = strawberry.field(description="The hub's id of the event.")
    status: ConsentStatus = strawberry.field(description="Where the consent stood after it.")
    given_at: Moment | None = strawberry.field(description="When it was given.")
    effective_from: Moment = strawberry.field(description="From when the event counts.")
    expires_at: Moment | None = strawberry.field(description="When the consent ends.")
    recorded_at: Moment = strawberry.field(description="When it was written down.")


ConsentResult = Annotated[
    ConsentChanged | CommandRefused, strawberry.union("ConsentResult", description="What became of a consent.")
]


@strawberry.type
class ConsentMutation:
    """The part of `Mutation` that is about consents."""

    @strawberry.mutation(description="Ask a person for a consent.")
    async def request_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RequestConsentInput, strawberry.argument(description="What is asked for.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Give a consent, for oneself or as a guardian or proxy.")
    async def give_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[GiveConsentInput, strawberry.argument(description="What is given.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Record a consent that was given elsewhere, with evidence.")
    async def record_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RecordConsentInput, strawberry.argument(description="What was given.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Say no to a consent that was asked for.")
    async def refuse_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RefuseConsentInput, strawberry.argument(description="What is refused.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Give a consent again, for longer.")
    async def renew_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RenewConsentInput, strawberry.argument(description="What is renewed.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Withdraw a consent, with effect at once.")
    async def withdraw_consent(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[WithdrawConsentInput, strawberry.argument(description="What is withdrawn.")],
    ) -> ConsentResult:
        """Answered by hub/consent."""
        return await info.context.command(info.field_name, input)
