"""The policies in force stand in the database, so that all processes change them at the same moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_READERS = "bofast_app, bofast_public, bofast_external, bofast_audit"


def upgrade() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files", JSONB(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name=op.f("ck_policy_version_digest")),
        sa.CheckConstraint("jsonb_typeof(files) = 'object'", name=op.f("ck_policy_version_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        schema="hub",
    )
    for name, when in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
        each = "FOR EACH ROW " if name == "change" else ""
        op.execute(
            f"CREATE TRIGGER refuse_{name} BEFORE {when} ON hub.policy_version {each}"
            "EXECUTE FUNCTION hub.refuse_change()"
        )
    op.execute(
        "CREATE VIEW facts.active_policy AS "
        "SELECT version.digest FROM hub.policy_version AS version ORDER BY version.id DESC LIMIT 1"
    )
    op.execute(f"GRANT SELECT ON facts.active_policy TO {_READERS}")
    op.execute("GRANT SELECT ON hub.policy_version TO bofast_app")


def downgrade() -> None:
    op.execute("DROP VIEW facts.active_policy")
    op.drop_table("policy_version", schema="hub")
