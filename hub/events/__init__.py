"""Events: what has happened, told to those whom it concerns, when the gate lets them know of it.

line        what the tables told of is put in line; whoever follows the line is woken
webhooks    parties are called at addresses of their own

INVARIANT: an event says that something happened, never what. Whatever it shows is read, decided and put on record when
it is told, as for a query.
"""

from hub.events.line import By, Follower, Line, Placed, Wanted

__all__ = ["By", "Follower", "Line", "Placed", "Wanted"]
