"""A page of a bench: one section for each part of it, each written by a run of that part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`head` stands on top of it, `parts` name its sections in their order."""

    path: Path
    head: str
    parts: tuple[str, ...]

    def put(self, part: str, text: str) -> None:
        """Replace one section, and leave the others as they are."""
        found = self._sections(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        found[part] = text.strip()
        sections = [f"<!-- {name} -->\n\n{found[name]}\n" for name in self.parts if name in found]
        self.path.write_text("\n".join([self.head, *sections]), encoding="utf-8")

    def _sections(self, text: str) -> dict[str, str]:
        _, *parts = re.split(rf"^<!-- ({'|'.join(self.parts)}) -->$", text, flags=re.MULTILINE)
        return {name: content.strip() for name, content in zip(parts[::2], parts[1::2], strict=True)}
