"""Facts worked out by hand: what a policy may ask of a row, said a second time in Python over whole tables.

The views under `facts` are taken as they are, `tests/store/test_facts.py` holds them. A set comes with the documents
that put each value in it; a fact that is true where there is a document comes as those documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from schema.categories import Anchor

Row = Mapping[str, Any]
"""A row as JSON has it: ids are text."""
Value = str | int | bool | None
Documented = list[tuple[Value, str | None]]
"""Values, each with the id of what it rests on, if it rests on anything."""

VIEWS = (
    "agreement",
    "break_glass",
    "case_person",
    "consent",
    "consent_area",
    "consent_informed",
    "consent_party",
    "guardian",
    "loan",
    "mandate",
    "mandate_holder",
    "participant",
    "party",
    "person_kin",
    "person_protection",
    "protection",
)


@dataclass(frozen=True)
class World:
    """The tables whole."""

    tables: Mapping[str, Sequence[Row]]
    _found: dict[tuple[str, ...], dict[tuple[Value, ...], list[Row]]] = field(default_factory=dict)

    def where(self, table: str, **values: Value) -> list[Row]:
        """The rows in which these columns have these values."""
        key = table, *values
        if key not in self._found:
            by: dict[tuple[Value, ...], list[Row]] = {}
            for row in self.tables[table]:
                by.setdefault(tuple(row[name] for name in values), []).append(row)
            self._found[key] = by
        return self._found[key].get(tuple(values.values()), [])

    def members(self, case: str) -> set[str]:
        return {row["person_id"] for row in self.where("case_person", case_id=case)}

    def cases(self, person: str) -> set[str]:
        return {row["case_id"] for row in self.where("case_person", person_id=person)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One row of a type, the case or person that it hangs on, and what the requester has."""

    world: World
    anchor: Anchor
    resource: str
    row: Row
    on: Row
    bound: Mapping[str, str]

    @cached_property
    def subject(self) -> str:
        return self.on["subject_id"] if self.anchor is Anchor.CASE else self.on["id"]

    @cached_property
    def cases(self) -> set[str]:
        """The case, or every case of the person."""
        return {self.on["id"]} if self.anchor is Anchor.CASE else self.world.cases(self.on["id"])

    @cached_property
    def persons(self) -> set[str]:
        own = set() if self.anchor is Anchor.CASE else {self.subject}
        return own.union(*map(self.world.members, self.cases))

    def fact(self, name: str) -> Value | Documented:
        """The fact of this row."""
        found = _OF_TYPE.get((self.resource, name)) or _SHARED.get(name)
        if found is not None:
            return found(self)
        return self.row[_COLUMNS[name]]

    def each_case(self, table: str) -> Iterator[Row]:
        for case in sorted(self.cases):
            yield from self.world.where(table, case_id=case)


def _bare(values: Iterator[Value] | set[str]) -> Documented:
    return [(value, None) for value in values if value is not None]


def _consented(asked: Asked) -> Documented:
    """To this recipient for this purpose; from this source, and for this case, but where nothing of a case shows."""
    given = asked.world.where(
        "consent",
        subject_id=asked.subject,
        recipient_party=asked.bound["party"],
        purpose=asked.bound["purpose"],
    )
    is_on_the_way = asked.resource in ("Case", "Person")
    if asked.anchor is Anchor.CASE and not is_on_the_way:
        given = [one for one in given if one["source_party"] == asked.row["source_party"]]
    if asked.anchor is Anchor.CASE:
        given = [one for one in given if one["case_id"] in (None, asked.on["id"])]
    return [(one["category"], one["id"]) for one in given]


def _glass_broken(asked: Asked) -> Documented:
    broken = asked.each_case("break_glass")
    return [(one["person_id"], one["id"]) for one in broken if one["id"] == asked.bound["glass"]]


def _guardians(asked: Asked) -> Documented:
    wards = (one for person in asked.persons for one in asked.world.where("guardian", ward_id=person))
    return _bare(one["holder_id"] for one in wards)


def _mandates(asked: Asked) -> Documented:
    held = asked.world.where("mandate", giver_id=asked.subject, holder_id=asked.bound["person"])
    return [(one["area"], one["id"]) for one in held if one["can_read"]]


def _relatives(asked: Asked) -> Documented:
    kin = (one for person in asked.persons for one in asked.world.where("person_kin", person_id=person))
    return _bare(one["relative_id"] for one in kin)


def _municipalities(asked: Asked) -> Documented:
    of_cases = (asked.world.where("case", id=case)[0] for case in asked.cases)
    return _bare(case["municipality"] for case in of_cases)


def _taking_part(asked: Asked, column: str) -> Documented:
    """Those who work on the case. As a person's, a consent for one case is the business of that case's alone."""
    found = {one[column] for one in asked.each_case("participant")}
    if asked.anchor is Anchor.PERSON and asked.resource in ("Consent", "ConsentEvent") and asked.row["case_id"]:
        found &= {one[column] for one in asked.world.where("participant", case_id=asked.row["case_id"])}
    return _bare(found)


def _protection(asked: Asked, column: str) -> Value:
    if asked.anchor is Anchor.CASE:
        return asked.world.where("protection", case_id=asked.on["id"])[0][column]
    return asked.world.where("person_protection", person_id=asked.on["id"])[0][column]


def _agreed(asked: Asked, loan: str) -> Documented:
    """An agreement of the case's municipality, by its lender, with this loan's manager, on loans of this kind."""
    (lent,) = asked.world.where("loan", id=loan)
    agreed = asked.world.where(
        "agreement",
        municipality=asked.on["municipality"],
        lender_party=lent["lender_party"],
        loan_manager_party=lent["servicer_party"],
        loan_type=lent["loan_type"],
    )
    return [(True, one["id"]) for one in agreed]


def _covering(asked: Asked, giver: str, areas: set[str], right: str) -> Documented:
    """Whose mandates with this right cover all of these areas, together."""
    held = [one for one in asked.world.where("mandate", giver_id=giver) if one[right]]
    covered: dict[str, set[str]] = {}
    for one in held:
        covered.setdefault(one["holder_id"], set()).add(one["area"])
    return [(one["holder_id"], one["id"]) for one in held if areas <= covered[one["holder_id"]]]


def _signers(asked: Asked) -> Documented:
    right = "can_withdraw" if asked.row["signs"] == "WITHDRAW" else "can_consent"
    return _covering(asked, asked.on["id"], set(asked.row["areas"]), right)


def _readers(asked: Asked) -> Documented:
    areas = {row["category"]: row["area"] for row in asked.world.tables["consent_area"]}
    wanted = {areas[category] for category in asked.row["categories"]}
    return _covering(asked, asked.row["subject_id"], wanted, "can_read")


def _holders(asked: Asked, column: str) -> Documented:
    held = asked.world.where("mandate_holder", mandate_id=asked.row[column])
    return [(one["holder_id"], one["mandate_id"]) for one in held]


def _informed(asked: Asked, column: str) -> Documented:
    return _bare(one["party_id"] for one in asked.world.where("consent_informed", consent_id=asked.row[column]))


def _is_child(asked: Asked) -> Value:
    found = asked.world.where("case_person", person_id=asked.row["id"], role="CHILD")
    return any(asked.anchor is Anchor.PERSON or one["case_id"] == asked.on["id"] for one in found)


_COLUMNS: Mapping[str, str] = {
    "about": "subject_id",
    "author": "by_unit",
    "creditor": "creditor_party",
    "creditorType": "creditor_type",
    "handler": "unit_id",
    "landlord": "landlord_party",
    "lender": "lender_party",
    "method": "method",
    "namesParty": "names_party",
    "recipient": "recipient_party",
    "recipientUnit": "recipient_unit",
    "responsibleUnit": "responsible_unit",
    "servicer": "servicer_party",
    "shareLevel": "share_level",
    "source": "source_party",
    "submitter": "submitter_party",
}
"""Facts that stand in the row."""
_SHARED: Mapping[str, Callable[[Asked], Value | Documented]] = {
    "consented": _consented,
    "glassBroken": _glass_broken,
    "grade": lambda asked: _protection(asked, "grade"),
    "guardians": _guardians,
    "mandates": _mandates,
    "municipalities": _municipalities,
    "namesShown": lambda asked: asked.world.where("party", id=asked.row["recipient_party"])[0]["log_shows_names"],
    "parties": lambda asked: _taking_part(asked, "party_id"),
    "persons": lambda asked: _bare(asked.persons),
    "relatives": _relatives,
    "shielded": lambda asked: _protection(asked, "shielded"),
    "startlan": lambda asked: asked.row["loan_type"] == "STARTLAN",
    "subject": lambda asked: asked.subject,
    "units": lambda asked: _taking_part(asked, "unit_id"),
    "verified": lambda asked: asked.row["verified_with_tenant_at"] is not None,
}
_OF_TYPE: Mapping[tuple[str, str], Callable[[Asked], Value | Documented]] = {
    ("Consent", "informed"): lambda asked: _informed(asked, "id"),
    ("Consent", "readers"): _readers,
    ("ConsentEvent", "informed"): lambda asked: _informed(asked, "consent_id"),
    ("ConsentEvent", "readers"): _readers,
    ("ConsentReceipt", "readers"): _readers,
    ("ConsentScope", "knownTo"): lambda asked: _bare(
        one["party_id"] for one in asked.world.where("consent_party", person_id=asked.on["id"])
    ),
    ("ConsentScope", "signers"): _signers,
    ("HouseholdMember", "child"): lambda asked: asked.row["role"] == "CHILD",
    ("HouseholdMember", "self"): lambda asked: asked.row["person_id"],
    ("Mandate", "holders"): lambda asked: _holders(asked, "id"),
    ("MandateScope", "holders"): lambda asked: _holders(asked, "mandate_id"),
    ("MortgageDefault", "agreed"): lambda asked: _agreed(asked, asked.row["loan_id"]),
    ("MortgageDefault", "lender"): lambda asked: asked.world.where("loan", id=asked.row["loan_id"])[0]["lender_party"],
    ("MortgageDefault", "servicer"): lambda asked: asked.world.where("loan", id=asked.row["loan_id"])[0][
        "servicer_party"
    ],
    ("MortgageLoan", "agreed"): lambda asked: _agreed(asked, asked.row["id"]),
    ("Person", "child"): _is_child,
    ("Person", "self"): lambda asked: asked.row["id"],
    ("ReservationScope", "signers"): _signers,
}
