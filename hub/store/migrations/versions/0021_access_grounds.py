"""The index of subjects in two tables: what the entries of one ground share once, and the entries.

Written in SQL, in the files of the folder `access_grounds`. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "access_grounds"


def upgrade() -> None:
    _run("tables")


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
