"""The texts before a consent: whole, in both languages, unchangeable once shown, and provable by their digest."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.consent.notices import (
    FILE,
    LANGUAGES,
    PURPOSES,
    Notices,
    NoticeScope,
    NoticeUnavailable,
    in_words,
)
from hub.identity.purposes import POLICIES
from hub.identity.register_files import RegisterError
from hub.store.tables.values import CONSENT_CATEGORIES, CONSENT_KINDS, GIVERS

TODAY = date(2026, 11, 22)
NOTICES = Notices.load()
TEXT = (POLICIES / FILE).read_text(encoding="utf-8")
SCOPE = NoticeScope(
    kind="CONSENT_LIFTS_CONFIDENTIALITY",
    categories=("PLAN_STATUS", "BUDGET"),
    source="NAV Testby",
    recipient="Prøvebanken ASA",
    purpose="REFINANCING",
    expires_at=datetime(2027, 5, 12, 12, 0, tzinfo=UTC),
)
# A version that has been shown never changes. Where this fails, the words need a version of their own.
DIGESTS = {"2026-1": "fcd0d94cf9fd03317543a617c63d7a90689931075017ae7bfe8609a50774d815"}


def test_no_version_has_changed_since_it_was_first_shown():
    assert {version.number: version.digest for version in NOTICES.versions} == DIGESTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given_by", GIVERS)
@pytest.mark.parametrize("kind", CONSENT_KINDS)
def test_text_says_what_from_whom_to_whom_what_for_and_how_long(kind: str, given_by: str, language: str):
    notice = NOTICES.shown(replace(SCOPE, kind=kind, given_by=given_by), language, TODAY)
    words = {place: NOTICES.word(*place, language, TODAY) for place in (("kinds", kind), ("purposes", SCOPE.purpose))}
    listed = [f"- {NOTICES.word('categories', name, language, TODAY)}\n" for name in SCOPE.categories]
    for part in (*words.values(), *listed, SCOPE.source, SCOPE.recipient, in_words(SCOPE.expires_at, language)):
        assert part in notice.text
    assert (notice.version, notice.language) == ("2026-1", language)
    assert not {"{", "}"} & set(notice.text)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("nb", ("Sier du nei, blir ingenting verre for deg", "§ 17", "§ 27", "Du kan trekke samtykket når du vil")),
        ("en", ("If you say no, nothing gets worse for you", "section 17", "You can withdraw the consent whenever")),
    ],
)
def test_text_says_that_refusing_makes_nothing_worse_and_how_to_withdraw(language: str, sentences: tuple[str, ...]):
    text = NOTICES.shown(SCOPE, language, TODAY).text
    assert all(sentence in text for sentence in sentences)


def test_digest_is_the_sha_256_of_the_text():
    notice = NOTICES.shown(SCOPE, "nb", TODAY)
    assert notice.sha256 == hashlib.sha256(notice.text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"categories": ("PLAN_STATUS",)},
        {"source": "NAV Syntevik"},
        {"recipient": "Liksom Sparebank"},
        {"purpose": "REPAYMENT_AGREEMENT"},
        {"expires_at": datetime(2027, 5, 12, 12, 1, tzinfo=UTC)},
        {"given_by": "GUARDIAN"},
        {"kind": "CONSENT_GDPR"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_each_part_of_the_scope_makes_another_text(changed: dict[str, Any]):
    before, after = NOTICES.shown(SCOPE, "nb", TODAY), NOTICES.shown(replace(SCOPE, **changed), "nb", TODAY)
    assert before.sha256 != after.sha256


def test_order_and_doubles_of_categories_make_no_other_text():
    again = replace(SCOPE, categories=("BUDGET", "PLAN_STATUS", "BUDGET"))
    assert NOTICES.shown(again, "nb", TODAY) == NOTICES.shown(SCOPE, "nb", TODAY)


def test_braces_in_a_name_are_shown_as_they_are():
    assert "{kind} {0} AS" in NOTICES.shown(replace(SCOPE, recipient="{kind} {0} AS"), "nb", TODAY).text


@pytest.mark.parametrize(
    ("moment", "nb", "en"),
    [
        (datetime(2027, 5, 12, 12, 0, tzinfo=UTC), "12. mai 2027 kl. 14.00", "12 May 2027 at 14:00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "1. januar 2027 kl. 00.30", "1 January 2027 at 00:30"),
    ],
)
def test_end_is_told_by_the_clock_in_norway(moment: datetime, nb: str, en: str):
    assert (in_words(moment, "nb"), in_words(moment, "en")) == (nb, en)


@pytest.mark.parametrize(
    ("scope", "language", "day"),
    [
        (SCOPE, "nn", TODAY),
        (SCOPE, "", TODAY),
        (SCOPE, "nb", date(2025, 12, 31)),
        (replace(SCOPE, categories=()), "nb", TODAY),
        (replace(SCOPE, categories=("EVERYTHING",)), "nb", TODAY),
        (replace(SCOPE, purpose="SAR"), "nb", TODAY),
        (replace(SCOPE, kind="MANDATE"), "nb", TODAY),
        (replace(SCOPE, given_by="NEIGHBOUR"), "nb", TODAY),
    ],
    ids=["Nynorsk", "no language", "before the first", "no category", "category", "purpose", "kind", "giver"],
)
def test_where_there_are_no_words_nothing_is_shown(scope: NoticeScope, language: str, day: date):
    with pytest.raises(NoticeUnavailable):
        NOTICES.shown(scope, language, day)


def test_text_of_a_version_that_is_over_can_still_be_made():
    later = TEXT.replace("valid_from = 2026-01-01", "valid_from = 2026-01-01\nvalid_to = 2026-06-30") + (
        TEXT.replace('"2026-1"', '"2026-2"').replace("2026-01-01", "2026-07-01").replace("Fra: ", "Kilde: ")
    )
    notices = Notices.read(later)
    shown = notices.shown(SCOPE, "nb", TODAY)
    assert (shown.version, "Kilde: NAV Testby" in shown.text) == ("2026-2", True)
    assert notices.of_version("2026-1", SCOPE, "nb") == NOTICES.of_version("2026-1", SCOPE, "nb")


FAULTS: dict[str, str] = {
    "a version twice": TEXT + TEXT,
    "two texts on one day": TEXT + TEXT.replace('"2026-1"', '"2026-2"').replace("2026-01-01", "2026-02-01"),
    "an end before the beginning": TEXT.replace("2026-01-01", "2026-01-01\nvalid_to = 2025-01-01"),
    "no first day": TEXT.replace("valid_from = 2026-01-01\n", ""),
    "a place that nothing fills": TEXT.replace("Fra: {source}", "Fra: {sender}"),
    "a place left out": TEXT.replace("Til: {recipient}", "Til:"),
    "a brace that is not closed": TEXT.replace("lenge: til {until}", "lenge: til {until"),
    "a place with more to it": TEXT.replace("Fra: {source}", "Fra: {source.name}"),
    "a category left out": TEXT.replace("[notice.categories.BUDGET]", "[notice.categories.BUDGETS]"),
    "a language left out": TEXT.replace('en = "to find a home for you"\n', ""),
    "an empty text": TEXT.replace('"to find a home for you"', '" "'),
    "a name unknown": TEXT.replace("valid_from", "from_day = 1\nvalid_from"),
    "no TOML": "[[notice",
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS)
def test_file_with_a_fault_is_refused_at_start(text: str):
    with pytest.raises(RegisterError):
        Notices.read(text)


def test_words_cover_every_category_and_every_purpose_that_may_rest_on_consent():
    (row,) = tomllib.loads(TEXT)["notice"]
    assert set(row["categories"]) == set(CONSENT_CATEGORIES)
    assert set(row["purposes"]) == set(PURPOSES)
