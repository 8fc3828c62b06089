"""Files: many rows in one stream, kept as they arrive, judged afterwards by the same rules as a batch.

fields      what a row is made of, out of the type that a batch is of; `forms` prints that: a template, a JSON Schema
reading     a line of a file becomes a row, or a fault; `wording` is what is said of lines and files
start       how a file begins: what it is, which columns it has
lines       a stream of bytes in lines, of which none is longer than it may be
arriving    a stream becomes stored parts, and at its end a submission; `parts` is what is stored
senders     whether whoever sent a file still may
slices      some rows at a time are judged and stored, in one transaction with how far that came
worker      goes on with what is not judged yet, for as long as the hub runs; `forgotten` clears what was never finished
results     how far a file is, and what became of its rows
files       all of it together, by one set of policies; `room` makes it anew for each set

INVARIANT: a file is acknowledged when all of it is durable. After that each row is judged once, whatever dies, by the
policies that are in force when its slice is judged.
"""

from hub.bulk.forgotten import ForgottenFiles
from hub.bulk.room import Bulk

__all__ = ["Bulk", "ForgottenFiles"]
