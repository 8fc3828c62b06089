"""The page bench/RESULTS.md: one section for each part of the bench, each written by a run of that part."""

from __future__ import annotations

import re
from pathlib import Path

_HEAD = """# What an answer costs

Written by `make bench`; what is measured, and how, stands in [read/README.md](read/README.md).
"""
PARTS = ("table", "growth", "policies", "start")


def put(path: Path, part: str, text: str) -> None:
    """Replace one section, and leave the others as they are."""
    found = _sections(path.read_text(encoding="utf-8")) if path.exists() else {}
    found[part] = text.strip()
    sections = [f"<!-- {name} -->\n\n{found[name]}\n" for name in PARTS if name in found]
    path.write_text("\n".join([_HEAD, *sections]), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    _, *parts = re.split(rf"^<!-- ({'|'.join(PARTS)}) -->$", text, flags=re.MULTILINE)
    return {name: content.strip() for name, content in zip(parts[::2], parts[1::2], strict=True)}
