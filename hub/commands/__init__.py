"""Commands: what every one of them needs, whichever room does it. One command, one transaction, with its record inside.

runner      a mutation document is run on the resolvers of the schema; each room gives a `Handler` for each command
errand      one such request
deeds       a command in one transaction, with its key and its record
keys        a client's key: the same command sent again has the same effect, and the same answer
locks       what happens to one person happens one thing after the other
permission  the gate is asked about a person and what the command says of them, inside the command's own transaction
outages     what of a database passes, and what is a fault of ours
"""

from hub.commands.errand import Errand
from hub.commands.runner import Handler, Handlers, Runner, command_names

__all__ = ["Errand", "Handler", "Handlers", "Runner", "command_names"]
