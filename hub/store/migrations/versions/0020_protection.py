"""The protection of a case is read with fewer look-ups: most persons are in one case, whose members are at hand.

It holds the same rows and values as before.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# The highest protection among the persons of the case and everybody whom they share a household with, in whichever
# case: who lives with a protected person has that person's address.
_NOW = """
CREATE OR REPLACE VIEW facts.protection AS
SELECT housemate.case_id, max(person.grade) AS grade, bool_or(person.shielded) AS shielded
FROM (
    SELECT own.case_id, own.person_id FROM hub.case_person AS own
    UNION ALL
    SELECT member.case_id, other.person_id
    FROM hub.case_person AS member
    JOIN hub.case_person AS membership
        ON membership.person_id = member.person_id AND membership.case_id <> member.case_id
    JOIN hub.case_person AS other ON other.case_id = membership.case_id
) AS housemate
JOIN nav.person AS person ON person.id = housemate.person_id
GROUP BY housemate.case_id
"""
_BEFORE = """
CREATE OR REPLACE VIEW facts.protection AS
SELECT member.case_id, max(housemate.grade) AS grade, bool_or(housemate.shielded) AS shielded
FROM hub.case_person AS member
JOIN hub.case_person AS membership ON membership.person_id = member.person_id
JOIN hub.case_person AS other ON other.case_id = membership.case_id
JOIN nav.person AS housemate ON housemate.id = other.person_id
GROUP BY member.case_id
"""


def upgrade() -> None:
    op.execute(_NOW)


def downgrade() -> None:
    op.execute(_BEFORE)
