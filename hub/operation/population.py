"""Whom a service is for, as its contracts have it: a national id of the other population is no national id there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import GraphQLScalarType, GraphQLSchema

from schema.identifiers import Population, parse_national_id

_NATIONAL_ID = "NationalId"


def scalars_of(schema: GraphQLSchema, population: Population) -> Mapping[str, GraphQLScalarType]:
    """The scalars of the schema that take fewer values in a service for this population."""
    declared = cast("GraphQLScalarType", schema.type_map[_NATIONAL_ID])

    def read(value: Any) -> str:
        return parse_national_id(declared.coerce_input_value(value), population)

    return {
        _NATIONAL_ID: GraphQLScalarType(
            _NATIONAL_ID,
            coerce_output_value=declared.coerce_output_value,
            coerce_input_value=read,
            description=declared.description,
            extensions=declared.extensions,
        )
    }
