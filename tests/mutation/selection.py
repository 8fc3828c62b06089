"""Which tests a fault in a module is held against: those that are about it. None of them plants faults itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_CASES = ("tests/policies/test_cases.py", "tests/policies/test_core.py")
_DECIDED = ("tests/gate/test_decide.py", "tests/gate/test_default_deny.py", *_CASES)
_LOADED = ("tests/gate/test_lint.py", "tests/gate/test_decide.py", *_CASES)
_TOLD = (
    "tests/gate/test_explain.py",
    "tests/gate/test_explain_told.py",
    "tests/gate/test_question.py",
    "tests/gate/test_evidence.py",
)
_STORED = (
    "tests/gate/test_anchors.py",
    "tests/gate/test_facts_by_hand.py",
    "tests/gate/test_plain_execution.py",
    "tests/policies/test_demo.py",
)
_ORACLE = ("tests/gate/test_oracle.py",)
_READ = (
    "tests/policies/test_matrix.py",
    "tests/docs/test_docs_equal_code.py",
    "tests/plan/test_who_can_see.py",
    "tests/cli/test_policy.py",
)

OWN: Mapping[str, tuple[str, ...]] = {
    "anchors": _STORED,
    "assumption": ("tests/gate/test_residual.py", *_CASES, *_TOLD, *_ORACLE),
    "cedar_schema": _LOADED,
    "evaluation": ("tests/gate/test_residual.py", *_DECIDED, *_TOLD, *_ORACLE),
    "facts": (*_STORED, *_TOLD, *_DECIDED, *_ORACLE),
    "gate": (*_DECIDED, *_TOLD, *_ORACLE, "tests/gate/test_lint.py", "tests/plan/test_plan_caches.py"),
    "lint": (*_LOADED, "tests/cli/test_policy_bad_input.py"),
    "model": (*_DECIDED, *_TOLD, *_ORACLE),
    "partial": (*_LOADED, "tests/gate/test_default_deny.py", *_ORACLE, *_TOLD),
    "predicate": ("tests/gate/test_predicate.py", *_ORACLE, *_STORED),
    "residual": ("tests/gate/test_residual.py", *_DECIDED, *_TOLD, *_ORACLE),
    "source": (*_LOADED, "tests/cli/test_policy_bad_input.py"),
    # They say why, and decide nothing.
    "explain": _TOLD,
    "openings": ("tests/gate/test_openings.py", *_READ, *_TOLD),
    "question": ("tests/gate/test_question.py", *_TOLD),
    "reasons": _TOLD,
}
"""The modules that decide or say why, each with the tests that are about it."""

READ_OUTS: Mapping[str, tuple[str, ...]] = {
    "category_words": _READ,
    "difference": ("tests/policies/test_difference.py", *_READ),
    "example": ("tests/policies/test_difference.py", *_READ),
    "expectation": _READ,
    "matrix": _READ,
    "readout": _READ,
    "reference": (*_READ, "tests/policies/test_difference.py"),
    "wording": _READ,
}
"""The modules that print the policies. What decides does not import them (`pyproject.toml`, import-linter)."""

TESTS: Mapping[str, tuple[str, ...]] = {**OWN, **READ_OUTS}


def everything(modules: Iterable[str]) -> list[str]:
    """All the tests that faults in some of these modules are held against."""
    return list(dict.fromkeys(file for module in modules for file in TESTS[module]))
