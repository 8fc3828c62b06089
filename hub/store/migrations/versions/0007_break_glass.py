"""Break-glass on the record and in the citizen's log; mandates whose holder is named by number; how each stands.

Written in SQL, in the files of the folder `break_glass`, as the first version is. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "break_glass"


def upgrade() -> None:
    for name in ("record", "mandates", "standing"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
