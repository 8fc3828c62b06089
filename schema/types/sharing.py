"""What each party may see of one's own case, and on which ground."""

from __future__ import annotations

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import computed, embedded_type, member, shared_type
from schema.types.policy import RecipientKind, Shown
from schema.wording import Wording

SELF = DataCategory.SELF


@embedded_type
class SharedData:
    """One kind of data that a party may see now, or would where the conditions hold."""

    category: str | None = member("The data category, as policies and the log name it.")
    what: Wording | None = member("What it is, in plain words.")
    shown: Shown | None = member("How much of it.")
    without_consent: bool | None = member("Whether the law or an agreement opens it, and not a consent.")
    sentence: Wording | None = member("On which ground: «Delt uten samtykke, hjemmel: …», or with a consent.")
    bases: list[str] | None = member("Codes of the legal bases in force.")
    because: list[str] | None = member("Each policy that opens it, in one sentence.")
    conditions: list[Wording] | None = member("What must hold of the single row beside. None: all of it is shown.")
    consent_id: strawberry.ID | None = member("The consent that it rests on, where it rests on one.")


@embedded_type
class SharedWith:
    """A party that takes part in the case, or that a consent names."""

    party: str | None = member("Name of the party.")
    kind: RecipientKind | None = member("Kind of party.")
    shared: list[SharedData] | None = member("What it may see.")


@shared_type(source=Source.HUB, table="", category=SELF, anchor=Anchor.NONE, source_party=None)
class MySharing:
    """What each party may see of one's own case (hvem ser hva), read out of the policies in force today."""

    recipients: list[SharedWith] | None = computed(SELF, "Each party, by name.")
