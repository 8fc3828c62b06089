"""Intake: what parties hand in. A command is checked, grounded, stored and put on record in one transaction.

handlers    the commands of this room
pipeline    the one way that all of them go: claim, judge, keep, record, reply
model       a form is what one command takes in; a verdict is what becomes of a row
batch       what was sent, with its digests
checks      what a value must be by itself; `wording` is what is said where it is not
grounds     how the gate is asked what a row rests on
mortgage    the form of defaults on loans; `rent`, `demand_copy` and `eviction_notice` are those of their names, and
            `landlord_notice`, `concern`, `deferral` and `aid` those that persons fill in
applicants  who asks for something, and for whom
leases      what is looked up of leases: whose they are, what the routine says, who has reserved
deadlines   the days that the law counts
payload     a row as it was sent, to be kept
mortgage    the form of defaults on loans
amendments  a default that was accepted, corrected or withdrawn by its sender
ledger      what is stored; `replies` is what is answered

How it reaches the cases, beside the answer, is the next room's: `hub/routing`.
"""

from hub.intake.handlers import intake

__all__ = ["intake"]
