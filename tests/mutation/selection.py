"""Which tests a fault in a module is held against: those that are about it, the quickest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_DECIDED = (
    "tests/gate/test_decide.py",
    "tests/gate/test_default_deny.py",
    "tests/policies/test_cases.py",
    "tests/policies/test_core.py",
    "tests/gate/test_lint.py",
    "tests/gate/test_residual.py",
    "tests/gate/test_predicate.py",
)
_LOADED = ("tests/gate/test_lint.py", "tests/gate/test_decide.py", "tests/policies/test_cases.py")
_TOLD = ("tests/gate/test_explain.py", "tests/gate/test_evidence.py")
_STORED = ("tests/gate/test_anchors.py", "tests/policies/test_demo.py", "tests/gate/test_plain_execution.py")
_ORACLE = ("tests/gate/test_oracle.py",)

TESTS: Mapping[str, tuple[str, ...]] = {
    "partial": (*_DECIDED, *_TOLD, *_ORACLE),
    "residual": ("tests/gate/test_residual.py", *_DECIDED, *_TOLD, *_ORACLE),
    "evaluation": (*_DECIDED, *_TOLD, *_ORACLE),
    "predicate": ("tests/gate/test_predicate.py", *_ORACLE, *_STORED),
    "assumption": ("tests/gate/test_residual.py", "tests/policies/test_core.py", *_TOLD, *_ORACLE),
    "gate": (*_DECIDED, *_TOLD, *_ORACLE, "tests/plan/test_plan_caches.py"),
    "model": (*_DECIDED, *_TOLD, *_ORACLE),
    "facts": ("tests/gate/test_anchors.py", *_TOLD, *_DECIDED, *_STORED, *_ORACLE),
    "anchors": ("tests/gate/test_anchors.py", *_STORED),
    "source": _LOADED,
    "lint": _LOADED,
    "cedar_schema": _LOADED,
    "explain": _TOLD,
}
"""The modules that decide, or say why. Read-outs (matrix, wording) and texts (reasons) have tests of their own."""


def everything(modules: Iterable[str]) -> list[str]:
    """All the tests that some of these modules need."""
    return list(dict.fromkeys(file for module in modules for file in TESTS[module]))
