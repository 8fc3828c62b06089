"""Bofast, the running service. One request walks through these rooms, in this order:

identity   a bearer token becomes a `Requester`, a header becomes a `Purpose`; together an `Inquiry`
operation  the document is parsed, validated against the contract of the requester's kind, and costed
plan       each selected field is looked up in the catalogue and the gate is asked about it, before anything is fetched
gate       Cedar policies, evaluated once per plan: granted, granted under a condition on the row, or withheld
fetch      one statement, row conditions inside: the finished JSON, what was disclosed, what was withheld
audit      what was shown, to whom, of whom, on which ground, is durable before the first byte leaves
edge       HTTP: the body is released
"""

__version__ = "0.1.0"
