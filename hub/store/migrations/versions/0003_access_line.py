"""The citizen's log: one line for each look-up, whatever number of sources and grounds it had."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW audit.access_line AS
        SELECT
            (array_agg(entry.id ORDER BY entry.id))[1] AS id,
            entry.occurred_at,
            entry.subject_id,
            min(entry.source_party) AS source_party,
            array_agg(DISTINCT entry.source_party) AS sources,
            entry.recipient_party,
            entry.recipient_unit,
            entry.actor_id,
            entry.actor_name,
            entry.actor_role,
            entry.purpose,
            array_agg(DISTINCT entry.basis) AS bases,
            array_agg(DISTINCT category.name) AS categories
        FROM audit.access_subject AS entry
        CROSS JOIN LATERAL unnest(entry.categories) AS category (name)
        WHERE entry.kind = 'LOOKED_UP' AND entry.delivered AND entry.subject_id IS NOT NULL
        GROUP BY
            entry.event_id, entry.occurred_at, entry.subject_id, entry.recipient_party, entry.recipient_unit,
            entry.actor_id, entry.actor_name, entry.actor_role, entry.purpose
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW audit.access_line")
