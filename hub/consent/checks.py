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
    if len(text) not in lengths or not text.isprintable() or text != text.strip():
        raise bad_value(field, f"{lengths.start} to {lengths.stop - 1} printable characters")


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
        raise bad_value("categories", "at least one category")
    if not source.strip():
        raise bad_value("source", "the party that is to share")
    if not recipient.strip():
        raise bad_value("recipient", "the party that is to receive")
    if source == recipient:
        raise bad_value("recipient", "another party than the one that shares")
    if purpose not in PURPOSES:
        raise bad_value("purpose", "a purpose that can rest on consent")


def kind_of(source: Office) -> str:
    """Which duty the consent lifts: that of a lender, that of an authority, or none but the GDPR's."""
    if source.kind in _LENDERS:
        return "CONSENT_BANK_SECRECY"
    return "CONSENT_LIFTS_CONFIDENTIALITY" if source.is_public else "CONSENT_GDPR"


def expect_period(now: datetime, given: datetime | None, begins: datetime | None, ends: datetime) -> None:
    """Given, then in effect, then at an end; and neither of the first two in the future."""
    for field, moment in (("givenAt", given), ("effectiveFrom", begins)):
        if moment is not None and moment > now:
            raise CommandRefusal("CLOCK_IN_FUTURE", field, "State a moment that is not in the future.")
    start = begins or now
    if given is not None and start < given:
        raise CommandRefusal("BAD_PERIOD", "effectiveFrom", "It cannot count from before it was given.")
    if ends <= now or ends <= start:
        raise CommandRefusal("BAD_PERIOD", "expiresAt", "State an end that is later than the beginning and than now.")
    if ends - start > LONGEST:
        raise CommandRefusal("BAD_PERIOD", "expiresAt", "State an end within ten years.")


def overlap() -> CommandRefusal:
    return CommandRefusal(
        "OVERLAPS", "categories", "There is one for some of the same already. Renew it, or name it in `supersedes`."
    )


def deceased() -> CommandRefusal:
    return CommandRefusal("DECEASED", None, "The person is dead. Nobody can consent any more.")


def outside_mandate() -> CommandRefusal:
    return CommandRefusal("OUTSIDE_MANDATE", None, "The mandate does not cover all of this.")


def no_text() -> CommandRefusal:
    return bad_value("language", "a language that there is a text in, for a scope that there are words for")


def expect_open(status: str) -> None:
    """Only what is in force can be renewed, withdrawn or replaced."""
    if status == "REQUESTED":
        raise CommandRefusal("NOT_GIVEN", "consentId", "It was asked for, and has not been given.")
    if status not in OPEN:
        raise _ended()


def expect_requested(status: str) -> None:
    """Only what was asked for, and has not been answered, can be answered."""
    if status in OPEN:
        raise CommandRefusal("ALREADY_GIVEN", "consentId", "It has been given already. It can be renewed or withdrawn.")
    if status != "REQUESTED":
        raise _ended()


def expect_parties(scope: Scope, offices: Mapping[str, Office]) -> None:
    for field, party in (("source", scope.source), ("recipient", scope.recipient)):
        if party not in offices:
            raise bad_value(field, "a party by its id in the hub")


def expect_notice(shown: str | None, present: str) -> None:
    """The text that was shown is the one that stands."""
    if shown is not None and shown != present:
        raise CommandRefusal(
            "NOTICE_CHANGED", "noticeSha256", "The text is another by now. Show the present one, and ask again."
        )


def _ended() -> CommandRefusal:
    return CommandRefusal("ALREADY_ENDED", "consentId", "It has ended. A new one can be given.")
