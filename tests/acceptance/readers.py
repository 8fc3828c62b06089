"""The personas who read cases, each with its column of the matrix, and what the tables say that they should find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.demo.offices import ENFORCEMENT, ENFORCEMENT_UNIT, SYNTEVIK, TESTBY
from hub.demo.people import SIRI
from tests.acceptance.house import House
from tests.acceptance.matrix import Reader
from tests.acceptance.stored import Stored, bare

_BOTH_MARKS = frozenset({"protection"})


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An employee: which contract and purpose, which column, and up to which grade addresses are open."""

    kind: str
    purpose: str
    code: str
    column: str
    party: str
    unit: str
    municipality: str | None = "9901"
    special: frozenset[str] = frozenset()
    case_grade: int = 1
    address_grade: int = 0
    sees_shielded: bool = False
    person: str | None = None
    is_whole_party: bool = False


def _office(kind: str, column: str, party: str, unit: str, *, purpose: str = "B101", **further: Any) -> Agency:
    code = {"B101": "EVICTION_PREVENTION", "B102": "DEBT_COUNSELLING"}[purpose]
    return Agency(kind=kind, purpose=purpose, code=code, column=column, party=party, unit=unit, **further)


_T, _S = TESTBY, SYNTEVIK
AGENCIES: Mapping[str, Agency] = {
    "nav-caseworker": _office("nav", "nav", _T.nav, _T.nav_unit),
    "nav-caseworker-other-office": _office("nav", "nav", _T.nav, _T.second_nav_unit),
    "nav-caseworker-other-municipality": _office("nav", "nav", _S.nav, _S.nav_unit, municipality="9902"),
    "nav-secure-unit": _office(
        "secure-unit", "secure", _T.nav, _T.secure_unit, municipality=None, special=_BOTH_MARKS, case_grade=3,
        address_grade=3, sees_shielded=True,
    ),
    "nav-sister": _office("nav", "nav", _T.nav, _T.nav_unit, person=str(SIRI.id)),
    "debt-counsellor": _office("debt-counsel", "debt", _T.debt_counsel, _T.debt_unit, purpose="B102"),
    "housing-caseworker": _office("housing", "housing", _T.housing, _T.housing_unit),
    "rent-collector": _office("rent-collector", "rent", _T.rent_collector, _T.rent_unit),
    "housing-support": _office("housing-support", "support", _T.housing_support, _T.support_unit),
    "enforcement-officer": _office(
        "enforcement", "enforcement", ENFORCEMENT, ENFORCEMENT_UNIT, municipality=None, special=_BOTH_MARKS,
        address_grade=1, is_whole_party=True,
    ),
}  # fmt: skip

_CASES = """
    SELECT c.id::text, c.municipality, c.subject_id,
        array(SELECT p.unit_id FROM hub.participant p WHERE p.case_id = c.id AND p.unit_id IS NOT NULL
              AND p.valid_from <= now() AND (p.valid_to IS NULL OR p.valid_to > now())) AS units,
        array(SELECT p.party_id FROM hub.participant p WHERE p.case_id = c.id
              AND p.valid_from <= now() AND (p.valid_to IS NULL OR p.valid_to > now())) AS parties,
        array(SELECT cp.person_id::text FROM hub.case_person cp WHERE cp.case_id = c.id) AS persons
    FROM hub.case c ORDER BY c.updated_at DESC, c.id DESC"""
_GRADES = (
    "SELECT id::text, array_position(ARRAY['UGRADERT', 'FORTROLIG', 'STRENGT_FORTROLIG',"
    " 'STRENGT_FORTROLIG_UTLAND'], protection) - 1 AS grade, shielded FROM nav.person"
)
_CONSENTED = """
    SELECT DISTINCT category, c.source_party FROM hub.consent c, unnest(c.categories) category
    WHERE c.recipient_party = $1 AND c.purpose = $2 AND c.subject_id = $3 AND (c.case_id IS NULL OR c.case_id = $4)
        AND (
        SELECT kind IN ('GIVEN', 'RENEWED') AND expires_at > now() FROM hub.consent_event
        WHERE consent_id = c.id AND effective_at <= now() ORDER BY seq DESC LIMIT 1
    )"""
_AGREED = """
    SELECT a.lender_party, a.loan_manager_party FROM hub.agreement a
    WHERE a.municipality = $1 AND 'STARTLAN' = ANY (a.loan_types) AND a.valid_from <= current_date
        AND (a.valid_to IS NULL OR a.valid_to >= current_date) AND (
        SELECT e.kind FROM hub.agreement_event e
        WHERE e.agreement_id = a.id AND e.effective_at <= now() ORDER BY e.seq DESC LIMIT 1
    ) IN ('SIGNED', 'RENEWED')"""


@dataclass(frozen=True, kw_only=True)
class Protected:
    """The strictest protection in a case: that of its persons and of everybody they share a household with."""

    grade: int
    shielded: bool


class Expected:
    """What each reader should find, by the matrix and the tables."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stored = Stored(house)
        self.cases = house.rows(_CASES)
        self._children = {
            row["id"] for row in house.rows("SELECT person_id::text AS id FROM hub.case_person WHERE role = 'CHILD'")
        }
        self._persons = {row["id"]: row for row in house.rows(_GRADES)}
        self._kin = {
            (str(row["person_id"]), str(row["relative_id"])) for row in house.rows("SELECT * FROM nav.kinship")
        }

    def protection(self, case: Mapping[str, Any]) -> Protected:
        mates = {
            mate for other in self.cases if set(other["persons"]) & set(case["persons"]) for mate in other["persons"]
        }
        found = [self._persons[mate] for mate in mates]
        return Protected(grade=max(one["grade"] for one in found), shielded=any(one["shielded"] for one in found))

    def is_open(self, agency: Agency, case: Mapping[str, Any]) -> bool:
        """Whether the case is there at all for the employee."""
        protected = self.protection(case)
        takes_part = agency.party in case["parties"] if agency.is_whole_party else agency.unit in case["units"]
        is_partial = agency.person is not None and any(
            agency.person == person or (person, agency.person) in self._kin for person in case["persons"]
        )
        return (
            takes_part
            and not is_partial
            and agency.municipality in (None, case["municipality"])
            and protected.grade <= agency.case_grade
            and (agency.sees_shielded or not protected.shielded)
        )

    def persons(self, agency: Agency) -> dict[str, Any]:
        """The persons that the employee can find by number, each with the cases about them that are there."""
        found: dict[str, Any] = {}
        for person, row in self._persons.items():
            theirs = [case for case in self.cases if person in case["persons"]]
            if theirs and self._is_known(agency, person, row, theirs):
                about = [case for case in theirs if str(case["subject_id"]) == person]
                found[person] = {
                    "id": person,
                    "cases": [{"id": case["id"]} for case in about if self.is_open(agency, case)],
                }
        return found

    def _is_known(
        self, agency: Agency, person: str, row: Mapping[str, Any], theirs: Sequence[Mapping[str, Any]]
    ) -> bool:
        mates = {mate for case in theirs for mate in case["persons"]}
        takes_part = any(
            agency.party in case["parties"] if agency.is_whole_party else agency.unit in case["units"]
            for case in theirs
        )
        protections = [self.protection(case) for case in theirs]
        is_child = person in self._children and agency.column not in ("nav", "secure")
        return (
            takes_part
            and not is_child
            and agency.person not in mates
            and not any((mate, agency.person) in self._kin for mate in mates)
            and agency.municipality in (None, *(case["municipality"] for case in theirs))
            and max(row["grade"], *(one.grade for one in protections)) <= agency.case_grade
            and (agency.sees_shielded or not (row["shielded"] or any(one.shielded for one in protections)))
        )

    def whole(self, agency: Agency, case: Mapping[str, Any]) -> Any:
        """The case as the matrix lets the employee see it, without nulls; None where it is not there."""
        if not self.is_open(agency, case):
            return None
        reader = Reader(
            column=agency.column,
            party=agency.party,
            unit=agency.unit,
            special=agency.special,
            consents=frozenset(
                (row["category"], row["source_party"])
                for row in self._house.rows(_CONSENTED, agency.party, agency.code, case["subject_id"], case["id"])
            ),
            agreements=frozenset(
                (row["lender_party"], row["loan_manager_party"])
                for row in self._house.rows(_AGREED, case["municipality"])
            ),
        )
        return self._by(reader, case, address_grade=agency.address_grade)

    def own(self, person: str, case: Mapping[str, Any]) -> Any:
        """The case as its subject sees it."""
        return self._by(Reader(column="citizen", party=person, unit=None, person=person), case, address_grade=3)

    def _by(self, reader: Reader, case: Mapping[str, Any], *, address_grade: int) -> Any:
        is_address_open = self.protection(case).grade <= address_grade
        return bare(replace(reader, is_address_open=is_address_open).sees(self._stored.case(case["id"])))
