"""What is said of rows: why one is rejected, and what to do. Every sentence of this room, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Final

from hub.commands.refusals import expected
from hub.intake.model import Fault
from hub.text import Text

BAD_VALUE: Final = "BAD_VALUE"
NO_BASIS: Final = "NO_BASIS"
RESERVATION_ACTIVE: Final = "RESERVATION_ACTIVE"

_AMOUNT: Final = Text(nb="et beløp i øre under 10^12", en="an amount in øre below 10^12")


def fault(code: str, field: str, *, nb: str, en: str) -> Fault:
    return Fault(code=code, field=field, text=Text(nb=nb, en=en))


def bad(field: str, nb: str, en: str) -> Fault:
    """What was stated cannot be so. The texts are the rest of a sentence that begins with Oppgi, and with State."""
    return Fault(code=BAD_VALUE, field=field, text=expected(nb, en))


def bad_text(field: str, longest: int) -> Fault:
    return bad(field, f"1 til {longest} synlige tegn", f"1 to {longest} printable characters")


def bad_number(field: str, first: int, last: int) -> Fault:
    return bad(field, f"et antall fra {first} til {last}", f"{first} to {last}")


def bad_amount(field: str) -> Fault:
    return bad(field, f"{_AMOUNT.nb} og over 0", f"{_AMOUNT.en}, more than 0")


def bad_amount_or_zero(field: str) -> Fault:
    return bad(field, f"{_AMOUNT.nb}, 0 eller mer", f"{_AMOUNT.en}, 0 or more")


def in_the_future(field: str) -> Fault:
    return bad(field, "en dag som ikke er i framtiden", "a day that is not in the future")


def moment_in_the_future(field: str) -> Fault:
    return bad(field, "et tidspunkt som ikke er i framtiden", "a moment that is not in the future")


def day_outside(field: str, first: date, last: date) -> Fault:
    return bad(field, f"en dag fra {first} til {last}", f"a day from {first} to {last}")


def bad_postal_code(field: str, digits: int) -> Fault:
    return bad(field, f"{digits} sifre", f"{digits} digits")


def bad_national_id(field: str) -> Fault:
    return fault(
        "INVALID_ID",
        field,
        nb="Dette er ikke et gyldig fødselsnummer eller D-nummer. Kontroller sifrene.",
        en="This is not a valid fødselsnummer or D-number. Check the digits.",
    )


def bad_orgnr(field: str) -> Fault:
    return fault(
        "INVALID_ID",
        field,
        nb="Dette er ikke et gyldig organisasjonsnummer. Kontroller sifrene.",
        en="This is not a valid organisasjonsnummer. Check the digits.",
    )


def bad_account(field: str) -> Fault:
    return fault(
        "INVALID_ID",
        field,
        nb="Dette er ikke et gyldig kontonummer. Kontroller sifrene.",
        en="This is not a valid account number (kontonummer). Check the digits.",
    )


def bad_kid(field: str) -> Fault:
    return fault(
        "INVALID_ID",
        field,
        nb="Dette er ikke en gyldig KID. Kontroller sifrene.",
        en="This is not a valid KID. Check the digits.",
    )


def bad_municipality(field: str) -> Fault:
    return bad(
        field, "et kommunenummer på 4 sifre som gjelder i dag", "a kommunenummer of 4 digits that is in force today"
    )


def not_served(field: str) -> Fault:
    return bad(field, "en kommune som bruker Bofast", "a municipality that uses Bofast")


def copy_missing(field: str) -> Fault:
    return bad(field, "når leieren fikk kopi av varselet", "when the tenant got a copy of the notice")


def copy_too_late(field: str) -> Fault:
    return fault(
        "COPY_TOO_LATE",
        field,
        nb="Leieren skal ha kopi av varselet senest når det sendes. Send kopien først.",
        en="The tenant is to have a copy of the notice no later than it is sent. Send the copy first.",
    )


def no_landlord(field: str) -> Fault:
    return bad(field, "organisasjonsnummeret til utleieren", "the organisasjonsnummer of the landlord")


def no_eviction_date(field: str) -> Fault:
    return bad(field, "dagen når fravikelsen er berammet", "the day when one is set for the eviction")


def no_routine(field: str) -> Fault:
    return fault(
        NO_BASIS,
        field,
        nb="Kommunens rutine gir ikke NAV kopi av dette kravet. Kontroller utleieren, kommunen og hvor langt kravet er "
        "kommet.",
        en="The municipality's routine does not copy this demand to NAV. Check the landlord, the municipality and how "
        "far the demand has come.",
    )


def no_ground_for_demand(field: str) -> Fault:
    return fault(
        NO_BASIS,
        field,
        nb="Du har ikke grunnlag for å sende dette kravet. Kontroller utleieren, kommunen og hvilket krav det er.",
        en="There is no ground for sending this demand. Check the landlord, the municipality and which demand it is.",
    )


def reserved(field: str) -> Fault:
    return fault(
        RESERVATION_ACTIVE,
        field,
        nb="Leietakeren har reservert seg mot at du varsler sosialtjenesten. Varselet er ikke sendt videre.",
        en="The tenant has reserved against your notices to the social services. The notice was not passed on.",
    )


def presented_before_received(field: str) -> Fault:
    return bad(
        field, "et tidspunkt etter at begjæringen kom inn", "a moment that is not before the petition was received"
    )


def one_tenant(field: str) -> Fault:
    return bad(field, "enten leietakerens fødselsnummer eller leieforholdet", "either the tenant's number or the lease")


def no_breach(field: str) -> Fault:
    return bad(field, "hva som er ubetalt, eller et annet brudd", "what is unpaid, or another breach")


def long_ago(field: str) -> Fault:
    return bad(field, "et tidspunkt innen det siste året", "a moment within the last year")


def sent_twice(field: str) -> Fault:
    return fault(
        "DUPLICATE_ROW",
        field,
        nb="Det samme står tidligere i forsendelsen. Send det én gang.",
        en="The same stands earlier in the batch. Send it once.",
    )


def too_many_claims(field: str, most: int) -> Fault:
    return bad(field, f"høyst {most} krav", f"at most {most} claims")


def rejected_before(code: str) -> Fault:
    """A row that was rejected by rules of before, and would not be any more."""
    return fault(
        code,
        "rows",
        nb="Raden ble avvist da den ble sendt første gang.",
        en="The row was rejected when it was first sent.",
    )
