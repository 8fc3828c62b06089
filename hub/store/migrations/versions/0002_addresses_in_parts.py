"""The three addresses of a person get parts: line, postal code, place. One text could not be compared or masked.

A text such as `Storgata 1, 0155 Oslo` is taken apart; one of another shape (abroad, say) becomes the line as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ADDRESSES = {"residential_address": "residential", "postal_address": "postal", "temporary_address": "temporary"}
_PARTS = ("line", "postal_code", "place")
_SHAPE = r"^(.+), *(\d{4}) +(\S.*)$"
_STRICT = "ck_person_strict_has_no_residence"
_STRICT_WORDS = "'STRENGT_FORTROLIG', 'STRENGT_FORTROLIG_UTLAND'"


def upgrade() -> None:
    op.drop_constraint(op.f(_STRICT), "person", schema="nav")
    for prefix in _ADDRESSES.values():
        for part in _PARTS:
            op.add_column("person", sa.Column(f"{prefix}_{part}", sa.Text()), schema="nav")
    for text, prefix in _ADDRESSES.items():
        _take_apart(text, prefix)
        op.drop_column("person", text, schema="nav")
    _keep_strict([f"{prefix}_{part}" for prefix in ("residential", "temporary") for part in _PARTS])


def downgrade() -> None:
    op.drop_constraint(op.f(_STRICT), "person", schema="nav")
    for text, prefix in _ADDRESSES.items():
        op.add_column("person", sa.Column(text, sa.Text()), schema="nav")
        _put_together(text, prefix)
        for part in _PARTS:
            op.drop_column("person", f"{prefix}_{part}", schema="nav")
    _keep_strict(["residential_address", "temporary_address"])


def _take_apart(text: str, prefix: str) -> None:
    line, code, place = (f"{prefix}_{part}" for part in _PARTS)
    op.execute(
        sa.text(
            f"UPDATE nav.person AS person SET {line} = coalesce(parts[1], btrim({text})), {code} = parts[2], "
            f"{place} = parts[3] FROM (SELECT id, regexp_match({text}, :shape) AS parts FROM nav.person "
            f"WHERE nullif(btrim({text}), '') IS NOT NULL) AS taken WHERE taken.id = person.id"
        ).bindparams(shape=_SHAPE)
    )


def _put_together(text: str, prefix: str) -> None:
    line, code, place = (f"{prefix}_{part}" for part in _PARTS)
    op.execute(
        f"UPDATE nav.person SET {text} = concat_ws(', ', {line}, nullif(concat_ws(' ', {code}, {place}), '')) "
        f"WHERE num_nonnulls({line}, {code}, {place}) > 0"
    )


def _keep_strict(columns: list[str]) -> None:
    condition = f"protection NOT IN ({_STRICT_WORDS}) OR num_nonnulls({', '.join(columns)}) = 0"
    op.create_check_constraint(op.f(_STRICT), "person", condition, schema="nav")
