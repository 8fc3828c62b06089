"""Words are the same everywhere: what a table may hold, what the schema lists, and what policies ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type
from sqlmodel import SQLModel

from hub.app import rules
from hub.identity.purposes import POLICIES
from hub.plan.catalogue import ColumnField
from hub.store.tables.values import EVENT_KINDS
from schema.build import SCHEMA
from tests.contract.conftest import Database

_SCHEMA = SCHEMA._schema
_POLICIES = "\n".join(path.read_text(encoding="utf-8") for path in sorted(POLICIES.glob("*.cedar")))
# Facts that hold a word, with the column that it is read from.
_FACTS = {
    r"consented\.contains\(\"(\w+)\"\)": ("hub.consent", "categories"),
    r"mandates\.contains\(\"(\w+)\"\)": ("hub.mandate", "areas"),
    r"context\.purpose == \"(\w+)\"": ("hub.consent", "purpose"),
    r"resource\.creditorType == \"(\w+)\"": ("hub.repayment_agreement", "creditor_type"),
    r"resource\.shareLevel == \"(\w+)\"": ("hub.contact_log_entry", "share_level"),
}

# Fields of views, which have no list of their own: words of the table beneath, or worked out.
_OF_VIEWS = {
    "CaseEvent.kind",
    "ConsentEvent.collectionMethod",
    "ConsentEvent.givenBy",
    "ConsentEvent.kind",
    "InboxEvent.kind",
    "Mandate.areas",
    "Mandate.kind",
    "Mandate.rights",
    "Mandate.status",
    "Reservation.status",
    "SubmissionEvent.kind",
    "SubmittedDefault.code",
    "SubmittedDefault.loanType",
    "SubmittedDefault.outcome",
    "SubmittedDefault.status",
    "SubmittedDefault.withdrawalReason",
}
# Words of what was sent, which was held against the same enum as it came in.
_AS_SENT = {
    "SubmittedAidApplication.purpose",
    "SubmittedAidApplication.track",
    "SubmittedConcernReport.reporterRelation",
    "SubmittedConcernReport.track",
    "SubmittedDeferralRequest.track",
    "SubmittedEvictionNotice.status",
    "SubmittedLandlordNotice.breach",
    "SubmittedRentDemandCopy.kind",
}


def columns() -> Iterator[tuple[str, str, str, object]]:
    """Each field that is a column: `Type.field`, table, column, and the type of its values."""
    for entry in rules().catalogue.types.values():
        node = _SCHEMA.type_map[entry.name]
        assert isinstance(node, GraphQLObjectType)
        for name, field in entry.fields.items():
            if isinstance(field, ColumnField) and len(field.columns) == 1 and entry.declared.table:
                yield (
                    f"{entry.name}.{name}",
                    _kept_in(entry.declared.table, field.columns[0]),
                    field.columns[0],
                    get_named_type(node.fields[name].type),
                )


def _kept_in(table: str, column: str) -> str:
    """The table that a column stands in: of a view that only joins tables, theirs."""
    tables = SQLModel.metadata.tables
    joined = tables[table].info.get("joins", ()) if table in tables else ()
    return next((name for name in joined if column in tables[name].columns), table)


def test_enum_of_a_column_lists_exactly_the_words_that_the_table_may_hold(migrated: Database) -> None:
    differing = {
        element: (sorted(migrated.words.get((table, column), ())), sorted(kind.values))
        for element, table, column, kind in columns()
        if isinstance(kind, GraphQLEnumType)
        and migrated.words.get((table, column)) != set(kind.values)
        # A view over the log and the history of a consent have no list of their own.
        and (table, column) in migrated.words
    }
    assert differing == {}


def test_words_of_own_submissions_are_those_of_the_tables_beneath(migrated: Database) -> None:
    """The view that they are read from has no lists of its own."""

    def listed(name: str) -> set[str]:
        enum = _SCHEMA.type_map[name]
        assert isinstance(enum, GraphQLEnumType)
        return set(enum.values)

    row, event = "hub.submitted_default", "hub.submitted_default_event"
    assert listed("RowCode") == migrated.words[row, "code"]
    assert listed("LoanType") == migrated.words[row, "loan_type"]
    assert listed("SubmissionOutcome") == migrated.words[row, "outcome"]
    assert listed("SubmissionStatus") == migrated.words[row, "outcome"] | migrated.words[event, "kind"]
    assert listed("WithdrawalReason") == migrated.words[event, "withdrawal_reason"]


def test_enum_field_stands_on_a_column_with_a_closed_list(migrated: Database) -> None:
    open_ended = {
        element
        for element, table, column, kind in columns()
        if isinstance(kind, GraphQLEnumType) and (table, column) not in migrated.words
    }
    assert open_ended == _OF_VIEWS | _AS_SENT


def test_column_with_a_closed_list_is_an_enum_in_the_schema(migrated: Database) -> None:
    """Enums, not strings: a client can then tell what may come."""
    strings = {
        element
        for element, table, column, kind in columns()
        if not isinstance(kind, GraphQLEnumType) and (table, column) in migrated.words
    }
    assert strings == set()


@pytest.mark.parametrize("pattern", _FACTS)
def test_word_that_a_policy_asks_for_is_one_that_the_table_may_hold(migrated: Database, pattern: str) -> None:
    asked = set(re.findall(pattern, _POLICIES))
    assert asked
    assert asked <= migrated.words[_FACTS[pattern]]


def test_list_that_a_policy_compares_with_holds_words_of_the_table(migrated: Database) -> None:
    lists = re.findall(r"\[([^\]]+)\]\.contains\(resource\.shareLevel\)", _POLICIES)
    asked = {word for found in lists for word in re.findall(r"\"(\w+)\"", found)}
    assert asked
    assert asked <= migrated.words["hub.contact_log_entry", "share_level"]


def test_purposes_of_the_register_are_those_that_a_consent_can_be_given_for(migrated: Database) -> None:
    codes = {purpose.code for purpose in rules().purposes.purposes.values()}
    assert codes == migrated.words["hub.consent", "purpose"]


def test_legal_bases_in_the_demo_and_in_policies_are_in_the_register() -> None:
    cited = set(re.findall(r"@basis\(\"(\w+)\"\)", _POLICIES))
    assert cited <= rules().purposes.legal_bases.codes


def test_events_are_told_in_the_words_of_the_line() -> None:
    kinds = {
        name: frozenset(node.values)
        for name in ("CaseEventKind", "InboxEventKind", "SubmissionEventKind")
        if isinstance(node := _SCHEMA.type_map[name], GraphQLEnumType)
    }
    of_submissions = {kind for kind in EVENT_KINDS if kind.startswith("SUBMISSION_")}
    assert kinds["SubmissionEventKind"] == of_submissions
    assert kinds["CaseEventKind"] == set(EVENT_KINDS) - of_submissions
    assert kinds["InboxEventKind"] == {kind for kind in EVENT_KINDS if kind.startswith("SIGNAL_")}
