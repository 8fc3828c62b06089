"""A document as text becomes an `Operation`, once; after that it is found by its text."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Lexer,
    OperationDefinitionNode,
    OperationType,
    Source,
    TokenKind,
    parse,
    validate,
)

from hub.errors import LimitExceeded, ValidationFailed
from hub.identity.model import Kind
from hub.operation.cost import Scale
from hub.operation.limits import Limits, hold
from hub.operation.switches import switch_variables
from hub.operation.wording import answered, said

_MAX_ERRORS = 5
_CHARACTERS = 1_000_000
"""Of all that are remembered for one kind of party. What is read of a character takes about a hundred bytes."""
_COUNTED = 10
"""A document that is too long is counted up to this many times the limit, so that the count itself costs little."""


class InvalidDocument(ValidationFailed):
    """The document is not valid for this party."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(said(errors[0].message))
        self.errors = errors

    def answers(self) -> list[dict[str, object]]:
        """Each error with where it stands, as the answer lists them."""
        return answered(self.errors, self.code_and_text())


class TooDeep(LimitExceeded):
    """The document is nested too deeply to be read."""

    def __init__(self, bound: int) -> None:
        super().__init__(
            f"The limit on depth is {bound}; this is nested too deeply to be read.", limit="depth", bound=bound
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One operation of a valid document, under the contract that it was validated against.

    `switches` are the variables that @skip and @include look at. `selections` is what was unfolded of it lately, by
    the values of these: it goes when the operation goes, and nothing else may be kept there.
    """

    contract: GraphQLSchema
    document: DocumentNode
    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    digest: str
    name: str | None = field(default=None)
    switches: tuple[str, ...] = field(init=False)
    selections: OrderedDict[tuple[bool, ...], tuple[Any, ...]] = field(
        init=False, repr=False, default_factory=OrderedDict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "switches", switch_variables(self.document))

    @property
    def is_mutation(self) -> bool:
        return self.definition.operation is OperationType.MUTATION

    @property
    def is_subscription(self) -> bool:
        return self.definition.operation is OperationType.SUBSCRIPTION


class Documents:
    """Documents that were read lately, by contract and text. Bounded per contract, so that no party can push out
    another's, in number and in characters: one of a megabyte, most of it comments, is valid too.
    """

    def __init__(
        self,
        contracts: Mapping[Kind, GraphQLSchema],
        limits: Limits,
        *,
        bound: int = 500,
        characters: int = _CHARACTERS,
    ) -> None:
        self._contracts = contracts
        self._limits = limits
        self._bound = bound
        self._characters = characters
        self._size = dict.fromkeys(contracts, 0)
        self._read: dict[Kind, OrderedDict[tuple[str, str | None], Operation]] = {
            kind: OrderedDict() for kind in contracts
        }
        self.hits = 0
        self.misses = 0

    def read(self, kind: Kind, text: str, operation_name: str | None) -> Operation:
        """The operation to run. Raises `InvalidDocument` or `LimitExceeded`."""
        known = self._read[kind]
        key = (text, operation_name)
        found = known.get(key)
        if found is not None:
            self.hits += 1
            known.move_to_end(key)
            return found
        self.misses += 1
        operation = self._prepare(self._contracts[kind], text, operation_name)
        known[key] = operation
        self._size[kind] += len(text)
        while len(known) > self._bound or self._size[kind] > self._characters:
            (oldest, _), _ = known.popitem(last=False)
            self._size[kind] -= len(oldest)
        return operation

    def _prepare(self, contract: GraphQLSchema, text: str, operation_name: str | None) -> Operation:
        document = self._parse(text)
        if contract.query_type is None:
            # By policies that leave such a party no way in. A refusal, as of a field that it does not have.
            raise InvalidDocument([GraphQLError("Nothing can be asked by a party of this kind.")])
        errors = validate(contract, document, max_errors=_MAX_ERRORS, hide_suggestions=True)
        if errors:
            raise InvalidDocument(list(errors))
        definition = _choose(document, operation_name)
        Scale(contract, document, self._limits).weigh(definition)
        return Operation(
            contract=contract,
            document=document,
            definition=definition,
            fragments={d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)},
            digest=hashlib.sha256(f"{operation_name or ''}\n{text}".encode()).hexdigest(),
            name=definition.name.value if definition.name else None,
        )

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            hold("tokens", self._limits.tokens, _tokens(text, _COUNTED * self._limits.tokens))
            if "nested too deeply" in error.message:
                raise TooDeep(self._limits.depth) from None
            raise InvalidDocument([error]) from None
        except RecursionError:
            raise TooDeep(self._limits.depth) from None


def _tokens(text: str, most: int) -> int:
    """Number of tokens of a document that could not be parsed, as far as it can be read and not beyond a bound."""
    lexer, count = Lexer(Source(text)), 0
    try:
        while count < most and lexer.advance().kind is not TokenKind.EOF:
            count += 1
    except GraphQLError:
        return count
    return count


def _choose(document: DocumentNode, operation_name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if operation_name is not None:
        named = [d for d in operations if d.name and d.name.value == operation_name]
        if not named:
            raise InvalidDocument([GraphQLError("There is no operation by the given operationName.")])
        return named[0]
    if len(operations) != 1:
        raise InvalidDocument([GraphQLError("State operationName: the document does not have exactly one operation.")])
    return operations[0]
