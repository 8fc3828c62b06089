"""How a made-up case goes: how far it has come, and how it ended if it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from hub.demo.scene import TODAY, at

_EARLY: Final = ("TRIAGE", "OPEN", "CONTACTING", "NO_CONTACT", "OVERVIEW")
_PLANNED: Final = ("PLAN_PROPOSED", "PLAN_AGREED", "PLAN_ACTIVE", "PLAN_ACTIVE", "PLAN_BREACHED")
_ENFORCED: Final = ("ENFORCEMENT", "OBJECTION_WINDOW", "DATE_SET", "HALTED")
_OWNERS_LATE: Final = ("REMINDER2", "ENFORCEMENT_NOTICE", "FORCED_SALE_PETITION")
_REASONS: Final = ("CLAIM_MET", "CLAIM_MET", "AGREEMENT_KEPT", "MOVED_VOLUNTARILY", "EVICTED", "DEBT_SETTLEMENT")
_SOLUTIONS: Final = ("REPAYMENT_PLAN", "DEBT_COUNSELLING", "PAYMENT_DEFERRAL", "FINANCIAL_AID", "HOUSING_SUPPORT")
_PLAN_STATES: Final = {
    "PLAN_PROPOSED": "PROPOSED",
    "PLAN_AGREED": "AGREED",
    "PLAN_ACTIVE": "ACTIVE",
    "PLAN_BREACHED": "BREACHED",
    "CLOSED": "FULFILLED",
}
_PETITIONS: Final = {"ENFORCEMENT": "RECEIVED", "CLOSED": "HALTED"}
_CLOSED: Final = 0.3
_DAYS_TO_CLOSE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The course of a case."""

    state: str
    phase: int
    closed_at: datetime | None
    close_reason: str | None
    solution: str
    eviction_date: date | None

    @property
    def has_plan(self) -> bool:
        return self.state in _PLAN_STATES

    @property
    def plan_state(self) -> str:
        return _PLAN_STATES[self.state]

    @property
    def petition_status(self) -> str:
        return _PETITIONS.get(self.state, self.state)

    def columns(self) -> dict[str, Any]:
        """What of this stands in the case itself."""
        columns: dict[str, Any] = {"state": self.state, "phase": self.phase}
        if self.closed_at is not None:
            columns |= {"closed_at": self.closed_at, "close_reason": self.close_reason, "updated_at": self.closed_at}
        return columns


def draw_course(rng: Random, opened: date, *, is_owner: bool) -> Course:
    """Some course that a case of this age can have taken."""
    age = (TODAY - opened).days
    closed = None
    if age > _DAYS_TO_CLOSE and rng.random() < _CLOSED:
        closed = at(opened + timedelta(days=rng.randrange(_DAYS_TO_CLOSE, age + 1)), 13)
    phase, state = _stage(rng, age, is_owner=is_owner)
    return Course(
        state="CLOSED" if closed else state,
        phase=phase,
        closed_at=closed,
        close_reason=rng.choice(_REASONS[:4] if is_owner else _REASONS) if closed else None,
        solution=rng.choice(_SOLUTIONS),
        eviction_date=TODAY + timedelta(days=rng.randrange(5, 40)) if state == "DATE_SET" and not closed else None,
    )


def _stage(rng: Random, age: int, *, is_owner: bool) -> tuple[int, str]:
    chance = rng.random()
    if chance < 0.3 or age < 30:
        return (1, "TRIAGE") if chance < 0.05 else (2, rng.choice(_EARLY[1:]))
    if chance < 0.75:
        return 2, rng.choice(_PLANNED)
    return (2, rng.choice(_OWNERS_LATE)) if is_owner else (3, rng.choice(_ENFORCED))
