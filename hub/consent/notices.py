"""What a person is shown before she consents: the exact text, in her language, and the digest that proves it later.

The words stand in `policies/notices.toml`, whole versions of them. A text depends on its version and on the scope, and
on nothing else, so that it can be made again, letter for letter, for as long as its version is kept: for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from string import Formatter
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from hub.identity.purposes import POLICIES
from hub.identity.register_files import RegisterError, RegisterFile, check_names, day_of, text_of
from hub.store.tables.values import CONSENT_CATEGORIES, CONSENT_KINDS

FILE: Final = "notices.toml"
LANGUAGES: Final = ("nb", "en")
# Log control and a person's access to her own data never rest on consent.
PURPOSES: Final = (
    "DEBT_COUNSELLING",
    "EVICTION_PREVENTION",
    "HOUSING_ALLOCATION",
    "REFINANCING",
    "REPAYMENT_AGREEMENT",
)
_OSLO: Final = ZoneInfo("Europe/Oslo")
_MONTHS: Final = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "nb": "januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember",
}
# What each part of a version must have, word by word: one that is missing could not be shown, and is found at start.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "categories": CONSENT_CATEGORIES,
    "givers": ("GUARDIAN", "PROXY"),
    "kinds": CONSENT_KINDS,
    "purposes": PURPOSES,
}
_PLACES: Final = ("categories", "giver", "kind", "purpose", "recipient", "source", "until")


class NoticeUnavailable(Exception):
    """There is no text to show: for the language, the day, the version or the scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeScope:
    """What is consented to. `source` and `recipient` are the names of parties, as a person knows them."""

    kind: str
    categories: Sequence[str]
    source: str
    recipient: str
    purpose: str
    expires_at: datetime
    given_by: str = "SELF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A text as it is shown, and its SHA-256 over UTF-8."""

    version: str
    language: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """All words of one version: by part, name and language."""

    number: str
    valid_from: date
    valid_to: date | None
    words: Mapping[tuple[str, str, str], str]

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def digest(self) -> str:
        """A name for exactly these words."""
        content = hashlib.sha256()
        for place in sorted(self.words):
            for part in (*place, self.words[place]):
                content.update(b"%d:" % len(part.encode()) + part.encode())
        return content.hexdigest()

    def word(self, part: str, name: str, language: str) -> str:
        found = self.words.get((part, name, language))
        if found is None:
            raise NoticeUnavailable(f"{part}.{name} in {language}")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Every version that there has been."""

    versions: tuple[Version, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises `RegisterError` if anything in the file is unclear."""
        file = RegisterFile(name=FILE, text=text, table="notice")
        versions = file.parsed(_version)
        if len({version.number for version in versions}) < len(versions):
            raise RegisterError("a version stands twice; give each a number of its own", file=FILE)
        for index, version in enumerate(versions):
            with file.at(index):
                _check_alone(version, versions)
        return cls(versions=versions)

    @classmethod
    def load(cls) -> Notices:
        """Those that came with the program."""
        return _packaged()

    def shown(self, scope: NoticeScope, language: str, on: date) -> Notice:
        """The text to be shown that day. Raises `NoticeUnavailable`."""
        return self._filled(self._one(lambda version: version.holds(on)), scope, language)

    def of_version(self, number: str, scope: NoticeScope, language: str) -> Notice:
        """The text as it was shown under this version. Raises `NoticeUnavailable`."""
        return self._filled(self._one(lambda version: version.number == number), scope, language)

    def word(self, part: str, name: str, language: str, on: date) -> str:
        """A word of the version of that day: what a category or a purpose is called."""
        return self._one(lambda version: version.holds(on)).word(part, name, language)

    def _one(self, wanted: Callable[[Version], bool]) -> Version:
        found = next((version for version in self.versions if wanted(version)), None)
        if found is None:
            raise NoticeUnavailable("no such version")
        return found

    def _filled(self, version: Version, scope: NoticeScope, language: str) -> Notice:
        if language not in LANGUAGES or not scope.categories:
            raise NoticeUnavailable(f"in {language}")
        listed = [version.word("categories", name, language) for name in sorted(set(scope.categories))]
        giver = "" if scope.given_by == "SELF" else version.word("givers", scope.given_by, language)
        text = version.word("text", "", language).format(
            categories="\n".join(f"- {line}" for line in listed),
            giver=giver,
            kind=version.word("kinds", scope.kind, language),
            purpose=version.word("purposes", scope.purpose, language),
            recipient=scope.recipient,
            source=scope.source,
            until=in_words(scope.expires_at, language),
        )
        return Notice(version=version.number, language=language, text=text)


def in_words(moment: datetime, language: str) -> str:
    """By the clock in Norway: 12. mai 2027 kl. 14.00, 12 May 2027 at 14:00."""
    local = moment.astimezone(_OSLO)
    month = _MONTHS[language].split("|")[local.month - 1]
    if language == "nb":
        return f"{local.day}. {month} {local.year} kl. {local:%H.%M}"
    return f"{local.day} {month} {local.year} at {local:%H:%M}"


@cache
def _packaged() -> Notices:
    return Notices.read((POLICIES / FILE).read_text(encoding="utf-8"))


def _version(row: Mapping[str, Any]) -> Version:
    check_names(row, frozenset({"text", "valid_from", "version", *_PARTS}), frozenset({"valid_to"}))
    number, valid_from, valid_to = text_of(row, "version"), day_of(row, "valid_from"), day_of(row, "valid_to")
    if valid_from is None or (valid_to is not None and valid_to < valid_from):
        raise RegisterError(f"{number}: it ends before it begins")
    words = {("text", "", language): text for language, text in _in_both(row["text"], f"{number}: text").items()}
    for part, names in _PARTS.items():
        for name, texts in _named(row[part], names, f"{number}: {part}").items():
            words |= {(part, name, language): text for language, text in texts.items()}
    version = Version(number=number, valid_from=valid_from, valid_to=valid_to, words=words)
    _check_places(version)
    return version


def _named(table: Any, names: tuple[str, ...], place: str) -> dict[str, dict[str, str]]:
    if not isinstance(table, dict) or set(table) != set(names):
        raise RegisterError(f"{place} must have exactly {', '.join(sorted(names))}")
    return {name: _in_both(texts, f"{place}.{name}") for name, texts in table.items()}


def _in_both(texts: Any, place: str) -> dict[str, str]:
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        raise RegisterError(f"{place} must be in {' and '.join(LANGUAGES)}")
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise RegisterError(f"{place} is not a text")
    return texts


def _check_places(version: Version) -> None:
    for language in LANGUAGES:
        text = version.word("text", "", language)
        try:
            fields = [
                (name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None
            ]
        except ValueError:
            raise RegisterError(f"{version.number}: a brace in text is not closed") from None
        if {name for name, _, _ in fields} != set(_PLACES) or any(spec or conversion for _, spec, conversion in fields):
            raise RegisterError(
                f"{version.number}: text must have a place for each of {', '.join(_PLACES)}, and no other"
            )


def _check_alone(version: Version, versions: Sequence[Version]) -> None:
    """On no day are there two texts to choose from."""
    for other in versions:
        if other is version:
            return
        if other.holds(version.valid_from) or version.holds(other.valid_from):
            raise RegisterError(f"{version.number} and {other.number} are both shown on the same day")
