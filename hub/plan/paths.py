"""Which rows must be seen on the way to a row of a type: worked out from the links, for read-outs of the policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hub.plan.catalogue import Catalogue, LinkField

Path = frozenset[str]


def paths(catalogue: Catalogue) -> Mapping[str, tuple[Path, ...]]:
    """The shortest ways to each type, as sets of the types on the way. A way in leads to its own type at once.

    Links to an anchor of its own (a person's cases) are left out: there the facts begin anew.
    """
    found: dict[str, set[Path]] = {root.entry.type: {frozenset()} for root in catalogue.roots.values()}
    fresh = list(found)
    while fresh:
        fresh = [target for name in fresh for target in _extended(catalogue, name, found)]
    return {name: tuple(sorted(ways, key=sorted)) for name, ways in found.items()}


def _extended(catalogue: Catalogue, name: str, found: dict[str, set[Path]]) -> Iterator[str]:
    """The types that a link of this one leads to on a way that none before was part of."""
    if name not in catalogue.types:
        return
    for field in catalogue.types[name].fields.values():
        if not isinstance(field, LinkField) or field.declared.new_anchor:
            continue
        known = found.setdefault(field.target, set())
        for way in [way | {name} for way in found[name] if field.target not in way]:
            if not any(shorter <= way for shorter in known):
                known -= {longer for longer in known if way < longer}
                known.add(way)
                yield field.target
