"""Names that nobody has: ordinary first names, surnames and streets that are made up."""

from __future__ import annotations

from random import Random

_FIRST_NAMES = """
Aksel Alma Amalie Amir Anette Arvid Aurora Birk Bjarne Cecilie Dagny Daniela Edvard Eilif Elias Elin Emil Erlend
Fatima Filip Frida Gard Guro Hamza Hedda Helga Henning Idun Ingrid Isak Jakob Johanne Jonas Julie Kasper Kjersti
Lars Leah Linnea Ludvig Magnus Malin Marek Marit Mathilde Mikkel Nora Odin Olav Pernille Peder Ragnhild Rasmus Sara
Selma Sigurd Silje Solveig Sunniva Synne Tage Thea Tiril Tobias Tuva Ulrik Vebjørn Vilde Yasmin Yngve Åse Øyvind
"""
_FIRST = tuple(_FIRST_NAMES.split())
_MIDDLE = ("Marie", "Johan", "Kristine", "Andreas", "Sofie", "Magne")
_LAST_BEGINS = ("Prøve", "Synte", "Liksom", "Øve", "Tenke", "Dikte", "Skinn", "Låne")
_LAST_ENDS = ("dal", "rud", "vik", "berg", "haug", "moen", "stad", "sund", "lien", "bakken", "åsen", "nes")
_STREET_BEGINS = ("Bjørke", "Granitt", "Fjell", "Kirke", "Elve", "Skole", "Furu", "Stasjons", "Hage", "Sjø")
_STREETS = ("veien", "gata", "stien", "bakken", "svingen", "allé")
_LANGUAGES = ("nb", "nb", "nb", "nb", "nn", "en", "pl", "so", "uk", "ar")


def first_name(rng: Random) -> str:
    return rng.choice(_FIRST)


def middle_name(rng: Random) -> str | None:
    return rng.choice(_MIDDLE) if rng.random() < 0.15 else None


def last_name(rng: Random) -> str:
    return rng.choice(_LAST_BEGINS) + rng.choice(_LAST_ENDS)


def street(rng: Random) -> str:
    return f"{rng.choice(_STREET_BEGINS)}{rng.choice(_STREETS)} {rng.randrange(1, 120)}"


def language(rng: Random) -> str:
    return rng.choice(_LANGUAGES)
