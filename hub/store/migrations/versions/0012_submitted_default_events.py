"""Submitted defaults can be corrected and withdrawn, and each stands as its last event says; cases follow.

Written in SQL, in the files of the folder `submitted_default_events`. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "submitted_default_events"


def upgrade() -> None:
    for name in ("ledger", "cases"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
