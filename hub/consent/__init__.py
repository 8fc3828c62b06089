"""Consents, mandates, reservations and break-glass: the commands that open and close access, and what proves them."""
