"""Rent ledgers and the enforcement officer's systems hand in: two kinds of acting party, and what they tell of a case.

A sender tells less than a register knows: of a lease its own reference, of a petition perhaps not who petitioned.
"""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "senders"


def upgrade() -> None:
    for name in ("kinds", "rows", "queue"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
