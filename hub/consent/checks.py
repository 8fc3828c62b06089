"""What a command about a consent must be by itself, and what can be wrong with it in view of what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from hub.commands.refusals import CommandRefusal, bad_value, not_found
from hub.consent.ledger import OPEN, Office, Scope
from hub.consent.notices import PURPOSES

LONGEST = timedelta(days=3653)
"""Ten years. A consent has an end that the one who gives it can oversee."""
REFERENCE = range(1, 201)
REASON = range(1, 256)
_LENDERS = frozenset({"BANK", "LOAN_MANAGER"})
# The area of a mandate that each category belongs to: the same as of the data that it lets be shared.
AREAS = {
    "AGREEMENT_TERMS": "ECONOMY",
    "BUDGET": "ECONOMY",
    "CONTACT_INFO": "PERSONAL",
    "DEBT_OVERVIEW": "ECONOMY",
    "HEALTH_NEED": "PERSONAL",
    "HOUSEHOLD_FLAG": "PERSONAL",
    "HOUSING_SUPPORT_NOTES": "PERSONAL",
    "LOAN_DEFAULT": "ECONOMY",
    "LOAN_DETAILS": "ECONOMY",
    "PLAN_STATUS": "HOUSING",
    "RENT_ARREARS": "HOUSING",
}


def areas_of(categories: Sequence[str]) -> list[str]:
    """What a mandate must be about, for its holder to decide on these."""
    return sorted({AREAS[name] for name in categories})


def expect_text(field: str, text: str, lengths: range) -> None:
    """Something to read: no control characters, no space around it."""
    first, last = lengths.start, lengths.stop - 1
    if len(text) not in lengths or not text.isprintable() or text != text.strip():
        raise bad_value(field, nb=f"{first} til {last} synlige tegn", en=f"{first} to {last} printable characters")


def identifier(field: str, text: str | None) -> UUID | None:
    """An id of the hub's. One that is none cannot be found."""
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise not_found(field) from None


def names(values: Sequence[Enum]) -> tuple[str, ...]:
    """The words, each once, in one order."""
    return tuple(sorted({value.name for value in values}))


def expect_scope(source: str, recipient: str, purpose: str, categories: Sequence[str]) -> None:
    """A consent says what, from whom, to whom and what for."""
    if not categories:
        raise bad_value("categories", nb="minst én type opplysninger", en="at least one category")
    if not source.strip():
        raise bad_value("source", nb="hvem som skal dele opplysningene", en="the party that is to share")
    if not recipient.strip():
        raise bad_value("recipient", nb="hvem som skal få opplysningene", en="the party that is to receive")
    if source == recipient:
        raise bad_value(
            "recipient", nb="en annen mottaker enn den som deler", en="another party than the one that shares"
        )
    if purpose not in PURPOSES:
        raise bad_value("purpose", nb="et formål som kan bygge på samtykke", en="a purpose that can rest on consent")


def kind_of(source: Office) -> str:
    """Which duty the consent lifts: that of a lender, that of an authority, or none but the GDPR's."""
    if source.kind in _LENDERS:
        return "CONSENT_BANK_SECRECY"
    return "CONSENT_LIFTS_CONFIDENTIALITY" if source.is_public else "CONSENT_GDPR"


def expect_period(now: datetime, given: datetime | None, begins: datetime | None, ends: datetime) -> None:
    """Given, then in effect, then at an end; and neither of the first two in the future."""
    for field, moment in (("givenAt", given), ("effectiveFrom", begins)):
        if moment is not None and moment > now:
            raise in_future(field)
    start = begins or now
    if given is not None and start < given:
        raise CommandRefusal(
            "BAD_PERIOD",
            "effectiveFrom",
            nb="Samtykket kan ikke gjelde fra før det ble gitt.",
            en="It cannot count from before it was given.",
        )
    if ends <= now or ends <= start:
        raise CommandRefusal(
            "BAD_PERIOD",
            "expiresAt",
            nb="Oppgi et sluttidspunkt som er senere enn starten og senere enn nå.",
            en="State an end that is later than the beginning and than now.",
        )
    if ends - start > LONGEST:
        raise CommandRefusal(
            "BAD_PERIOD", "expiresAt", nb="Oppgi et sluttidspunkt innen ti år.", en="State an end within ten years."
        )


def in_future(field: str) -> CommandRefusal:
    return CommandRefusal(
        "CLOCK_IN_FUTURE",
        field,
        nb="Oppgi et tidspunkt som ikke er i framtiden.",
        en="State a moment that is not in the future.",
    )


def overlap() -> CommandRefusal:
    return CommandRefusal(
        "OVERLAPS",
        "categories",
        nb="Det finnes allerede et samtykke til noe av dette. Forny det, eller oppgi det i `supersedes`.",
        en="There is one for some of the same already. Renew it, or name it in `supersedes`.",
    )


def taken_back() -> CommandRefusal:
    """What the person said last counts."""
    return CommandRefusal(
        "TAKEN_BACK",
        "givenAt",
        nb="Personen har trukket eller avslått et slikt samtykke etter at dette ble gitt. Be om et nytt.",
        en="The person has withdrawn or refused such a consent since this one was given. Ask for a new one.",
    )


def deceased() -> CommandRefusal:
    return CommandRefusal(
        "DECEASED",
        None,
        nb="Personen er død. Ingen kan samtykke lenger.",
        en="The person is dead. Nobody can consent any more.",
    )


def outside_mandate() -> CommandRefusal:
    return CommandRefusal(
        "OUTSIDE_MANDATE",
        None,
        nb="Fullmakten eller vergemålet dekker ikke alt dette.",
        en="The mandate does not cover all of this.",
    )


def no_text() -> CommandRefusal:
    return bad_value(
        "language",
        nb="et språk som samtykketeksten finnes på, for noe som den har ord for",
        en="a language that there is a text in, for a scope that there are words for",
    )


def expect_open(status: str) -> None:
    """Only what is in force can be renewed, withdrawn or replaced."""
    if status == "REQUESTED":
        raise CommandRefusal(
            "NOT_GIVEN",
            "consentId",
            nb="Det er bedt om samtykket, men det er ikke gitt.",
            en="It was asked for, and has not been given.",
        )
    if status not in OPEN:
        raise _ended()


def expect_requested(status: str) -> None:
    """Only what was asked for, and has not been answered, can be answered."""
    if status in OPEN:
        raise CommandRefusal(
            "ALREADY_GIVEN",
            "consentId",
            nb="Samtykket er allerede gitt. Det kan fornyes eller trekkes tilbake.",
            en="It has been given already. It can be renewed or withdrawn.",
        )
    if status != "REQUESTED":
        raise _ended()


def expect_parties(scope: Scope, offices: Mapping[str, Office]) -> None:
    for field, party in (("source", scope.source), ("recipient", scope.recipient)):
        if party not in offices:
            raise bad_value(field, nb="en virksomhet med id-en den har i Bofast", en="a party by its id in the hub")


def expect_notice(shown: str | None, present: str) -> None:
    """The text that was shown is the one that stands."""
    if shown is not None and shown != present:
        raise CommandRefusal(
            "NOTICE_CHANGED",
            "noticeSha256",
            nb="Teksten er endret siden den ble vist. Vis den nye teksten, og spør på nytt.",
            en="The text is another by now. Show the present one, and ask again.",
        )


def _ended() -> CommandRefusal:
    return CommandRefusal(
        "ALREADY_ENDED",
        "consentId",
        nb="Samtykket er avsluttet. Det kan gis et nytt.",
        en="It has ended. A new one can be given.",
    )
