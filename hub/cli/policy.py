"""The commands of `bofast policy` and their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

policy = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="The rules: who may see what and why, and what a change of them changes.\n\n"
    "They stand in [bold]policies/*.cedar[/], one file for each kind of party. After a change: "
    "[bold]bofast policy check[/], then [bold]bofast policy diff HEAD policies[/].",
)


@policy.command()
def matrix(
    party: Annotated[
        str | None, typer.Option(help="One kind of party, with every condition: nav, bank, citizen ...")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write policies/matrix.md anew, and say what is new.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Compare with policies/expected.toml and policies/matrix.md; 1 if they differ."),
    ] = False,
) -> None:
    """Show who can see what, and when: every group of fields beside every kind of party.

    It is read out of the policies' own conditions, not written by hand. policies/expected.toml says what it should be.

    Example: bofast policy matrix --party housing
    """
    from hub.cli.policy_matrix import check_matrix, show_matrix, write_matrix

    if write:
        write_matrix()
    elif check:
        check_matrix()
    else:
        show_matrix(party)


@policy.command()
def explain(
    field: Annotated[str, typer.Option(help="Which field, as MortgageLoan.outstanding.")],
    persona: Annotated[str | None, typer.Option("--as", help="Who asks: a name from bofast personas.")] = None,
    party: Annotated[str | None, typer.Option(help="Or any kind of party: nav, bank, citizen ...")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is for, as B101.")] = None,
    case: Annotated[
        str | None, typer.Option(help="Id of a case of the demo: then each condition is tried on it.")
    ] = None,
    data: Annotated[Path, typer.Option(help="The demo's data folder, for --as and --case.")] = Path(".data"),
) -> None:
    """Say why a field is shown or not: each permit and forbid that is about the requester, leg by leg.

    With --party alone no database is needed, and conditions about the row stay open. With --as and --case every leg is
    tried on the case and said to hold or not. That tells protected facts too, so it works on the demo's synthetic data
    only.

    Example: bofast policy explain --as nav-caseworker --purpose B101 --field MortgageLoan.outstanding
    """
    from hub.cli.policy_explain import Question, explain_field

    explain_field(Question(field=field, persona=persona, party=party, purpose=purpose, case=case, data=data))


@policy.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Policy files; all of policies/ if left out.")] = None,
) -> None:
    """Check policies as the hub does at start, and more: each finding with file, line and what to do.

    Syntax, types, one id, basis and sentence each, nothing that cannot be decided inside a statement, a case in
    policies/cases for each policy, a category for each field. Ends with 1 if there are findings.
    """
    from hub.cli.policy_check import check_policies

    check_policies(files or [])


@policy.command()
def diff(
    before: Annotated[str, typer.Argument(help="A folder of policies, or a git revision such as HEAD~1.")],
    after: Annotated[str, typer.Argument(help="The same.")],
) -> None:
    """Show what two sets of policies permit differently, each difference with a request that shows it.

    The answer is exact: conditions are compared by meaning, not by text, and each example is tried on both sets, in the
    hub's gate and in Cedar's own engine. Ends with 0 when they permit the same, with 1 when they differ.

    Example: bofast policy diff HEAD policies
    """
    from hub.cli.policy_diff import show_differences

    show_differences(before, after)
