"""What persons fill in reaches a case: a landlord's notice, a report of concern, a request, an application.

Written in SQL, in the files of the folder `forms`. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "forms"


def upgrade() -> None:
    for name in ("tables", "consent"):
        _run(name)


def downgrade() -> None:
    _run("back")


def _run(name: str) -> None:
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    # The driver itself takes a file of many statements; SQLAlchemy would take one.
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(text))
