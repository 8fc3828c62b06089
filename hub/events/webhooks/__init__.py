"""Webhooks: a party is called at an address of its own when something changes that it may see.

registration  the commands of this room
address       which addresses are called: public ones alone, looked up and held to each time
secrets       what calls are signed with, made here, sealed where it is stored
signature     how a call is signed, and how whoever is called finds out that it is ours
message       what is said: that something has changed, and what to fetch
queue         what may have to be told, line by line, and whose turn it is; `statements` is how that is asked
question      whether it may be told, asked when it is sent, as the system that registered would ask
caller        one call over HTTP
pace          when to try again, and when to give up
dispatcher    all of it together, in every process at once
forgotten     dead letters that are old enough
opened        the room as it is opened

INVARIANT: a call holds no word of anybody, and is made after its record is on disk. What a party may not see is not
told: no call, no record, no trace where it can look.
"""

from hub.events.webhooks.forgotten import ForgottenDeadLetters
from hub.events.webhooks.opened import calling, commands
from hub.events.webhooks.pace import Pace

__all__ = ["ForgottenDeadLetters", "Pace", "calling", "commands"]
