"""What the plan says of its own answer: each category shown of each person by each source, and each field withheld."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from hub.plan.desk import Answer


def shown_by(answer: Answer) -> set[tuple[UUID | None, str, str]]:
    """Subject, source and category of everything that the event says was shown."""
    return {
        (UUID(entry.subject) if entry.subject else None, entry.ground.source, category)
        for entry in answer.event.entries
        for category in entry.ground.categories
    }


def withheld_by(answer: Answer) -> set[tuple[str, str]]:
    """Each field that the answer says was withheld, at each place. A star stands for every row there."""
    body = json.loads(answer.body)
    return {
        (note["field"], place)
        for note in body.get("extensions", {}).get("withheld", ())
        for path in note["paths"]
        for place in _places(path.split("."), body["data"], ())
    }


def _places(path: Sequence[str], data: Any, above: tuple[str, ...]) -> Iterator[str]:
    match path, data:
        case [], _:
            yield ".".join(above)
        case _, None:
            return
        case ["*", *rest], list():
            for number, item in enumerate(data):
                yield from _places(rest, item, (*above, str(number)))
        case [step, *rest], list():
            yield from _places(rest, data[int(step)], (*above, step))
        case [step, *rest], _:
            yield from _places(rest, data[step], (*above, step))
