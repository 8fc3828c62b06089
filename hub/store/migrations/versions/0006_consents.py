"""A consent is given on terms, and given again on others: the terms move from the consent to its events.

With them come what a consent needs around it: receipts, messages, break-glass, and the keys that commands came with.
Written in SQL, in the files of the folder `consents`, as the first version is. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "consents"


def upgrade() -> None:
    for name in ("events_carry_terms", "tables", "facts"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
