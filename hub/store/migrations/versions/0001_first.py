"""The first version: all schemas, tables, facts, ledgers, the record, and rights.

Written in SQL, in the files of the folder `first`, because half of it (views, triggers, partitions, rights) is nothing
else. The files never change.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent / "first"
_FILES = (
    "roles",
    "parties",
    "nav",
    "cases",
    "plans",
    "housing",
    "enforcement",
    "bank",
    "ledgers",
    "submissions",
    "audit",
    "references",
    "indexes",
    "ledgers_stay",
    "facts_of_cases",
    "facts_of_ledgers",
    "record",
    "rights",
)


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    for name in _FILES:
        text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        # The driver itself takes a file of many statements; SQLAlchemy would take one.
        connection.run_async(lambda driver, text=text: driver.execute(text))


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first version. Drop the database instead.")
