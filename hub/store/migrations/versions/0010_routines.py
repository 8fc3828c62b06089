"""The written routines of municipalities, as data with days: what goes where, what is copied, what is to be done."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "routines"


def upgrade() -> None:
    _run("tables")


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
