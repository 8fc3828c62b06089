"""What persons fill in."""

from __future__ import annotations

from enum import Enum

from schema.declare import enum_of


@enum_of("Who it is that is worried about somebody (melder av bekymring).")
class ReporterRelation(Enum):
    RELATIVE = "RELATIVE"
    NEIGHBOUR = "NEIGHBOUR"
    FRIEND = "FRIEND"
    EMPLOYER = "EMPLOYER"
    SCHOOL = "SCHOOL"
    HEALTH_SERVICE = "HEALTH_SERVICE"
    PUBLIC_BODY = "PUBLIC_BODY"
    OTHER = "OTHER"
