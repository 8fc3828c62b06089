"""What was accepted is queued as it is stored, and reaches a case once: an open one, one that is reopened, a new one.

A sender tells less than a register knows, so that some columns may be empty. Written in SQL, in the files of the folder
`routing`. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "routing"


def upgrade() -> None:
    for name in ("queue", "rows"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
