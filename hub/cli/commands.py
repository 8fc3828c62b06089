"""The commands and their help. What they do stands in a module of its own each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub import __version__
from hub.cli.consent import consent
from hub.cli.policy import policy
from hub.cli.webhook import webhook
from hub.settings import hub_url

app = typer.Typer(
    name="bofast",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Bofast: one query over four agencies, every field decided by policy, every look-up on record.\n\n"
    "New here? Run [bold]bofast demo[/], and in another window [bold]bofast personas[/].",
)
db = typer.Typer(no_args_is_help=True, help="The database of a real service.")
schema = typer.Typer(no_args_is_help=True, help="The GraphQL schema and the contracts cut from it.")
app.add_typer(policy, name="policy")
app.add_typer(consent, name="consent")
app.add_typer(db, name="db")
app.add_typer(schema, name="schema")
app.add_typer(webhook, name="webhook")

Url = Annotated[
    str, typer.Option("--url", default_factory=hub_url, help="A running demo. Also BOFAST_URL.", show_default=False)
]

AltinnConsent = Annotated[
    str | None,
    typer.Option(help="For systems: a consent in Altinn that the token is to tell of, as a JSON object."),
]


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"bofast {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=lambda value: _version(wanted=value), is_eager=True, help="Say which.")
    ] = False,
) -> None:
    del version


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1 to serve at.")] = 8000,
    data: Annotated[Path, typer.Option(help="Folder that holds everything; made if it is not there.")] = Path(".data"),
    cases: Annotated[
        int, typer.Option(min=0, max=200_000, help="Generated cases beside the named persons; at first start only.")
    ] = 300,
) -> None:
    """Serve synthetic data on this machine: database, development issuer, GraphiQL and all.

    Nothing has to be set up before. Ctrl-C stops it; starting again takes seconds and loses nothing.
    """
    from hub.cli.demo import run_demo

    run_demo(port=port, data=data, cases=cases)


@app.command()
def serve(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that share the port. SIGHUP renews them one after another.")
    ] = 1,
    worker: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve a real service, set up by the environment.

    Refuses to start where an issuer, an audience, a key or a database is missing or not fit for real persons, and says
    which. docs/operations.md lists every value. Migrate first: bofast db migrate.
    """
    from hub.cli.serve import run_serve

    run_serve(workers=workers, worker=worker)


@app.command()
def personas() -> None:
    """Show who one can be in the demo, for which organisation, and which purposes each may state."""
    from hub.cli.ask import show_personas

    show_personas()


@app.command()
def token(
    persona: Annotated[str, typer.Argument(help="A name from bofast personas.")],
    url: Url,
    altinn_consent: AltinnConsent = None,
) -> None:
    """Sign in at a running demo and print an access token on the last line.

    Example: curl -H "Authorization: Bearer $(bofast token nav-caseworker | tail -n 1)" ...
    """
    from hub.cli.ask import print_token

    print_token(persona, url, altinn_consent)


@app.command()
def query(
    document: Annotated[str, typer.Argument(help="A GraphQL document; - reads it from standard input.")],
    url: Url,
    persona: Annotated[str, typer.Option("--as", help="A name from bofast personas.")],
    purpose: Annotated[str | None, typer.Option(help="What it is for, as B101: the header Behandlingsnummer.")] = None,
    variables: Annotated[str | None, typer.Option(help="Variables, as a JSON object.")] = None,
    operation: Annotated[str | None, typer.Option(help="Which operation, where the document holds several.")] = None,
    break_glass: Annotated[str | None, typer.Option(help="The break-glass that it is made under, by id.")] = None,
    altinn_consent: AltinnConsent = None,
) -> None:
    """Ask a running demo as a persona.

    The answer is printed as JSON; errors go to standard error. Ends with 0 when there were none, 1 when there were,
    3 when no demo was reached.

    Example: bofast query --as nav-caseworker --purpose B101 '{ cases(first: 3) { nodes { id } } }'
    """
    from hub.cli.ask import Question, ask

    ask(
        Question(
            persona=persona,
            url=url,
            document=document,
            purpose=purpose,
            variables=variables,
            operation=operation,
            break_glass=break_glass,
            altinn_consent=altinn_consent,
        )
    )


@app.command()
def submit(
    url: Url,
    file: Annotated[
        Path | None, typer.Argument(help="Rows: .csv with a header, or .ndjson.", show_default=False)
    ] = None,
    persona: Annotated[str | None, typer.Option("--as", help="At a demo: a name from bofast personas.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="At a real service: a file that holds the token.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What it is for, as B101: the header Behandlingsnummer.")] = None,
    key: Annotated[str | None, typer.Option(help="A key of your own for this file, 8 to 128 characters.")] = None,
    results: Annotated[Path | None, typer.Option(help="Where to write what became of each row, as NDJSON.")] = None,
    with_faults: Annotated[
        bool, typer.Option("--with-faults", help="Send it all the same; rows that are not fit are rejected one by one.")
    ] = False,
    template: Annotated[bool, typer.Option("--template", help="Print the first line of a CSV file, and end.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a row, and end.")] = False,
) -> None:
    """Send a file with defaults on loans: check it, send it, wait, and tell what became of its rows.

    Run again after an interruption, it goes on where it was. Ends with 0 when all rows were accepted, 1 when some were
    not, 3 when no hub was reached.

    Example: bofast submit defaults.csv --as bank-system
    """
    from hub.cli.submit import print_schema, print_template, run_submit

    if template or schema:
        (print_template if template else print_schema)()
        return
    run_submit(
        file=file,
        url=url,
        persona=persona,
        token_file=token_file,
        purpose=purpose,
        key=key,
        results=results,
        sends_faulty=with_faults,
    )


@app.command()
def listen(
    document: Annotated[str, typer.Argument(help="A subscription; - reads it from standard input.")],
    url: Url,
    persona: Annotated[str, typer.Option("--as", help="A name from bofast personas.")],
    purpose: Annotated[str | None, typer.Option(help="What it is for, as B101: the header Behandlingsnummer.")] = None,
    variables: Annotated[str | None, typer.Option(help="Variables, as a JSON object.")] = None,
    after: Annotated[str | None, typer.Option(help="The id of the last event that came: go on after it.")] = None,
) -> None:
    """Subscribe at a running demo as a persona, and print each event as it comes, one on a line, until Ctrl-C.

    Example: bofast listen --as nav-caseworker --purpose B101 'subscription { inboxEvents(unit: "9901") { kind } }'
    """
    from hub.cli.ask import Question, listen

    listen(
        Question(persona=persona, url=url, document=document, purpose=purpose, variables=variables, operation=None),
        after,
    )


@schema.command("print")
def print_schema(
    party: Annotated[
        str | None, typer.Option(help="Only what this kind of party could ever be shown: bank, nav, citizen ...")
    ] = None,
) -> None:
    """Print the whole schema, or the contract of one kind of party."""
    from hub.cli.schema import show

    show(party)


@schema.command("check")
def check_schema() -> None:
    """Compare the committed schema and contracts with what the code prints, and name breaking changes."""
    from hub.cli.schema import check

    check()


@schema.command("write")
def write_schema() -> None:
    """Write the schema and the contracts anew, and say what changed."""
    from hub.cli.schema import write

    write()


@policy.command("reload")
def reload_policies(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A folder with policies and both registers, or the digest of a set that was in force before; those of "
            "this release if left out.",
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The data folder of a running demo, in place of DATABASE_URL_OWNER.")
    ] = None,
) -> None:
    """Put another set of policies and registers in force, without a restart: for all processes at the same moment.

    It is read and checked first. A set with a fault is refused with file, line and what to do, and nothing changes.
    """
    from hub.cli.reload import run_reload

    run_reload(folder, data)


@db.command("migrate")
def migrate() -> None:
    """Bring the database at DATABASE_URL_OWNER to the present version, with the rights that the contracts give."""
    from hub.cli.database import run_migrate

    run_migrate()


@db.command("check")
def check_database() -> None:
    """Compare the tables in the code with the migrations, in a database that is made for it and thrown away."""
    from hub.cli.database import run_check

    run_check()
