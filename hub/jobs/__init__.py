"""What falls due without anybody asking: the end of a consent, the reminder before it, a request that nobody answered.

loop              every minute, in each process; one of them does the work, and it does not matter which
expiry            what is due, found and written down by the database's clock
missing_receipts  receipts for decisions of before there were receipts
forgotten_events  what stands in the line of events for too long

INVARIANT: nothing that closes rests on a job having run. What has ended is closed by its own date, in the statement
that reads; a job writes down that it has, and tells the person.
"""

from hub.jobs.expiry import DUTIES, Duty
from hub.jobs.forgotten_events import ForgottenEvents
from hub.jobs.loop import Job, Jobs
from hub.jobs.missing_receipts import MissingReceipts

__all__ = ["DUTIES", "Duty", "ForgottenEvents", "Job", "Jobs", "MissingReceipts"]
