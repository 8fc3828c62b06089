"""A ledger for everything that is handed in beside defaults on loans, and more words for why a row is rejected.

A person may hand something in as herself, and is no party of the register: the submitter of a batch refers to nothing.
"""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "submitted_reports"


def upgrade() -> None:
    _run("table")


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
