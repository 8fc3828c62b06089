"""Pages: rows in a stable order with sealed cursors. Rows that may not be seen are gone before anything is counted,
limited or ordered.
"""

from __future__ import annotations

from collections.abc import Iterable

from hub.plan.cursor import SEAL
from hub.plan.selection import Selected
from hub.plan.statement import Pieces, Text, joined, quoted_key
from hub.plan.ways import Call, Target, Ways, nothing, one


def compile_call(ways: Ways, call: Call) -> Pieces:
    """A way in as a subquery of one row with columns b, t, s and w."""
    if call.root.entry.type == "Me":
        return ways.me(call)
    if not call.root.is_page:
        found = ways.target(call, (call.selected.key,), nodes_below=call.selected.below)
        return nothing("null") if found.condition == "false" else one(found)
    found = ways.target(call, (call.selected.key,), nodes_below=None)
    return nothing(_empty_page(call)) if found.condition == "false" else Page(ways, call, found).pieces()


class Page:
    """One page: ids of the rows that may be seen and match, numbered in order, at least one more than asked for; then
    each list over them.
    """

    def __init__(self, ways: Ways, call: Call, target: Target) -> None:
        self._ways = ways
        self._binds = ways.binds
        self._call = call
        self._target = target
        self._order = ways.order(call, target)
        self._page = ways.compiler.alias("page")
        self._lists: list[tuple[str, Pieces]] = []
        self._ends: set[str] = set()

    def pieces(self) -> Pieces:
        """A subquery of one row with columns b, t, s and w."""
        body = self._object(self._call.selected.below, self._member)
        if self._ends and not self._lists:
            self._record_ends()
        joins = "".join(f" LEFT JOIN LATERAL ({pieces.body}) {alias} ON true" for alias, pieces in self._lists)
        texts = Pieces(body=body)
        for alias, pieces in self._lists:
            texts.take(alias, pieces)
        return Pieces(
            body=(
                f"(WITH {self._page} AS MATERIALIZED ({self._ids()})"
                f" SELECT {texts.columns()} FROM (SELECT 1) one{joins})"
            )
        )

    @property
    def _first(self) -> str:
        """How many rows were asked for. It is a parameter of those statements that use it."""
        return self._binds.add(self._call.bind("first"), "int")

    def _object(self, parts: Iterable[Selected], member: object) -> str:
        text = Text()
        text.literal("{")
        for number, part in enumerate(parts):
            text.literal(("," if number else "") + quoted_key(part.key))
            member(part, text)  # type: ignore[operator]
        text.literal("}")
        return text.done()

    def _member(self, part: Selected, text: Text) -> None:
        match part.name:
            case "nodes":
                text.sql(self._list(part, [part]))
            case "edges":
                text.sql(self._list(part, [below for below in part.below if below.name == "node"]))
            case "pageInfo":
                text.sql(self._object(part.below, self._page_info))
            case "totalCount":
                text.sql(f"(SELECT count(*) FROM {self._target.origin} WHERE {self._target.condition})::text")
            case _:
                text.literal(f'"{self._call.root.entry.type}Connection"')

    def _list(self, part: Selected, nodes: list[Selected]) -> str:
        """A list over the page: of the rows themselves, or of edges around them."""
        alias = self._ways.compiler.alias("l")
        compiled = [
            (node, self._ways.target(self._call, self._path(part, node), nodes_below=node.below)) for node in nodes
        ]
        if not compiled:
            compiled = [(part, self._ways.target(self._call, self._path(part, part), nodes_below=()))]
        bodies = {node.key: target.pieces.body for node, target in compiled}
        if part.name == "edges":
            item = self._object(part.below, lambda below, text: self._edge(below, text, bodies))
        else:
            item = bodies[part.key]
        self._lists.append((alias, self._over_page(item, [target for _, target in compiled])))
        return f"'['||coalesce({alias}.b,'')||']'"

    def _record_ends(self) -> None:
        """A cursor can be read: it holds the id of its row. Without a list, the rows at the ends are what is shown."""
        target = self._ways.target(self._call, (self._call.selected.key,), nodes_below=())
        ends = self._over_page("''", [target], " OR ".join(sorted(self._ends)))
        self._lists.append((self._ways.compiler.alias("l"), ends))

    def _path(self, part: Selected, node: Selected) -> tuple[str, ...]:
        path = (self._call.selected.key, part.key, "*")
        return path if node is part else (*path, node.key)

    def _edge(self, part: Selected, text: Text, bodies: dict[str, str]) -> None:
        match part.name:
            case "node":
                text.sql(bodies[part.key])
            case "cursor":
                text.sql(f"'\"'||{self._cursor(self._page)}||'\"'")
            case _:
                text.literal(f'"{self._call.root.entry.type}Edge"')

    def _over_page(self, item: str, targets: list[Target], which: str = "true") -> Pieces:
        """The list as text, with the record of each of its rows."""
        tables = "".join(f" JOIN {target.origin} ON {target.row.alias}.id = {self._page}.id" for target in targets)
        joins = "".join(join for target in targets for join in target.pieces.joins)
        tokens = [token for target in targets for token in target.pieces.tokens]
        groups = [group for target in targets for group in target.pieces.groups]
        marks = [
            f"'{target.row.node.number}:'||({self._page}.n - 1)||'('||{joined(target.pieces.marks, '')}||')'"
            for target in targets
            if target.pieces.marks
        ]
        columns = [f"string_agg({item}, ',' ORDER BY {self._page}.n) AS b"]
        columns += [f"string_agg({joined(tokens, ',')}, ',') AS t"] if tokens else []
        columns += [f"string_agg({joined(groups, ';')}, ';') AS s"] if groups else []
        columns += [f"string_agg({joined(marks, '')}, '') AS w"] if marks else []
        where = f"{self._page}.n <= {self._first} AND ({which})"
        body = f"SELECT {', '.join(columns)} FROM {self._page}{tables}{joins} WHERE {where}"
        return Pieces(body=body, tokens=tokens, groups=groups, marks=marks)

    def _page_info(self, part: Selected, text: Text) -> None:
        match part.name:
            case "hasNextPage":
                text.sql(f"((SELECT count(*) FROM {self._page}) > {self._first})::text")
            case "hasPreviousPage":
                text.literal("false" if self._call.arguments.after == "nothing" else "true")
            case "startCursor" | "endCursor":
                edge = "min" if part.name == "startCursor" else "max"
                end = f"(SELECT {edge}(e.n) FROM {self._page} e WHERE e.n <= {self._first})"
                self._ends.add(f"{self._page}.n = {end}")
                cursor = f"SELECT {self._cursor('c')} FROM {self._page} c WHERE c.n = {end}"
                text.sql(f"coalesce('\"'||({cursor})||'\"','null')")
            case _:
                text.literal('"PageInfo"')

    def _cursor(self, alias: str) -> str:
        inner_key = self._binds.add(self._call.bind("seal.inner"), "bytea")
        outer_key = self._binds.add(self._call.bind("seal.outer"), "bytea")
        payload = f"convert_to(json_build_array({alias}.order_value::text, {alias}.id)::text,'UTF8')"
        return SEAL.format(payload=payload, inner=inner_key, outer=outer_key)

    def _ids(self) -> str:
        identity = f"{self._target.row.alias}.id"
        order = self._order.terms(identity)
        return (
            f"SELECT {identity}, ({self._order.value}) AS order_value, row_number() OVER (ORDER BY {order}) AS n"
            f" FROM {self._target.origin} WHERE {self._target.condition}{self._after(identity)}"
            f" ORDER BY {order} LIMIT {self._call.arguments.step + 1}"
        )

    def _after(self, identity: str) -> str:
        """Rows that stand after the cursor."""
        after = self._call.arguments.after
        if after == "nothing":
            return ""
        last = self._binds.add(self._call.bind("after.id"), "uuid")
        if after == "absent":
            return f" AND {self._order.after_absent(identity, last)}"
        value = f"{self._binds.add(self._call.bind('after.value'), 'text')}::{self._order.type}"
        return f" AND {self._order.after(identity, value, last)}"


def _empty_page(call: Call) -> str:
    """A page without rows, for those who may see none."""
    parts: list[str] = []
    for part in call.selected.below:
        match part.name:
            case "nodes" | "edges":
                value = "[]"
            case "pageInfo":
                members = (f'"{below.key}":{_empty_info(call, below.name)}' for below in part.below)
                value = "{" + ",".join(members) + "}"
            case "totalCount":
                value = "0"
            case _:
                value = f'"{call.root.entry.type}Connection"'
        parts.append(f'"{part.key}":{value}')
    return "{" + ",".join(parts) + "}"


def _empty_info(call: Call, name: str) -> str:
    match name:
        case "hasNextPage":
            return "false"
        case "hasPreviousPage":
            return "false" if call.arguments.after == "nothing" else "true"
        case "startCursor" | "endCursor":
            return "null"
        case _:
            return '"PageInfo"'
