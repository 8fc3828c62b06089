"""Routing: what was accepted finds its municipality, unit and case. Beside the answer, and not as a part of it.

soon        a little after the answer, in the process that gave it; the jobs do what is left over
router      one batch in one transaction, out of the queue that the ledgers fill
arrivals    rows of the ledgers, as far as their ground still stands; `reports` are what they tell but those on loans
routines    the NAV office of a municipality, and what it has laid down
persons     who is known, and who is strictly protected
files       the cases of a person, as they stand
filing      a row becomes a signal in a case
handovers   who is strictly protected by now has cases at ordinary units no longer
placement   which case: an open one, one that is reopened, a new one
cases       how it is opened, taken up again, handed over
loans       what a default means on the owner track; `leases` and `petitions` what comes on the track of tenants
forms       what persons fill in means on either
claims      the same claim told again
loans       what a default means on the owner track
amending    what was corrected or withdrawn later, in its case too; `amendments` reads what there is of that
queue       what is settled is out of it, the rest has its turn later
changes     what is to be written, written table by table
"""

from hub.routing.handovers import Handovers
from hub.routing.router import Router
from hub.routing.soon import Routing

__all__ = ["Handovers", "Router", "Routing"]
