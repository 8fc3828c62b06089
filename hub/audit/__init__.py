"""The record: what was shown, to whom, of whom, on which ground, durable before the first byte of the answer leaves."""

from hub.audit.access_index import AccessIndex
from hub.audit.model import AccessEvent, Entry, EntryKind, EventKind, Ground, SecurityEvent, SecurityKind, probe_digest
from hub.audit.record import Record

__all__ = [
    "AccessEvent",
    "AccessIndex",
    "Entry",
    "EntryKind",
    "EventKind",
    "Ground",
    "Record",
    "SecurityEvent",
    "SecurityKind",
    "probe_digest",
]
