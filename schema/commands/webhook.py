"""Webhooks: a party says where it wants to be called when something changes, and sees to its calls itself."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.commands.refused import CommandRefused
from schema.context import Context
from schema.enums import WebhookKind
from schema.scalars import Moment

KEY = "The client's own key for this command, 8 to 128 characters."


@strawberry.input(
    description="An address to be called at. The purpose in the header Behandlingsnummer is what the party is told for."
)
class RegisterWebhookInput:
    """The same key with the same content gives the same answer again, without the secret."""

    idempotency_key: str = strawberry.field(description=KEY)
    url: str = strawberry.field(
        description="Where to call: https, a public host, no user name and no fragment, 500 characters at most."
    )
    kinds: list[WebhookKind] = strawberry.field(description="What to be called about; at least one.")


@strawberry.type(description="The webhook is registered. What happens from now on is told.")
class WebhookRegistered:
    """The one moment at which the secret is shown."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")
    secret: str | None = strawberry.field(
        description="What calls are signed with (whsec_…). Shown once; none, where the command is sent again."
    )


@strawberry.input(description="A new secret for a webhook.")
class RotateWebhookSecretInput:
    """The same key with the same content gives the same answer again, without the secret."""

    idempotency_key: str = strawberry.field(description=KEY)
    webhook_id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")


@strawberry.type(description="The webhook has a new secret. For a day, calls are signed with both.")
class WebhookSecretRotated:
    """The one moment at which the secret is shown."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")
    secret: str | None = strawberry.field(
        description="What calls are signed with (whsec_…). Shown once; none, where the command is sent again."
    )
    previous_until: Moment | None = strawberry.field(
        description="Until when calls are signed with the secret of before too."
    )


@strawberry.input(description="The end of a webhook.")
class EndWebhookInput:
    """The same key with the same content gives the same answer again."""

    idempotency_key: str = strawberry.field(description=KEY)
    webhook_id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")


@strawberry.type(description="The webhook has ended. What was on its way there is dropped.")
class WebhookEnded:
    """Ended twice, it ended when it ended first."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")
    ended_at: Moment = strawberry.field(description="When it ended.")


@strawberry.input(description="Dead letters to be sent again.")
class ResendDeadLettersInput:
    """The same key with the same content gives the same answer again."""

    idempotency_key: str = strawberry.field(description=KEY)
    webhook_id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")
    dead_letters: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Which, as WebhookDeadLetter.id, 100 at most; all of the webhook's, if absent."
    )


@strawberry.type(
    description="Dead letters are on their way again, each at its old place before what is yet to be sent."
)
class DeadLettersResent:
    """What the party may not see any more is not sent, and is a dead letter no longer."""

    id: strawberry.ID = strawberry.field(description="The hub's id of the webhook.")


RegisterWebhookResult = Annotated[
    WebhookRegistered | CommandRefused,
    strawberry.union("RegisterWebhookResult", description="Whether the webhook is registered."),
]
RotateWebhookSecretResult = Annotated[
    WebhookSecretRotated | CommandRefused,
    strawberry.union("RotateWebhookSecretResult", description="Whether the webhook has a new secret."),
]
EndWebhookResult = Annotated[
    WebhookEnded | CommandRefused,
    strawberry.union("EndWebhookResult", description="Whether the webhook has ended."),
]
ResendDeadLettersResult = Annotated[
    DeadLettersResent | CommandRefused,
    strawberry.union("ResendDeadLettersResult", description="Whether the dead letters are on their way again."),
]


@strawberry.type
class WebhookMutation:
    """The part of `Mutation` that is about webhooks."""

    @strawberry.mutation(description="Be called when something changes. For systems of banks and loan managers.")
    async def register_webhook(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RegisterWebhookInput, strawberry.argument(description="Where, and about what.")],
    ) -> RegisterWebhookResult:
        """Answered by the room of events."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Change the secret of a webhook. For systems of banks and loan managers.")
    async def rotate_webhook_secret(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[RotateWebhookSecretInput, strawberry.argument(description="Whose.")],
    ) -> RotateWebhookSecretResult:
        """Answered by the room of events."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="End a webhook. For systems of banks and loan managers.")
    async def end_webhook(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[EndWebhookInput, strawberry.argument(description="Which.")],
    ) -> EndWebhookResult:
        """Answered by the room of events."""
        return await info.context.command(info.field_name, input)

    @strawberry.mutation(description="Send dead letters again. For systems of banks and loan managers.")
    async def resend_dead_letters(
        self,
        info: strawberry.Info[Context, None],
        input: Annotated[ResendDeadLettersInput, strawberry.argument(description="Which.")],
    ) -> ResendDeadLettersResult:
        """Answered by the room of events."""
        return await info.context.command(info.field_name, input)
