"""Why a row was rejected is one of a closed list of words, as everything else that is answered as an enum."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NAME = "ck_submitted_default_code"
_WORDS = "'NO_BASIS', 'INVALID_ID', 'BAD_VALUE', 'DUPLICATE_ROW'"


def upgrade() -> None:
    op.create_check_constraint(op.f(_NAME), "submitted_default", f"code IN ({_WORDS})", schema="hub")


def downgrade() -> None:
    op.drop_constraint(op.f(_NAME), "submitted_default", schema="hub")
