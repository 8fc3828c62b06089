"""Who may see what of a case: the access matrix, written out by hand, and a reader's eyes on a case by it.

R reads, S status only, M the masked number only, - nothing; the other letters are conditions on the row or the case,
each explained where it is decided. The last two rows are about the case as such.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.acceptance.stored import COLUMNS, PARTIES, Node

_MATRIX = """
                 nav secure debt housing rent support enforcement citizen
    name         R   R      R    R       R    R       R           R
    number       R   R      R    R       R    M       R           own
    address      R   R      R    R       R    R       R           own
    protection   sp  sp     -    -       -    -       sp          own
    shielded     sp  sp     -    -       -    -       -           -
    contact      R   R      R    R       -    R       -           own
    adults       R   R      R    R       -    R       R           R
    has-children R   R      R    R       -    R       R           R
    children     R   R      -    -       -    C       -           R
    rent         R   R      R    R       R    S       R           R
    demand-copy  R   R      R    R       O    -       -           R
    breach       R   R      -    R       -    S       -           R
    breach-text  R   R      -    R       -    C       -           verified
    petition     R   R      R    R       S    S       R           R
    loan         C   C      C    start   -    -       -           R
    aid          R   R      S    -       -    -       -           R
    contact-log  R   R      both shared  -    unit    -           citizen
    plan         R   R      R    R       S    steps   S           R
    agreement    R   R      R    R       muni -       S           R
    cost         R   R      -    R       -    -       -           -
    opening      R   R      R    R       R    -       R           R
    settlement   R   R      R    -       -    -       R           R
    signal       unit unit  -    unit    -    -       -           -
    reporter     unit unit  -    -       -    -       -           -
    consent      R   R      R    R       -    -       -           R
    receipt      -   -      -    -       -    -       -           R
    notice       R   R      -    R       -    -       -           R
    concern      R   R      -    -       -    -       -           -
    participant  R   R      R    R       -    R       -           R
    case         R   R      R    R       S    R       S           R
"""
# The group of a type, and of those fields that are in another one. An object in a row is one field.
_GROUPS: Mapping[str, str] = {
    "Case": "case",
    "CaseChange": "case",
    "ConcernReport": "concern",
    "Consent": "consent",
    "ConsentEvent": "consent",
    "ConsentReceipt": "receipt",
    "ContactLogEntry": "contact-log",
    "CostComparison": "cost",
    "DebtSettlement": "opening",
    **dict.fromkeys(
        (
            "DebtSettlement.appliedAt",
            "DebtSettlement.negotiationEnds",
            "DebtSettlement.claimsDeadline",
            "DebtSettlement.proposalAnswerDeadline",
            "DebtSettlement.settledAt",
            "DebtSettlement.periodYears",
            "DebtSettlement.contentSummary",
        ),
        "settlement",
    ),
    "DeferralRequest": "aid",
    "Dwelling": "case",
    **dict.fromkeys(("Dwelling.address", "Dwelling.cadastral", "Dwelling.koboId"), "address"),
    "EvictionNotice": "petition",
    "EvictionPetition": "petition",
    "FinancialAidApplication": "aid",
    "Household": "has-children",
    **dict.fromkeys(("Household.childrenCount", "Household.childrenUnder18", "Household.childNeedsNote"), "children"),
    "HouseholdMember": "adults",
    "LandlordNotice": "notice",
    "LeaseBreach": "breach",
    "LeaseBreach.description": "breach-text",
    "Mandate": "consent",
    "MortgageDefault": "loan",
    "MortgageLoan": "loan",
    "Participant": "participant",
    "Person": "name",
    "Person.nationalId": "number",
    "Person.nationalIdMasked": "number",
    "Person.residentialAddress": "address",
    "Person.postalAddress": "address",
    "Person.temporaryAddress": "address",
    "Person.addressProtection": "protection",
    "Person.addressGrade": "protection",
    "Person.inRegister": "protection",
    "Person.shielded": "shielded",
    "Person.preferredLanguage": "contact",
    "Person.interpreterNeeded": "contact",
    "Person.digitalContactReserved": "contact",
    "PlanStep": "plan",
    "ProgressPlan": "plan",
    "RentClaim": "rent",
    "RentDefault": "rent",
    "RentDemandCopy": "demand-copy",
    "RepaymentAgreement": "agreement",
    "Reservation": "consent",
    "Signal": "signal",
    "Signal.sender": "reporter",
    "Tenancy": "rent",
}
# What "status only" leaves of a type.
_STATUS: Mapping[str, frozenset[str]] = {
    "Case": frozenset({"id", "responsibleUnit"}),
    "CaseChange": frozenset(),
    "DeferralRequest": frozenset(),
    "Dwelling": frozenset({"id", "dwellingType"}),
    "EvictionNotice": frozenset({"id", "status"}),
    "EvictionPetition": frozenset({"id", "status"}),
    "FinancialAidApplication": frozenset({"id", "status", "appliedAt"}),
    "LeaseBreach": frozenset({"id", "status"}),
    "PlanStep": frozenset(),
    "ProgressPlan": frozenset({"id", "status"}),
    "RentClaim": frozenset(),
    "RentDefault": frozenset({"id", "status"}),
    "RepaymentAgreement": frozenset({"id", "status"}),
    "Tenancy": frozenset({"id", "status"}),
}
# What lists are ordered by. Where it may not be seen, the row stands last, so that its place tells nothing.
_ORDER: Mapping[str, str] = {
    "changes": "occurredAt",
    "claims": "dueDate",
    "concernReports": "reportedAt",
    "consents": "givenAt",
    "contactLog": "at",
    "debtSettlements": "appliedAt",
    "deferralRequests": "requestedAt",
    "defaults": "reportedAt",
    "evictionNotices": "sentAt",
    "evictionPetitions": "petitionReceivedAt",
    "financialAidApplications": "appliedAt",
    "landlordNotices": "sentAt",
    "leaseBreaches": "occurredAt",
    "mandates": "recordedAt",
    "members": "role",
    "mortgageLoans": "loanType",
    "participants": "validFrom",
    "rentDefaults": "reportedAt",
    "rentDemandCopies": "issuedAt",
    "repaymentAgreements": "firstDue",
    "reservations": "givenAt",
    "signals": "receivedAt",
    "tenancies": "startDate",
}
_WHOLE = frozenset({"*"})
_NOTHING: frozenset[str] = frozenset()


def _cells() -> dict[str, dict[str, str]]:
    heads, *rows = (line.split() for line in _MATRIX.strip().splitlines())
    return {column: {row[0]: row[1 + n] for row in rows} for n, column in enumerate(heads)}


CELLS = _cells()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks: the column, and what conditions are about. `special` are the protection marks that are not withheld.

    `consents` are pairs of category and source in force for this party and purpose, `agreements` lenders and managers.
    """

    column: str
    party: str
    unit: str | None
    special: frozenset[str] = frozenset()
    person: str | None = None
    consents: frozenset[tuple[str, str]] = frozenset()
    agreements: frozenset[tuple[str, str]] = frozenset()
    is_address_open: bool = True

    def sees(self, node: Node) -> Any:
        """The object without what this reader may not see; None where the row itself is hidden."""
        if not self._sees_row(node):
            return None
        shown: dict[str, Any] = {}
        for name, value in node.fields.items():
            if isinstance(value, Node):
                inner = self.sees(value) if value.type != "Party" or self._sees(node, name) else None
            elif isinstance(value, list) and value and isinstance(value[0], Node):
                inner = self._sees_list(name, value)
            else:
                inner = value if self._sees(node, name) else None
            shown[name] = inner
        return shown

    def _sees_list(self, name: str, nodes: Sequence[Node]) -> list[Any]:
        seen = [(str(node.row["id"]), shown) for node in nodes if (shown := self.sees(node)) is not None]
        if by := _ORDER.get(name):
            seen.sort(key=lambda one: (False, "") if one[1][by] is not None else (True, one[0]))
        return [shown for _, shown in seen]

    def _sees_row(self, node: Node) -> bool:
        if node.type == "Party":
            return True
        if node.type == "HouseholdMember" and node.row["role"] == "CHILD" and not self._shown(node, "children"):
            return False
        if node.type == "MortgageLoan" and self.column in ("nav", "secure", "debt"):
            return True
        return bool(self._shown(node, _GROUPS[node.type]))

    def _sees(self, node: Node, name: str) -> bool:
        if node.type == "Party":
            return True
        group = _GROUPS.get(f"{node.type}.{name}", _GROUPS[node.type])
        if group == "number" and self._cell(group) == "M":
            return name == "nationalIdMasked"
        if group in ("address", "protection") and not self.is_address_open:
            return False
        shown = self._shown(node, group)
        return shown is _WHOLE or name in shown

    def _cell(self, group: str) -> str:
        return CELLS[self.column][group]

    def _shown(self, node: Node, group: str) -> frozenset[str]:
        """The fields of the row that the group's cell leaves."""
        cell = self._cell(group)
        if cell == "S" or (group == "plan" and cell == "steps" and node.type == "ProgressPlan"):
            return _STATUS[node.type]
        return _WHOLE if cell in ("R", "M") or self._holds(cell, node) else _NOTHING

    def _holds(self, cell: str, node: Node) -> bool:
        return _CONDITIONS[cell](self, node)

    def has_special_right(self, node: Node) -> bool:
        """Whether the reader may see marks of protection."""
        del node
        return "protection" in self.special

    def is_own_unit(self, node: Node) -> bool:
        """Whether the reader's unit handles the row, or wrote it."""
        return node.row.get("unit_id", node.row.get("by_unit")) == self.unit

    def has_ground(self, node: Node) -> bool:
        """A loan of the municipality by the manager's agreement; anything else by the person's consent."""
        row = node.row
        if node.type in ("MortgageLoan", "MortgageDefault") and row["loan_type"] == "STARTLAN":
            return row["source_party"] in {manager for _, manager in self.agreements}
        category = {
            "Household": "HOUSING_SUPPORT_NOTES",
            "HouseholdMember": "HOUSING_SUPPORT_NOTES",
            "LeaseBreach": "HEALTH_NEED",
            "MortgageDefault": "LOAN_DEFAULT",
            "MortgageLoan": "LOAN_DETAILS",
        }[node.type]
        return (category, row["source_party"]) in self.consents


def _is_shared(_: Reader, node: Node) -> bool:
    return node.row["share_level"] in ("PARTICIPANTS", "CITIZEN")


_CONDITIONS: Mapping[str, Callable[[Reader, Node], bool]] = {
    "-": lambda _, __: False,
    "C": Reader.has_ground,
    "O": lambda reader, node: node.row["source_party"] == reader.party,
    "both": lambda reader, node: reader.is_own_unit(node) or _is_shared(reader, node),
    "citizen": lambda _, node: node.row["share_level"] == "CITIZEN",
    "muni": lambda _, node: node.row["creditor_type"] == "MUNICIPALITY",
    "own": lambda reader, node: node.type == "Dwelling" or str(node.row["id"]) == reader.person,
    "shared": _is_shared,
    "sp": Reader.has_special_right,
    "start": lambda reader, node: node.row["loan_type"] == "STARTLAN" and reader.has_ground(node),
    "steps": lambda reader, node: node.row["responsible_unit"] == reader.unit,
    "unit": Reader.is_own_unit,
    "verified": lambda _, node: node.row["verified_with_tenant_at"] is not None,
}


def could_see(column: str) -> set[str]:
    """`Type.field` of all that a reader of the column could ever be shown; of the column `everything`, all there is."""
    return {
        element
        for element in (f"{name}.{field}" for name, fields in COLUMNS.items() for field in _names(name, fields))
        if column == "everything" or _is_possible(column, element)
    }


def _names(name: str, columns: str) -> list[str]:
    further = {"Person": ["name", "nationalIdMasked", "residentialAddress", "postalAddress", "temporaryAddress"]}
    if name == "Party":
        return []
    own = [part.partition("=")[0] for part in columns.split()]
    return [*own, *PARTIES.get(name, {}), *further.get(name, [])]


def _is_possible(column: str, element: str) -> bool:
    name, _, field = element.partition(".")
    cell = CELLS[column][_GROUPS.get(element, _GROUPS[name])]
    if cell == "M":
        return field == "nationalIdMasked"
    if cell == "S" or (cell == "steps" and name == "ProgressPlan"):
        return field in _STATUS[name]
    return cell != "-"
