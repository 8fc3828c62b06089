"""What of the rows of a file has been seen is kept a slice at a time, and no longer a row for each.

Written in SQL, in the files of the folder `seen`. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "seen"


def upgrade() -> None:
    _run("table")


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
