"""A party that the policies leave no way in is refused, as for a field that it does not have."""

from __future__ import annotations

import pytest
from graphql import GraphQLSchema

from hub.app import rules
from hub.identity.model import Kind
from hub.operation.document import Documents, InvalidDocument
from hub.operation.limits import Limits


@pytest.mark.parametrize("text", ["{ me { actor } }", '{ __type(name: "Case") { name } }', "mutation { x }"])
def test_whatever_is_asked_is_refused_by_name(text: str) -> None:
    contracts = {**rules().contracts, Kind.NAV: GraphQLSchema()}
    with pytest.raises(InvalidDocument) as refused:
        Documents(contracts, Limits()).read(Kind.NAV, text, None)
    assert refused.value.answers()[0]["message"] == "Nothing can be asked by a party of this kind."
    # And nobody else is.
    assert Documents(contracts, Limits()).read(Kind.HOUSING, "{ me { actor } }", None)
