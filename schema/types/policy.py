"""The rules themselves, as those who control the log read them: who can see a field, when, and on which ground."""

from __future__ import annotations

from enum import Enum

import strawberry

from schema.categories import Anchor, DataCategory, Source
from schema.declare import computed, embedded_type, enum_of, member, shared_type
from schema.scalars import LegalDay
from schema.wording import Wording

POLICY = DataCategory.POLICY


def _kind(description: str, value: str) -> str:
    # Strawberry's typing of enum values is narrower than its use of them.
    return strawberry.enum_value(value, description=description)  # type: ignore[return-value]


@enum_of("Kind of party that data can be shown to. Each has a contract, a file of policies and an agreement.")
class RecipientKind(Enum):
    """The same kinds that the register of parties has."""

    BANK = _kind("A bank's system.", "BANK")
    CITIZEN = _kind("A citizen, or who acts for one by guardianship or mandate.", "CITIZEN")
    DEBT_COUNSEL = _kind("Debt counsellors (gjeldsrådgivere) of a municipality.", "DEBT_COUNSEL")
    ENFORCEMENT = _kind("The enforcement officer (namsmannen).", "ENFORCEMENT")
    ENFORCEMENT_SYSTEM = _kind("The enforcement officer's case system.", "ENFORCEMENT_SYSTEM")
    HOUSING = _kind("The municipal housing office (boligkontor).", "HOUSING")
    HOUSING_SUPPORT = _kind("Those who follow tenants up in their homes (booppfølging).", "HOUSING_SUPPORT")
    LANDLORD = _kind("A private landlord (utleier).", "LANDLORD")
    LEADER = _kind("Leaders of a unit.", "LEADER")
    LOAN_MANAGER = _kind("A loan manager's (låneforvalter) system.", "LOAN_MANAGER")
    NAV = _kind("Caseworkers of a NAV office.", "NAV")
    PRIVACY = _kind("Privacy officers (personvernombud) and those who control the log.", "PRIVACY")
    RENT_COLLECTOR = _kind("The municipality's rent collector (innkrever).", "RENT_COLLECTOR")
    RENT_LEDGER = _kind("The municipality's rent ledger (husleiereskontro).", "RENT_LEDGER")
    SECURE_UNIT = _kind("The special unit for strictly protected persons.", "SECURE_UNIT")


@enum_of("How much of a field is shown.")
class Shown(Enum):
    """The most first."""

    WHOLE = _kind("The value.", "WHOLE")
    PARTLY = _kind("Some of its fields, such as how it stands.", "PARTLY")
    MASKED = _kind("The masked field beside it, and not the value.", "MASKED")
    EXISTENCE = _kind("That it is there, and no more.", "EXISTENCE")


@embedded_type
class StatedPurpose:
    """A purpose out of the register of processing activities (formål)."""

    number: str | None = member("What the header Behandlingsnummer carries, as B101.")
    name: Wording | None = member("Its name.")
    valid_from: LegalDay | None = member("The first day on which it may be stated.")
    valid_to: LegalDay | None = member("The last day; none: until further notice.")
    in_force: bool | None = member("Whether it may be stated today.")


@embedded_type
class LegalGround:
    """A legal basis (rettslig grunnlag), one for each generation of the law."""

    code: str | None = member("Its code, as policies and the record name it.")
    citation: str | None = member("The statute, as a lawyer cites it.")
    gdpr: str | None = member("The article of the General Data Protection Regulation that it goes with.")
    text: Wording | None = member("What it says, in plain words.")
    valid_from: LegalDay | None = member("The first day on which the hub relies on it; none: decided, not in force.")
    valid_to: LegalDay | None = member("The last day; none: until further notice.")
    in_force: bool | None = member("Whether the hub relies on it today.")


@embedded_type
class CitedPolicy:
    """A policy that opens or closes."""

    id: str | None = member("Its id, as in policies/ and on the record.")
    because: str | None = member("The policy in one sentence.")
    grounds: list[LegalGround] | None = member("The legal basis that it names, in each generation of the law.")


@embedded_type
class Presupposed:
    """What a rule that nothing overrides asks beside the conditions of each way."""

    condition: Wording | None = member("What must hold.")
    policies: list[CitedPolicy] | None = member("The policies that close where it does not.")


@embedded_type
class WayToSee:
    """One set of conditions under which something of the field is shown. All of them must hold."""

    shown: Shown | None = member("How much.")
    conditions: list[Wording] | None = member("What must hold of the row and the requester.")
    not_asked: list[Wording] | None = member("What is presupposed elsewhere and not asked for on this way.")
    needs_purpose: bool | None = member("Whether a purpose must be stated.")
    purposes: list[StatedPurpose] | None = member("The purposes that will do, where one is stated.")
    policies: list[CitedPolicy] | None = member("The policies that open.")


@embedded_type
class RecipientView:
    """What one kind of party can see of the field. Without ways it sees nothing, and finds no trace of it."""

    recipient: RecipientKind | None = member("The kind of party.")
    presupposed: list[Presupposed] | None = member("What must hold on every way, unless a way says otherwise.")
    ways: list[WayToSee] | None = member("Each way to see it, the most first. One is enough.")


@shared_type(source=Source.HUB, table="", category=POLICY, anchor=Anchor.NONE, source_party=None)
class WhoCanSee:
    """Who can see a field, and when: read out of the policies in force, not written by hand. It is about no person."""

    field: str | None = computed(POLICY, "The field, as Type.field.")
    category: str | None = computed(POLICY, "Its data category, as the schema marks it.")
    recipients: list[RecipientView] | None = computed(POLICY, "Each kind of party.")
