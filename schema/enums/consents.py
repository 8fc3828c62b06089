"""How consents are given, and in which words."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("How a consent was given: signed in, in Altinn, on paper, or before a witness.")
class CollectionMethod(Enum):
    IDPORTEN_UI = "IDPORTEN_UI"
    ALTINN = "ALTINN"
    PAPER_SCAN = "PAPER_SCAN"
    ORAL_WITNESSED = "ORAL_WITNESSED"


@enum_of("Who gave a consent: the person, a guardian (verge), or a proxy (fullmektig).")
class ConsentGiver(Enum):
    SELF = "SELF"
    GUARDIAN = "GUARDIAN"
    PROXY = "PROXY"


@enum_of("The languages that the text of a consent is shown in: Bokmål and English.")
class NoticeLanguage(Enum):
    NB = "nb"
    EN = "en"
