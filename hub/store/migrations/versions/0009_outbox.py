"""What happens is told by the tables in which it happens, and put in line for those whom it concerns.

Written in SQL, in the files of the folder `outbox`, as the first version is. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "outbox"


def upgrade() -> None:
    for name in ("tables", "triggers", "line"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
