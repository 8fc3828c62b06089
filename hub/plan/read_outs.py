"""The ways in that are worked out and not planned, by their name in the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hub.gate import Gate
from hub.identity.model import Kind
from hub.identity.purposes import PurposeRegister
from hub.plan.catalogue import Catalogue
from hub.plan.desk import ReadOut, Source
from hub.plan.sharing import Sharing
from hub.plan.sharing_facts import SharingReadOut
from hub.plan.statistics import StatisticsReadOut
from hub.plan.view_values import RulesReadOut
from hub.plan.who_can_see import WhoCanSee


class Set(Protocol):
    """One set of policies and registers."""

    @property
    def gate(self) -> Gate: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def purposes(self) -> PurposeRegister: ...


def read_outs(known: Set, sources: Mapping[Kind, Source]) -> Mapping[str, ReadOut]:
    """Of one set. `sources` are where statements on behalf of each kind of party are executed."""
    rules = WhoCanSee(known.gate, known.catalogue, known.purposes)
    sharing = Sharing(known.gate, known.catalogue, known.purposes)
    return {
        "mySharing": SharingReadOut(sharing, sources[Kind.CITIZEN]),
        "submissionStatistics": StatisticsReadOut(sources),
        "whoCanSee": RulesReadOut(rules),
    }
