"""The type `Mutation`, put together from the rooms of `schema/commands`."""

from __future__ import annotations

import strawberry

from schema.commands.applications import ApplicationMutation
from schema.commands.break_glass import BreakGlassMutation
from schema.commands.concern import ConcernMutation
from schema.commands.consent import ConsentMutation
from schema.commands.defaults import DefaultsMutation
from schema.commands.eviction_notice import EvictionNoticeMutation
from schema.commands.landlord_notice import LandlordNoticeMutation
from schema.commands.mandate import MandateMutation
from schema.commands.rent import RentMutation
from schema.commands.reservation import ReservationMutation
from schema.commands.webhook import WebhookMutation


@strawberry.type(description="Commands.")
class Mutation(
    DefaultsMutation,
    LandlordNoticeMutation,
    ConcernMutation,
    ApplicationMutation,
    RentMutation,
    EvictionNoticeMutation,
    ConsentMutation,
    MandateMutation,
    ReservationMutation,
    BreakGlassMutation,
    WebhookMutation,
):
    """Each command is an action in the policies."""
