"""One case being told: who it is about, where, when, and the rows that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.demo.offices import NAV_STATE, Municipality
from hub.demo.rows import Rows, Table
from hub.store.ids import make_id
from hub.store.tables import (
    Case,
    CasePerson,
    Consent,
    ConsentEvent,
    ContactLogEntry,
    Household,
    Kinship,
    Participant,
    Person,
    Signal,
)

# The day on which the demo's cases stand as they stand. Data must come out the same on every machine.
TODAY: Final = date(2026, 11, 22)
_OSLO: Final = ZoneInfo("Europe/Oslo")
_SECONDS_OF_OFFICE: Final = 8 * 3600
_NOTICE: Final = "a6f4bd1b74b1e4c1a9e2c5bbf1d6a1a1c22f0d1fb8e5a4f7f4a9d3b2c1e0f9a8"
# An id tells when its row was made, and must not tell when a person became one: all persons came in at once.
_PERSONS_CAME: Final = datetime(2026, 1, 2, 6, tzinfo=UTC)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant, from a time of day in Norway."""
    return datetime.combine(day, time(hour, minute), _OSLO).astimezone(UTC)


def fixed_id(name: str) -> UUID:
    """The id of something that is always there, whatever else is generated."""
    return _id(_PERSONS_CAME, Random(f"bofast {name}"))


def person_id(rng: Random) -> UUID:
    return _id(_PERSONS_CAME, rng)


def _id(moment: datetime, rng: Random) -> UUID:
    return make_id(int(moment.timestamp() * 1000), rng.getrandbits(74))


@dataclass(kw_only=True)
class Scene:
    """Adds rows about one case. What every row of a case has is filled in."""

    rows: Rows
    rng: Random
    place: Municipality
    case_id: UUID
    subject_id: UUID
    opened: date
    nav_unit: str
    persons: list[UUID] = field(default_factory=list)

    @classmethod
    def open(
        cls, rows: Rows, rng: Random, place: Municipality, name: str, *, subject: UUID, opened: date, nav_unit: str
    ) -> Scene:
        """A case that is opened on this day."""
        case_id = _id(at(opened), Random(f"bofast case {name}"))
        return cls(
            rows=rows, rng=rng, place=place, case_id=case_id, subject_id=subject, opened=opened, nav_unit=nav_unit
        )

    @classmethod
    def story(cls, rows: Rows, place: Municipality, name: str, *, subject: UUID, opened: date, nav_unit: str) -> Scene:
        """A case that is always there, and always the same."""
        rng = Random(f"bofast story {name}")
        return cls.open(rows, rng, place, name, subject=subject, opened=opened, nav_unit=nav_unit)

    @property
    def is_secure(self) -> bool:
        return self.nav_unit == self.place.secure_unit

    def add(self, table: Table, source: str, **values: Any) -> UUID:
        """A row about this case, from this party."""
        row_id = self.new_id()
        self.rows.add(table, id=row_id, case_id=self.case_id, source_party=source, **values)
        return row_id

    def new_id(self) -> UUID:
        return _id(at(self.opened), self.rng)

    def day(self, first: int, last: int) -> date:
        """Some day so many days after the opening, but not after today."""
        return min(self.opened + timedelta(days=self.rng.randint(first, last)), TODAY)

    def moment(self, first: int, last: int) -> datetime:
        """Some instant in office hours, so many days after the opening."""
        second = self.rng.randrange(_SECONDS_OF_OFFICE)
        return at(self.day(first, last), 8) + timedelta(seconds=second)

    def case(self, number: int, **values: Any) -> None:
        """The case itself."""
        self.rows.add(
            Case,
            id=self.case_id,
            case_no=f"{self.place.number}-{self.opened.year}-{number:06}",
            municipality=self.place.number,
            nav_unit=self.nav_unit,
            subject_id=self.subject_id,
            opened_at=at(self.opened, 9),
            source_party=self.place.nav,
            **{"responsible_unit": self.nav_unit, "updated_at": self.moment(20, 400), **values},
        )

    def member(self, person: UUID, relation: str, role: str = "ADULT", share: int | None = None) -> None:
        """A person of the household. The first one is the subject."""
        self.add(CasePerson, self.place.nav, person_id=person, relation=relation, role=role, share_of_tenancy=share)
        self.persons.append(person)

    def household(self, children: int, under_18: int, note: str | None = None) -> None:
        self.add(
            Household,
            self.place.nav,
            children_count=children,
            children_under18=under_18,
            has_children=children > 0,
            child_needs_note=note,
        )

    def participant(self, party: str, unit: str | None, role: str, basis: str, **values: Any) -> None:
        """A party at work on the case since its opening."""
        self.add(
            Participant,
            self.place.nav,
            party_id=party,
            unit_id=unit,
            role=role,
            basis=basis,
            granted_by=self.nav_unit,
            **{"valid_from": at(self.opened, 9), **values},
        )

    def signal(self, kind: str, sender: str, basis: str, *, received: datetime, channel: str = "API") -> UUID:
        return self.add(
            Signal,
            sender,
            kind=kind,
            received_at=received,
            channel=channel,
            sender_party=sender,
            basis=basis,
            triage_status="ASSIGNED",
            unit_id=self.nav_unit,
        )

    def contact(self, moment: datetime, by: str, unit: str, party: str, **values: Any) -> None:
        """An entry of the contact log."""
        self.add(ContactLogEntry, party, at=moment, by_name=by, by_unit=unit, **{"with_whom": "Leietaker", **values})

    def consent(
        self, source: str, recipient: str, purpose: str, categories: list[str], given: date, **values: Any
    ) -> UUID:
        """A consent by the subject, with the event that makes it count. `values` are of the one or of the other."""
        consent_id = self.new_id()
        moment = at(given, 14)
        self.rows.add(
            Consent,
            id=consent_id,
            source_party=source,
            recipient_party=recipient,
            purpose=purpose,
            categories=categories,
            kind=values.pop("kind", "CONSENT_LIFTS_CONFIDENTIALITY"),
            subject_id=values.pop("subject_id", self.subject_id),
            case_id=values.pop("case_id", self.case_id),
            recorded_at=moment,
        )
        terms: dict[str, Any] = {"expires_at": at(given.replace(year=given.year + 10, day=1)), **values}
        self.consent_given(consent_id, moment, **terms)
        return consent_id

    def consent_given(self, consent_id: UUID, moment: datetime, kind: str = "GIVEN", **values: Any) -> None:
        """The consent is given, or given again, on the terms of `values`."""
        self.consent_event(
            consent_id,
            kind,
            values.pop("effective_at", moment),
            **{
                "given_at": moment,
                "given_by": "SELF",
                "assurance": 4,
                "collection_method": "IDPORTEN_UI",
                "notice_version": "2026-1",
                "notice_sha256": _NOTICE,
                "language": "nb",
                "expires_at": moment + timedelta(days=3650),
                **values,
            },
        )

    def consent_event(self, consent_id: UUID, kind: str, moment: datetime, **values: Any) -> None:
        """Something happens to the consent, written down there and then."""
        self.rows.add(
            ConsentEvent,
            id=self.new_id(),
            consent_id=consent_id,
            kind=kind,
            effective_at=moment,
            **{"recorded_at": moment, "recorded_by": "citizen", **values},
        )


def add_person(rows: Rows, identifier: UUID, national_id: str, first: str, last: str, **values: Any) -> UUID:
    """A person in the population register, as NAV passes it on. Without an address unless one is given."""
    rows.add(
        Person,
        id=identifier,
        national_id=national_id,
        first_name=first,
        last_name=last,
        source_party=NAV_STATE,
        **{"address_grade": "UGRADERT", "protection": "UGRADERT", "in_register": True, **values},
    )
    return identifier


def lives_at(line: str, place: Municipality) -> dict[str, str]:
    """A residential address, as columns of a person."""
    return {
        "residential_line": line,
        "residential_postal_code": place.postal_code,
        "residential_place": place.place,
    }


# What is written for those whose address is strictly protected, instead of where they are.
STRICT_ADDRESS: Final = {
    "postal_line": "SOT6, Postboks 2094 Vika",
    "postal_postal_code": "0125",
    "postal_place": "Oslo",
}


def add_kin(rows: Rows, person: UUID, relative: UUID, relation: str, back: str) -> None:
    """A family tie, both ways: `relative` is the `relation` of `person`."""
    rows.add(Kinship, person_id=person, relative_id=relative, relation=relation)
    rows.add(Kinship, person_id=relative, relative_id=person, relation=back)
