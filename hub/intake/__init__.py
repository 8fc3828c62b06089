"""Intake: what parties hand in. A command is checked, grounded, stored and put on record in one transaction.

handlers    the commands of this room
checks      what a row must be by itself; `batch` is what was sent, with its digests
grounds     the consent or agreement that a row rests on, as the gate decides
defaults    the command `submitMortgageDefaults`
ledger      what is stored of it
forwarding  how it reaches the cases, beside the answer
"""

from hub.intake.forwarding import Forwarding
from hub.intake.handlers import intake

__all__ = ["Forwarding", "intake"]
