"""The SQL that writes the record. Each statement is one transaction by itself, or takes part in a command's."""

from __future__ import annotations

from hub.audit.packing import COLUMNS
from hub.audit.refusals import SECURITY_COLUMNS

# Class of the advisory locks that tell a living connection from a dead one; the other half is the stream's number.
LOCK_CLASS = 0x61756474


def _bind(number: int, sql_type: str) -> str:
    """A parameter. JSON travels as text, so that it needs no codec on a connection that is not the record's own."""
    return f"${number}::text::json" if sql_type == "json" else f"${number}::{sql_type}"


_BINDS = [_bind(number, sql_type) for number, (_, sql_type) in enumerate(COLUMNS, start=1)]
_UNNUMBERED = [_bind(number, sql_type) for number, (_, sql_type) in enumerate(COLUMNS[2:], start=2)]
_EVENT = f"INSERT INTO audit.event ({', '.join(name for name, _ in COLUMNS)})"
_SECURITY_NAMES = ", ".join(name for name, _ in SECURITY_COLUMNS)
_SECURITY = f"INSERT INTO audit.security_event ({_SECURITY_NAMES}) SELECT {_SECURITY_NAMES}"


def _denials(number: int) -> str:
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in SECURITY_COLUMNS)
    return f"json_to_recordset({_bind(number, 'json')}) AS denial ({columns})"


INSERT_EVENT = f"{_EVENT} VALUES ({', '.join(_BINDS)})"

INSERT_EVENT_AND_SECURITY = f"WITH event AS ({INSERT_EVENT}) {_SECURITY} FROM {_denials(len(COLUMNS) + 1)}"

INSERT_SECURITY = f"{_SECURITY} FROM {_denials(1)}"

# In the command's own transaction. The counter's row lock is held until that commits, so that numbers follow commits
# and a rolled back command leaves no gap. A closed stream gives no number and so writes nothing.
INSERT_COMMAND = f"""
WITH number AS (
    UPDATE audit.command_counter SET last_seq = last_seq + 1 WHERE writer_id = $1 AND NOT closed RETURNING last_seq
), event AS (
    {_EVENT} SELECT $1::bigint, last_seq, {", ".join(_UNNUMBERED)} FROM number
), denied AS (
    {_SECURITY} FROM number CROSS JOIN {_denials(len(COLUMNS))}
)
SELECT set_config('synchronous_commit', 'on', true) FROM number
"""

# The lock is taken before the row can be seen, so that nobody finds a new stream without its living connection.
OPEN_STREAMS = f"""
WITH opened AS (
    INSERT INTO audit.writer (kind, software) VALUES ('READ', $1), ('COMMAND', $1) RETURNING id, kind
), counted AS (
    INSERT INTO audit.command_counter (writer_id) SELECT id FROM opened WHERE kind = 'COMMAND'
)
SELECT kind, id, pg_advisory_lock({LOCK_CLASS}, id::integer) FROM opened
"""

END_STREAM = "INSERT INTO audit.writer_end (writer_id, last_seq, how) VALUES ($1, $2, 'STOPPED')"
