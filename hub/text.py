"""What the hub says to people, it says in both of its languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One or more sentences, in Norwegian (bokmål) and in English."""

    nb: str
    en: str
