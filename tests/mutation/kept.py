"""What became of faults in earlier runs, so that a run that was cut short goes on where it was."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from pathlib import Path

from tests.mutation.mutants import Mutant

GATE = Path(__file__).parents[2] / "hub" / "gate"


class Fate(StrEnum):
    """What became of a fault."""

    NOTICED = "noticed"
    LIVES = "lives"
    ENDS_NOT = "ends not"
    NOT_PLANTED = "cannot be planted"


class Kept:
    """A file with a line for each fault that was held against its tests, by the code that it was planted in.

    Where a module has changed, what is kept of it no longer counts. A change of the tests is not seen: begin a new file
    after one.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._codes: dict[str, str] = {}
        self._fates: dict[str, Fate] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self._fates[row["fault"]] = Fate(row["fate"])

    def fate(self, mutant: Mutant, stage: str) -> Fate | None:
        return self._fates.get(self._fault(mutant.place, mutant.key, stage))

    def add(self, place: str, key: str, stage: str, fate: Fate) -> None:
        """Stands in the file at once, whatever becomes of this run."""
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"fault": self._fault(place, key, stage), "fate": fate}) + "\n")

    def _fault(self, place: str, key: str, stage: str) -> str:
        if place not in self._codes:
            self._codes[place] = hashlib.sha256((GATE / f"{place}.py").read_bytes()).hexdigest()[:16]
        return f"{stage} {key} {self._codes[place]}"
