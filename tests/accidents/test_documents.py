"""Accidents of documents: what is protected is reached by another way than the one that is guarded, or at any price."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import specified_directives
from sqlmodel import SQLModel

from hub.app import rules
from hub.demo.people import KARI, OLA, Known
from hub.plan.catalogue import CatalogueError, ColumnField, EmbeddedField, TypeEntry, build_catalogue
from schema.build import SCHEMA
from schema.categories import DataCategory
from schema.declare import SHARED, CategoryMark
from tests.acceptance.changes import changed
from tests.acceptance.house import House

# Values made from a column that another category guards, each for a reason: the masked number shows what its own
# category allows and no more, and hasChildren and the like have columns of their own.
_DERIVED = {("Person", "nationalIdMasked", "national_id")}


# --- GHSA-m8jr-fxqx-8xx6: a protected value is fetched because another field requires it ------------------------------


def values(entry: TypeEntry) -> Iterator[ColumnField]:
    for field in entry.fields.values():
        if isinstance(field, ColumnField):
            yield field
        elif isinstance(field, EmbeddedField):
            yield from field.members.values()


def test_ghsa_m8jr_fxqx_8xx6_no_field_is_made_from_what_another_category_guards() -> None:
    """Each value is decided by its own category, so a value made from another's column would show that column."""
    found: set[tuple[str, str, str]] = set()
    for entry in rules().catalogue.types.values():
        owners: dict[str, str] = {}
        for field in values(entry):
            if len(field.columns) == 1 and field.sql == f"{{row}}.{field.columns[0]}":
                owners.setdefault(field.columns[0], field.category)
        for field in values(entry):
            found |= {
                (entry.name, field.name, column)
                for column in field.columns
                if owners.get(column, field.category) != field.category
            }
    assert found == _DERIVED


def test_ghsa_m8jr_fxqx_8xx6_masked_number_does_not_tell_the_rest_of_it(house: House) -> None:
    """Housing support has the masked number only: with other digits behind the mask its answer stays the same."""
    query = "query($id: ID!) { case(id: $id) { subject { nationalIdMasked } } }"
    case = house.case_of(KARI)
    before = house.ask("housing-support", query, purpose="B101", id=case)
    with changed(house, "nav.person", KARI.id, {"national_id": KARI.national_id[:6] + "55555"}):
        after = house.ask("housing-support", query, purpose="B101", id=case)
    assert KARI.national_id[:6] in before.content.decode()
    assert (after.content, after.recorded.shown) == (before.content, before.recorded.shown)


@pytest.mark.parametrize("argument", ['filter: {openedFrom: "2020-01-01T00:00:00Z"}', "orderBy: {field: OPENED_AT}"])
def test_ghsa_m8jr_fxqx_8xx6_argument_requires_what_the_field_requires(house: House, argument: str) -> None:
    answer = house.ask("rent-collector", f"{{ cases(first: 1, {argument}) {{ totalCount }} }}", purpose="B101")
    assert (answer.status, set(answer.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})


@pytest.mark.parametrize("known", [KARI, OLA])
def test_ghsa_m8jr_fxqx_8xx6_way_through_an_interface_shows_what_the_type_shows(house: House, known: Known) -> None:
    """A fragment on the interface reaches the type's own field, decided as that."""
    asked = "query($id: ID!) {{ case(id: $id) {{ {0} rentDefaults {{ {0} }} }} }}"
    case = house.case_of(known)
    direct, around = (
        house.ask("nav-caseworker", asked.format(part), purpose="B101", id=case)
        for part in ("id", "... on Record { id }")
    )
    assert (around.data, around.withheld) == (direct.data, direct.withheld)
    assert (around.data["case"] is None) is (known is OLA)


def test_ghsa_m8jr_fxqx_8xx6_interface_has_no_field_without_one_of_the_type() -> None:
    for entry in rules().catalogue.types.values():
        for name in entry.interfaces:
            assert set(SCHEMA._schema.type_map[name].fields) <= set(entry.fields)  # type: ignore[union-attr]


# --- CVE-2025-64347: a directive that protects is imported under another name and protects no more --------------------


def declared_fields() -> list[tuple[str, Any]]:
    return [
        (name, field)
        for name, node in SCHEMA._schema.type_map.items()
        if name in rules().catalogue.types
        for field in [next(iter(node.fields.values()))]  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize(
    ("type_name", "field"), declared_fields(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_cve_2025_64347_field_whose_category_is_not_recognised_stops_the_start(
    type_name: str, field: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protection is not a word in a document. Renamed, it is missing, and what is missing is not served."""
    definition = field.extensions["strawberry-definition"]
    renamed = {"renamed": definition.metadata[SHARED]}
    monkeypatch.setattr(definition, "metadata", renamed)
    with pytest.raises(CatalogueError, match=f"{type_name}.*has no category"):
        build_catalogue(SCHEMA._schema, SQLModel.metadata)


def test_cve_2025_64347_every_field_with_data_has_a_category_and_an_action() -> None:
    known = rules()
    for entry in known.catalogue.types.values():
        for field in entry.fields.values():
            assert field.category in DataCategory.__members__
            assert field.action is None or field.action in known.gate.model.actions
        assert entry.see in known.gate.model.actions


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("directive @category on FIELD_DEFINITION {0}", id="defined anew"),
        pytest.param('extend schema @link(url: "x", import: [{{name: "@category", as: "@none"}}]) {0}', id="imported"),
        pytest.param("extend type Person {{ secret: String }} {0}", id="extended"),
        pytest.param("{0} @category(name: ORGANISATION)", id="on the operation"),
        pytest.param("{{ cases(first: 1) {{ nodes {{ id @category(name: ORGANISATION) }} }} }}", id="on a field"),
        pytest.param("{{ cases(first: 1) {{ nodes {{ id @Skip(if: true) }} }} }}", id="in other letters"),
    ],
)
def test_cve_2025_64347_directive_in_a_request_is_refused(house: House, document: str) -> None:
    text = document.format("{ cases(first: 1) { totalCount } }")
    answer = house.ask("nav-caseworker", text, purpose="B101")
    assert (answer.status, set(answer.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})


_PRINTED = (" @category(name: RENT)", " @somecategory(name: RENT)")


def directives() -> Iterator[Any]:
    """What is printed beside a field or a type, wherever it is."""
    for node in SCHEMA._schema.type_map.values():
        for one in (node, *getattr(node, "fields", {}).values()):
            definition = getattr(one, "extensions", {}).get("strawberry-definition")
            yield from getattr(definition, "directives", None) or ()


def test_cve_2025_64347_directive_under_another_name_protects_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands beside a field in the printed contract is for readers. Nothing is decided by it."""
    before, printed = build_catalogue(SCHEMA._schema, SQLModel.metadata), SCHEMA.as_str()
    for directive in SCHEMA._schema.directives:
        if directive.name not in {known.name for known in specified_directives}:
            monkeypatch.setattr(directive, "name", f"some{directive.name}")
    assert [word in text for text in (printed, SCHEMA.as_str()) for word in _PRINTED] == [True, False, False, True]
    assert build_catalogue(SCHEMA._schema, SQLModel.metadata) == before


def test_cve_2025_64347_category_that_the_directive_does_not_say_is_the_one_that_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = build_catalogue(SCHEMA._schema, SQLModel.metadata)
    for directive in directives():
        if isinstance(directive, CategoryMark):
            monkeypatch.setattr(directive, "name", DataCategory.ORGANISATION)
    assert set(re.findall(r"@category\(name: (\w+)\)", SCHEMA.as_str())) == {"ORGANISATION"}
    assert build_catalogue(SCHEMA._schema, SQLModel.metadata) == before


# --- CVE-2025-32380: fragments in fragments, each spread twice --------------------------------------------------------


# How a fragment spreads the next one twice.
_TWICE: Mapping[str, str] = {
    "named": "...F{0} ...F{0}",
    "inline": "... {{ ...F{0} }} ... {{ ...F{0} }}",
    "aliased": "x: subject {{ cases {{ ...F{0} }} }} y: subject {{ cases {{ ...F{0} }} }}",
}


def doubling(levels: int, kind: str) -> str:
    """A document of some lines that unfolds to two to the power of its levels."""
    parts = [f"fragment F{n} on Case {{ {_TWICE[kind].format(n + 1)} }}" for n in range(levels)]
    return " ".join(["{ cases(first: 1) { nodes { ...F0 } } }", *parts, f"fragment F{levels} on Case {{ id }}"])


@pytest.mark.parametrize("kind", ["named", "inline", "aliased"])
def test_cve_2025_32380_nested_fragments_are_refused_before_they_are_unfolded(house: House, kind: str) -> None:
    """Unfolded, it would be a million million fields: this test would not come to its end."""
    answer = house.ask("nav-caseworker", doubling(40, kind), purpose="B101")
    assert (answer.status, set(answer.codes)) == (400, {"LIMIT_EXCEEDED"})


def test_cve_2025_32380_nested_fragments_within_the_limits_are_answered(house: House) -> None:
    answer = house.ask("nav-caseworker", doubling(8, "named"), purpose="B101")
    [node] = answer.data["cases"]["nodes"]
    assert set(node) == {"id"}


def test_cve_2025_32380_fragments_in_a_circle_are_refused(house: House) -> None:
    text = "{ cases(first: 1) { nodes { ...A } } } fragment A on Case { ...B } fragment B on Case { ...A }"
    answer = house.ask("nav-caseworker", text, purpose="B101")
    assert (answer.status, set(answer.codes)) == (400, {"GRAPHQL_VALIDATION_FAILED"})


COSTLY: Mapping[str, str] = {
    "one field a thousand times": "{ me { " + "actor " * 1_900 + "} }",
    "one alias, many fragments": "{ me { "
    + " ".join(f"...F{n}" for n in range(120))
    + " } } "
    + " ".join(f"fragment F{n} on Me {{ a: actor b: unit ...F{n + 1} }}" for n in range(119))
    + " fragment F119 on Me { actor }",
    "selections side by side": "{ " + "cases(first: 1) { nodes { subject { id } } } " * 180 + " }",
    "brackets": "{ " * 1_500 + "}" * 1_500,
    "a list of lists": "{ cases(first: " + "[" * 1_500 + "]" * 1_500 + ") { totalCount } }",
}


@pytest.mark.parametrize("name", COSTLY)
def test_cve_2025_32380_document_that_is_costly_to_validate_does_not_stop_the_hub(house: House, name: str) -> None:
    """Whatever becomes of it, the next request is answered as if there had been none."""
    answer = house.ask("nav-caseworker", COSTLY[name], purpose="B101")
    assert answer.status in (200, 400)
    assert house.ask("nav-caseworker", "{ me { actor } }").status == 200
