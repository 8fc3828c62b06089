"""The gate: who may see what, decided from Cedar policies once per plan.

facts      what a policy may ask about a row, each thing once; `anchors` says how it is read in SQL
source     policy files as they are read; `lint` says what must hold of them
partial    one policy and a class of requesters become a formula over facts
residual   that formula; `assumption` shortens it, `predicate` writes it as SQL, `evaluation` decides it on one row
gate       all of it together: `Gate.load`, `Gate.decide`
explain    why something is withheld and what would open it
"""

from hub.gate.anchors import AnchorFacts, found_or_somebody, protection_from
from hub.gate.assumption import assume
from hub.gate.evaluation import evaluate
from hub.gate.facts import Evidence, FactSpec, Scope
from hub.gate.gate import Gate
from hub.gate.model import ActionSpec, Closing, Decision, GateModel, Grant, RequesterClass, ResourceSpec
from hub.gate.predicate import Binds, FactSql, MissingBindError, OpenContextError, to_sql, to_sql_whole
from hub.gate.residual import DENIED, GRANTED, Residual, facts_in
from hub.gate.source import Policy, PolicyError

__all__ = [
    "DENIED",
    "GRANTED",
    "ActionSpec",
    "AnchorFacts",
    "Binds",
    "Closing",
    "Decision",
    "Evidence",
    "FactSpec",
    "FactSql",
    "Gate",
    "GateModel",
    "Grant",
    "MissingBindError",
    "OpenContextError",
    "Policy",
    "PolicyError",
    "RequesterClass",
    "Residual",
    "ResourceSpec",
    "Scope",
    "assume",
    "evaluate",
    "facts_in",
    "found_or_somebody",
    "protection_from",
    "to_sql",
    "to_sql_whole",
]
