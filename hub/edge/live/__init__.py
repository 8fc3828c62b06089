"""Subscriptions: connections that stay, on which each event is released as an answer is: decided, on record, then sent.

    who asks → what for → wished for → an event → who asks → decided → record → first byte

live       the two ways in, and that all connections end when the hub stops
rooms      what both rest on: who is let in at all
socket     over WebSocket: the handshake, then a conversation in `graphql-transport-ws`
talk       that conversation as states and steps, without a clock or a connection
stream     over server-sent events: one subscription a request
caller     who holds a connection, asked about anew for each event
telling    the events of one subscription, one after the other
seats      how many connections a party may hold
codes      what a connection is closed with

INVARIANT: nobody has a queue. Who does not take what is sent is cut off, and goes on after the last event that arrived.
"""

from hub.edge.live.live import Live

__all__ = ["Live"]
