"""What is given, and how: read out of the inputs of `giveConsent` and `recordConsent`, which have several forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from hub.commands.refusals import CommandRefusal, bad_value
from hub.consent import checks
from hub.consent.altinn import Expected, Refusal, evidence_of
from hub.consent.ledger import NOTHING, Held, Scope
from hub.consent.work import Work
from hub.identity.model import Inquiry, Requester
from schema.commands.consent import ConsentScopeInput, GiveConsentInput, RecordConsentInput
from schema.enums import ConsentCategory, NoticeLanguage, PurposeCode

_BY_HAND = frozenset({"ORAL_WITNESSED", "PAPER_SCAN"})
_ALTINN = "ALTINN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be given: a consent that was asked for, by its id, or one to this scope by this person.

    `field` is what names the person.
    """

    consent_id: str | None = None
    subject: UUID | None = dataclasses.field(default=None, repr=False)
    stated: Scope = NOTHING
    supersedes: str | None = None
    field: str = "consentId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How it is given, and until when. Without moments: here and now.

    `altinn` is the id of a consent in Altinn that is yet to be held against what the token tells.
    """

    method: str
    language: str
    expires_at: datetime
    given_at: datetime | None = None
    effective_at: datetime | None = None
    evidence_ref: str | None = None
    notice_sha256: str | None = None
    altinn: UUID | None = None


def manner_of(language: NoticeLanguage, expires_at: datetime, notice_sha256: str) -> Manner:
    """Signed in, with the text before one's eyes."""
    return Manner(method="IDPORTEN_UI", language=language.value, expires_at=expires_at, notice_sha256=notice_sha256)


def stated_of(
    source: str, recipient: str, purpose: PurposeCode, categories: Sequence[ConsentCategory], case_id: str | None
) -> Scope:
    """The scope as it was stated. Its kind is found when its source is."""
    named = checks.names(categories)
    checks.expect_scope(source, recipient, purpose.name, named)
    return Scope(
        kind="CONSENT_GDPR",
        source=source,
        recipient=recipient,
        purpose=purpose.name,
        categories=named,
        case_id=checks.identifier("caseId", case_id),
    )


async def wanted_by(work: Work, given: GiveConsentInput) -> Wanted:
    """What a citizen gives."""
    if given.scope is None and given.consent_id is not None and given.on_behalf_of is None:
        return Wanted(consent_id=given.consent_id, supersedes=given.supersedes)
    if given.scope is None or given.consent_id is not None:
        raise bad_value(
            "scope",
            nb="enten id-en til samtykket som det er bedt om, eller hva et nytt samtykke skal gjelde",
            en="either the id of the consent that was asked for, or a scope",
        )
    stated = _of_input(given.scope)
    subject = work.oneself if given.on_behalf_of is None else await work.ledger.person(given.on_behalf_of)
    return Wanted(subject=subject, stated=stated, supersedes=given.supersedes, field="onBehalfOf")


async def wanted_of(work: Work, given: RecordConsentInput) -> Wanted:
    """What somebody has given elsewhere."""
    if given.scope is None and given.national_id is None and given.consent_id is not None:
        return Wanted(consent_id=given.consent_id, supersedes=given.supersedes)
    if given.scope is None or given.national_id is None or given.consent_id is not None:
        raise bad_value(
            "scope",
            nb="enten id-en til samtykket som det er bedt om, eller en person og hva samtykket gjelder",
            en="either the id of the consent that was asked for, or a person and a scope",
        )
    stated = _of_input(given.scope)
    subject = await work.ledger.person(given.national_id)
    return Wanted(subject=subject, stated=stated, supersedes=given.supersedes, field="nationalId")


def recorded(inquiry: Inquiry, given: RecordConsentInput, wanted: Wanted) -> Manner:
    """How it was given elsewhere: by hand, as somebody has written down, or in Altinn, as the token says."""
    method = given.collection_method.name
    checks.expect_text("evidenceRef", given.evidence_ref, checks.REFERENCE)
    if method == _ALTINN:
        manner = _in_altinn(given)
        # INVARIANT: before anybody is looked up. A token that proves nothing must not tell whether a person is known.
        return manner if wanted.consent_id else _matched(inquiry, manner, given.national_id or "", wanted.stated)
    if method not in _BY_HAND:
        raise bad_value(
            "collectionMethod",
            nb="hvordan det ble gitt et annet sted: på papir, muntlig med vitne eller i Altinn",
            en="how it was given elsewhere: on paper, before a witness, or in Altinn",
        )
    if given.given_at is None:
        raise bad_value("givenAt", nb="når det ble gitt", en="when it was given")
    return Manner(
        method=method,
        language=given.language.value,
        expires_at=given.expires_at,
        given_at=given.given_at,
        effective_at=given.effective_from,
        evidence_ref=given.evidence_ref,
    )


async def proved(work: Work, manner: Manner, held: Held) -> Manner:
    """The answer to what was asked for. One from Altinn is held against it now that the one who asked is known."""
    if manner.altinn is None:
        return manner
    person = await work.ledger.national_id(held.subject)
    return _matched(work.inquiry, manner, person, held.scope)


def _in_altinn(given: RecordConsentInput) -> Manner:
    return Manner(
        method=_ALTINN,
        language=given.language.value,
        expires_at=given.expires_at,
        altinn=checks.identifier("evidenceRef", given.evidence_ref),
    )


def _matched(inquiry: Inquiry, manner: Manner, person: str, scope: Scope) -> Manner:
    """The manner with when it was given and what proves it."""
    expected = Expected(
        id=manner.altinn or UUID(int=0),
        person=person,
        organisation=_organisation(inquiry.requester),
        categories=scope.categories,
        purpose=scope.purpose,
        source=scope.source,
        case_id=str(scope.case_id) if scope.case_id else None,
        at=datetime.now(UTC),
        until=manner.expires_at,
    )
    found = evidence_of(inquiry.requester.consent_details, expected)
    if isinstance(found, Refusal):
        raise CommandRefusal(f"ALTINN_{found.fault}", found.field, nb=found.text.nb, en=found.text.en)
    return dataclasses.replace(manner, given_at=found.given_at, evidence_ref=found.reference, altinn=None)


def _organisation(requester: Requester) -> str:
    """Whom the consent in Altinn must be given to: the recipient itself. Maskinporten's token tells of consents to the
    consumer; a supplier that acts for itself has none of them.
    """
    consumer = requester.consumer
    return consumer if consumer is not None and consumer == requester.orgnr else ""


def _of_input(scope: ConsentScopeInput) -> Scope:
    return stated_of(scope.source, scope.recipient, scope.purpose, scope.categories, scope.case_id)
