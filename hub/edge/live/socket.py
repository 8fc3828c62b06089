"""WebSocket: the handshake. What is refused is refused here, over HTTP, before there is a connection."""

from __future__ import annotations

from hub.edge.asgi import Message, Receive, Scope, Send
from hub.edge.live.conversation import Conversation
from hub.edge.live.rooms import Rooms
from hub.edge.live.talk import PROTOCOL
from hub.edge.visit import Visit
from hub.errors import BadInput, Overloaded
from hub.text import Text


class SubprotocolNotServed(BadInput):
    """Speak graphql-transport-ws."""

    code = "SUBPROTOCOL_NOT_SERVED"
    said = Text(
        nb="Programmet koblet seg til på en måte som ikke går her. Si fra til dem som har laget det.",
        en="The program connected in a way that is not served here. Let those who made it know.",
    )


async def serve_socket(rooms: Rooms, scope: Scope, receive: Receive, send: Send) -> None:
    """One connection, from the handshake to its end."""
    await receive()
    visit = rooms.visit({**scope, "method": "GET"}, receive, _as_http(send), ("GET",))
    # A handshake has no body that would have to be read to its end.
    visit.body_read = True
    if await rooms.threshold.answer(visit, lambda one: _admitted(rooms, one)) is None:
        return
    try:
        with rooms.seats.connection():
            headers = rooms.threshold.headers(visit)
            await send({"type": "websocket.accept", "subprotocol": PROTOCOL, "headers": headers})
            await Conversation(rooms, visit, receive, send).run()
    except Overloaded as error:
        await rooms.threshold.refuse(visit, error)
    except OSError:
        # Whoever knocked is gone.
        pass


async def _admitted(rooms: Rooms, visit: Visit) -> bool:
    rooms.expect_admissible(visit)
    # INVARIANT: never the legacy `graphql-ws`, in which nothing has to be said before something is started.
    if PROTOCOL not in visit.scope["subprotocols"]:
        raise SubprotocolNotServed(member="sec-websocket-protocol")
    return True


def _as_http(send: Send) -> Send:
    """An answer over HTTP in place of a connection."""

    async def answer(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return answer
