"""Why something is withheld, in words for people.

There is no reason for protection, shielding, kinship or household: the code itself would tell what must not be told.
"""

from __future__ import annotations

from enum import StrEnum

from hub.text import Text


class Reason(StrEnum):
    """The codes that may stand in `extensions.withheld`."""

    AGREEMENT_REQUIRED = "AGREEMENT_REQUIRED"
    ASSURANCE_TOO_LOW = "ASSURANCE_TOO_LOW"
    BASIS_NOT_IN_FORCE = "BASIS_NOT_IN_FORCE"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    MANDATE_REQUIRED = "MANDATE_REQUIRED"
    NOT_A_PARTY = "NOT_A_PARTY"
    NOT_FOR_THIS_PARTY = "NOT_FOR_THIS_PARTY"
    NOT_OWN_SUBMISSION = "NOT_OWN_SUBMISSION"
    NOT_SHARED_BY_AUTHOR = "NOT_SHARED_BY_AUTHOR"
    NOT_THE_HANDLER = "NOT_THE_HANDLER"
    NOT_YOUR_OWN = "NOT_YOUR_OWN"
    NO_CASE_RELATION = "NO_CASE_RELATION"
    PURPOSE_NOT_SUFFICIENT = "PURPOSE_NOT_SUFFICIENT"


TEXTS: dict[Reason, Text] = {
    Reason.AGREEMENT_REQUIRED: Text(
        nb="Det finnes ingen gjeldende avtale med låneforvalteren om å varsle kommunen.",
        en="There is no agreement in force with the loan manager about notifying the municipality.",
    ),
    Reason.ASSURANCE_TOO_LOW: Text(
        nb="Innloggingen må skje på et høyere sikkerhetsnivå.",
        en="Sign in at a higher level of assurance.",
    ),
    Reason.BASIS_NOT_IN_FORCE: Text(
        nb="Det rettslige grunnlaget er ikke i kraft i dag.",
        en="The legal basis is not in force today.",
    ),
    Reason.CONSENT_REQUIRED: Text(
        nb="Den opplysningen gjelder må ha samtykket til at denne mottakeren ser den for dette formålet.",
        en="The person concerned must have consented to this recipient seeing it for this purpose.",
    ),
    Reason.MANDATE_REQUIRED: Text(
        nb="Det kreves vergemål eller fullmakt som dekker dette området.",
        en="A guardianship or mandate that covers this area is needed.",
    ),
    Reason.NOT_A_PARTY: Text(
        nb="Bare den som er part i dette forholdet får se det.",
        en="Only a party to this matter may see it.",
    ),
    Reason.NOT_FOR_THIS_PARTY: Text(
        nb="Ingen regel gir denne mottakeren innsyn i opplysningen.",
        en="No rule lets this recipient see it.",
    ),
    Reason.NOT_OWN_SUBMISSION: Text(
        nb="Bare den som har sendt inn opplysningen får se den.",
        en="Only the one who submitted it may see it.",
    ),
    Reason.NOT_SHARED_BY_AUTHOR: Text(
        nb="Den som skrev dette har ikke delt det.",
        en="Its author has not shared it.",
    ),
    Reason.NOT_THE_HANDLER: Text(
        nb="Bare enheten som behandler meldingen får se den.",
        en="Only the unit that handles the report may see it.",
    ),
    Reason.NOT_YOUR_OWN: Text(
        nb="Opplysningen gjelder en annen person.",
        en="It concerns another person.",
    ),
    Reason.NO_CASE_RELATION: Text(
        nb="Enheten er ikke deltaker i saken.",
        en="The unit is not a participant in the case.",
    ),
    Reason.PURPOSE_NOT_SUFFICIENT: Text(
        nb="Det oppgitte formålet gir ikke grunnlag for å se opplysningen.",
        en="The stated purpose gives no ground for seeing it.",
    ),
}
