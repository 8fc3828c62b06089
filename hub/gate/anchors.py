"""How each fact is read in SQL, by what the row hangs on. Nothing here decides anything.

In a template `{case}` or `{person}` is the alias of the anchor's row, `{row}` of the row itself, `{protection}` of
`protection_from`; `{bind:x}` is a parameter.
INVARIANT: what a set is read from yields no row for NULL, so `contains` is two-valued.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hub.gate.facts import BINDS, FACTS
from hub.gate.predicate import Binds, quoted
from hub.gate.residual import Atom, Bind, Contains, Entity, Fact
from schema.categories import Anchor


@dataclass(frozen=True, slots=True)
class Column:
    """A fact that stands in a column or an expression."""

    sql: str


@dataclass(frozen=True, slots=True)
class Single:
    """A set of exactly one value."""

    sql: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A fact read from rows: the set of `value`, or without `value` whether there is a row. `id` is the evidence."""

    source: str
    value: str | None = None
    id: str | None = None


FactRead = Column | Single | Rows

_CONSENT = (
    "facts.consent q WHERE q.subject_id = {subject} AND q.recipient_party = {{bind:party}}"
    " AND q.purpose = {{bind:purpose}}{source}{case}"
)
_OF_THIS_SOURCE = " AND q.source_party = {row}.source_party"
# A consent may be given for one case only. For the person as such, which shows nothing of a case, each one counts.
_OF_THIS_CASE = " AND (q.case_id IS NULL OR q.case_id = {case}.id)"
_MANDATE = "facts.mandate q WHERE q.giver_id = {subject} AND q.holder_id = {{bind:person}} AND q.can_read"
_HOLDERS = "facts.mandate_holder q WHERE q.mandate_id = {{row}}.{0}"
_GUARDIAN = "facts.guardian q JOIN facts.case_person m ON m.person_id = q.ward_id WHERE m.case_id = {case}.id"
_GLASS = "facts.break_glass q WHERE q.case_id = {case}.id AND q.id = {bind:glass}"
# Whose mandates together cover every area that the consent is about, with the right that this command takes.
_MAY_SIGN = "CASE {{row}}.signs WHEN 'WITHDRAW' THEN {0}.can_withdraw ELSE {0}.can_consent END"
_SIGNERS = (
    f"facts.mandate q WHERE q.giver_id = {{person}}.id AND {_MAY_SIGN.format('q')} AND {{row}}.areas <@ ARRAY("
    "SELECT m.area FROM facts.mandate m WHERE m.giver_id = q.giver_id AND m.holder_id = q.holder_id"
    f" AND {_MAY_SIGN.format('m')})"
)
# Who may read for the person in every area that the consent is about.
_READERS = (
    "facts.mandate q WHERE q.giver_id = {row}.subject_id AND q.can_read AND {row}.categories <@ ARRAY("
    "SELECT n.category FROM facts.consent_area n JOIN facts.mandate m USING (area)"
    " WHERE m.giver_id = q.giver_id AND m.holder_id = q.holder_id AND m.can_read)"
)
# As a person's, a consent that is for one case is the business of those who take part in that case alone.
_TAKES_PART = (
    "facts.person_relation q WHERE q.person_id = {{row}}.subject_id AND ({{row}}.case_id IS NULL OR EXISTS ("
    "SELECT 1 FROM facts.participant o WHERE o.case_id = {{row}}.case_id AND o.{0} = q.{0}))"
)
_AGREEMENT = (
    "facts.agreement q JOIN {loan} ON q.lender_party = l.lender_party AND q.loan_manager_party = l.servicer_party"
    " AND q.loan_type = l.loan_type WHERE {where} AND q.municipality = {{case}}.municipality"
)
_HOUSEHOLD = (
    "(SELECT {person}.id AS person_id UNION ALL SELECT o.person_id FROM facts.case_person m"
    " JOIN facts.case_person o ON o.case_id = m.case_id WHERE m.person_id = {person}.id) q WHERE true"
)
_HOUSEHOLD_GUARDIANS = (
    "(SELECT w.holder_id FROM facts.guardian w WHERE w.ward_id = {person}.id UNION ALL SELECT w.holder_id"
    " FROM facts.guardian w JOIN facts.case_person o ON o.person_id = w.ward_id"
    " JOIN facts.case_person m USING (case_id) WHERE m.person_id = {person}.id) q WHERE true"
)
_GLASS_OF_PERSON = (
    "facts.break_glass q JOIN facts.case_person m USING (case_id)"
    " WHERE m.person_id = {person}.id AND q.id = {bind:glass}"
)
# As of a case of the person: which way a row was reached must not matter.
_HOUSEHOLD_KIN = (
    "(SELECT k.relative_id FROM facts.person_kin k WHERE k.person_id = {person}.id UNION ALL SELECT k.relative_id"
    " FROM facts.case_person m JOIN facts.case_kin k USING (case_id) WHERE m.person_id = {person}.id) q WHERE true"
)

_OF_CASE: Mapping[str, FactRead] = {
    "consented": Rows(
        _CONSENT.format(subject="{case}.subject_id", source=_OF_THIS_SOURCE, case=_OF_THIS_CASE), "q.category", "q.id"
    ),
    "glassBroken": Rows(_GLASS, "q.person_id", "q.id"),
    "grade": Column("{protection}.grade"),
    "guardians": Rows(_GUARDIAN, "q.holder_id"),
    "mandates": Rows(_MANDATE.format(subject="{case}.subject_id"), "q.area", "q.id"),
    "municipalities": Single("{case}.municipality"),
    "parties": Rows("facts.participant q WHERE q.case_id = {case}.id", "q.party_id"),
    "persons": Rows("facts.case_person q WHERE q.case_id = {case}.id", "q.person_id"),
    "relatives": Rows("facts.case_kin q WHERE q.case_id = {case}.id", "q.relative_id"),
    "shielded": Column("{protection}.shielded"),
    "source": Column("{row}.source_party"),
    "subject": Column("{case}.subject_id"),
    "units": Rows("facts.participant q WHERE q.case_id = {case}.id", "q.unit_id"),
}
_OF_PERSON: Mapping[str, FactRead] = {
    "consented": Rows(_CONSENT.format(subject="{person}.id", source="", case=""), "q.category", "q.id"),
    "glassBroken": Rows(_GLASS_OF_PERSON, "q.person_id", "q.id"),
    "grade": Column("{protection}.grade"),
    "guardians": Rows(_HOUSEHOLD_GUARDIANS, "q.holder_id"),
    "mandates": Rows(_MANDATE.format(subject="{person}.id"), "q.area", "q.id"),
    "municipalities": Rows("facts.person_municipality q WHERE q.person_id = {person}.id", "q.municipality"),
    "parties": Rows("facts.person_relation q WHERE q.person_id = {person}.id", "q.party_id"),
    "persons": Rows(_HOUSEHOLD, "q.person_id"),
    "relatives": Rows(_HOUSEHOLD_KIN, "q.relative_id"),
    "shielded": Column("{protection}.shielded"),
    "source": Column("{row}.source_party"),
    "subject": Column("{person}.id"),
    "units": Rows("facts.person_relation q WHERE q.person_id = {person}.id", "q.unit_id"),
}
_OF_LOG: Mapping[str, FactRead] = {
    "about": Column("{row}.subject_id"),
    "namesShown": Rows("facts.party q WHERE q.id = {row}.recipient_party AND q.log_shows_names"),
    "recipient": Column("{row}.recipient_party"),
    "recipientUnit": Column("{row}.recipient_unit"),
    "source": Column("{row}.source_party"),
}
_BY_ANCHOR: Mapping[Anchor, Mapping[str, FactRead]] = {
    Anchor.CASE: _OF_CASE,
    Anchor.LOG: _OF_LOG,
    Anchor.NONE: {},
    Anchor.PERSON: _OF_PERSON,
    Anchor.SUBMISSION: {"submitter": Column("{row}.submitter_party")},
}
_OF_ROW: Mapping[str, FactRead] = {
    "author": Column("{row}.by_unit"),
    "creditor": Column("{row}.creditor_party"),
    "creditorType": Column("{row}.creditor_type"),
    "handler": Column("{row}.unit_id"),
    "landlord": Column("{row}.landlord_party"),
    "lender": Column("{row}.lender_party"),
    "namesParty": Column("{row}.names_party"),
    "recipient": Column("{row}.recipient_party"),
    "responsibleUnit": Column("{row}.responsible_unit"),
    "servicer": Column("{row}.servicer_party"),
    "shareLevel": Column("{row}.share_level"),
    "startlan": Column("({row}.loan_type = 'STARTLAN')"),
    "verified": Column("({row}.verified_with_tenant_at IS NOT NULL)"),
}
_OF_TYPE: Mapping[tuple[str, str], FactRead] = {
    ("HouseholdMember", "child"): Column("({row}.role = 'CHILD')"),
    ("HouseholdMember", "self"): Column("{row}.person_id"),
    ("MortgageDefault", "agreed"): Rows(
        _AGREEMENT.format(loan="facts.loan l", where="l.id = {row}.loan_id"), id="q.id"
    ),
    ("MortgageDefault", "lender"): Column("(SELECT l.lender_party FROM facts.loan l WHERE l.id = {row}.loan_id)"),
    ("MortgageDefault", "servicer"): Column("(SELECT l.servicer_party FROM facts.loan l WHERE l.id = {row}.loan_id)"),
    ("MortgageLoan", "agreed"): Rows(_AGREEMENT.format(loan="facts.loan l", where="l.id = {row}.id"), id="q.id"),
    ("Consent", "informed"): Rows("facts.consent_informed q WHERE q.consent_id = {row}.id", "q.party_id"),
    ("Consent", "readers"): Rows(_READERS, "q.holder_id", "q.id"),
    ("ConsentEvent", "informed"): Rows("facts.consent_informed q WHERE q.consent_id = {row}.consent_id", "q.party_id"),
    ("ConsentEvent", "readers"): Rows(_READERS, "q.holder_id", "q.id"),
    ("ConsentReceipt", "readers"): Rows(_READERS, "q.holder_id", "q.id"),
    ("Mandate", "holders"): Rows(_HOLDERS.format("id"), "q.holder_id", "q.mandate_id"),
    ("MandateScope", "holders"): Rows(_HOLDERS.format("mandate_id"), "q.holder_id", "q.mandate_id"),
    ("ConsentScope", "knownTo"): Rows("facts.consent_party q WHERE q.person_id = {person}.id", "q.party_id"),
    ("ConsentScope", "method"): Column("{row}.method"),
    ("ConsentScope", "signers"): Rows(_SIGNERS, "q.holder_id", "q.id"),
    ("Person", "self"): Column("{row}.id"),
    ("ReservationScope", "signers"): Rows(_SIGNERS, "q.holder_id", "q.id"),
}
# A case and a person are on the way to what a consent is about, whichever source that is to come from.
_WAYS_IN = frozenset({"Case", "Person"})
_CONSENT_ON_THE_WAY = Rows(
    _CONSENT.format(subject="{case}.subject_id", source="", case=_OF_THIS_CASE), "q.category", "q.id"
)
_CHILD: Mapping[Anchor, FactRead] = {
    Anchor.CASE: Rows(
        "facts.case_person q WHERE q.case_id = {case}.id AND q.person_id = {row}.id AND q.role = 'CHILD'"
    ),
    Anchor.PERSON: Rows("facts.case_person q WHERE q.person_id = {row}.id AND q.role = 'CHILD'"),
}
_OF_CONSENT: Mapping[str, FactRead] = {
    "parties": Rows(_TAKES_PART.format("party_id"), "q.party_id"),
    "units": Rows(_TAKES_PART.format("unit_id"), "q.unit_id"),
}
_CONSENTS = frozenset({"Consent", "ConsentEvent"})
_PROTECTION: Mapping[Anchor, str] = {
    Anchor.CASE: "facts.protection p WHERE p.case_id = {case}.id",
    Anchor.PERSON: "facts.person_protection p WHERE p.person_id = {person}.id",
}
_PLACE = re.compile(r"\{(bind:)?(\w+)\}")


def protection_from(anchor: Anchor, anchor_alias: str) -> str:
    """The lateral with the columns `grade` and `shielded`. Join it LEFT, once an anchor row; empty means unknown."""
    source = _PROTECTION[anchor].format(case=anchor_alias, person=anchor_alias)
    return f"(SELECT p.grade, p.shielded FROM {source} OFFSET 0)"


_SOMEBODY: Mapping[Anchor, str] = {Anchor.CASE: "case_id", Anchor.PERSON: "person_id"}


def found_or_somebody(anchor: Anchor, search: str) -> str:
    """The id that the search finds, or the id of somebody else who has a case, to be decided on in its place.

    INVARIANT: whoever asks for a row also asks, on that very row, whether it is the one that was sought. So as much is
    worked out for something absent as for something hidden, and nothing of the other is ever shown.
    """
    somebody = f"SELECT m.{_SOMEBODY[anchor]} FROM facts.case_person m ORDER BY m.case_id LIMIT 1"
    # Not `coalesce`: it would look for the other only where there is need.
    return f"(array_remove(ARRAY[({search}), ({somebody})], NULL))[1]"


class AnchorFacts:
    """Facts of one type of row in one statement, for the given table aliases. A `FactSql`."""

    def __init__(
        self,
        anchor: Anchor,
        resource: str,
        *,
        anchor_alias: str,
        row_alias: str,
        protection: str,
        binds: Binds,
        is_fenced: bool = False,
    ) -> None:
        self._anchor = anchor
        self._resource = resource
        self._binds = binds
        # A bare EXISTS may become a join, and that may be made after others. One behind a fence is asked on the row.
        self._fence = " OFFSET 0" if is_fenced else ""
        self._aliases = {"case": anchor_alias, "person": anchor_alias, "row": row_alias, "protection": protection}

    def scalar(self, fact: str) -> str:
        match self._read(fact):
            case Column(sql):
                return self._filled(sql)
            case Rows(source, None, _):
                return f"EXISTS (SELECT 1 FROM {self._filled(source)}{self._fence})"
            case _:
                raise ValueError(f"{fact} is a set")

    def contains(self, fact: str, value_sql: str) -> str:
        match self._read(fact):
            case Single(sql):
                return f"{self._filled(sql)} = {value_sql}"
            case Rows(source, str(value), _):
                return f"EXISTS (SELECT 1 FROM {self._filled(source)} AND {value} = {value_sql}{self._fence})"
            case _:
                raise ValueError(f"{fact} is no set")

    def array(self, fact: str) -> str:
        """The whole set as an array without NULL elements. For tests and explanations."""
        match self._read(fact):
            case Single(sql):
                return f"ARRAY[{self._filled(sql)}]"
            case Rows(source, str(value), _):
                found = f"FROM {self._filled(source)} AND {value} IS NOT NULL"
                return f"ARRAY(SELECT DISTINCT {value} {found} ORDER BY {value})"
            case _:
                raise ValueError(f"{fact} is no set")

    def evidence(self, *atoms: Atom) -> str:
        """The id of the first document that makes one of the atoms true, NULL where there is none."""
        found = [self._document(atom) for atom in atoms]
        return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"

    def _document(self, atom: Atom) -> str:
        fact, condition = self._evidence_of(atom)
        match self._read(fact):
            case Rows(source, _, str(id_)):
                return f"(SELECT {id_}::text FROM {self._filled(source)}{condition} ORDER BY {id_} LIMIT 1)"
            case _:
                raise ValueError(f"{fact} rests on no document")

    def _evidence_of(self, atom: Atom) -> tuple[str, str]:
        match atom:
            case Fact(name):
                return name, ""
            case Contains(Fact(name), value):
                read = self._read(name)
                column = read.value if isinstance(read, Rows) else None
                return name, f" AND {column} = {self._literal(value)}"
            case _:
                raise ValueError("evidence is a fact")

    def _literal(self, value: object) -> str:
        match value:
            case str():
                return quoted(value)
            case Entity(_, id_):
                return quoted(id_)
            case Bind(name):
                return self._binds.add(name, BINDS[name])
            case _:
                raise ValueError("evidence is looked up by a category or an area")

    def _read(self, fact: str) -> FactRead:
        if fact not in FACTS:
            raise ValueError(f"there is no fact {fact}")
        if (self._resource, fact) == ("Person", "child"):
            return _CHILD[self._anchor]
        if fact == "consented" and self._resource in _WAYS_IN and self._anchor is Anchor.CASE:
            return _CONSENT_ON_THE_WAY
        if self._resource in _CONSENTS and self._anchor is Anchor.PERSON and fact in _OF_CONSENT:
            return _OF_CONSENT[fact]
        own = _OF_TYPE.get((self._resource, fact))
        found = own or _BY_ANCHOR[self._anchor].get(fact) or _OF_ROW.get(fact)
        if found is None:
            raise ValueError(f"{fact} of {self._resource} is not read in SQL")
        return found

    def _filled(self, template: str) -> str:
        return _PLACE.sub(self._place, template)

    def _place(self, match: re.Match[str]) -> str:
        name = match.group(2)
        return self._binds.add(name, BINDS[name]) if match.group(1) else self._aliases[name]
