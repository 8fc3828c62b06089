"""The conversation as states and steps: whatever a client says, in whatever order."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.edge.live.codes import Close
from hub.edge.live.talk import Begin, HangUp, Phase, Pong, Refuse, Start, Stop, Talk

MOST = 3
QUERY = {"query": "subscription { submissionEvents { id } }"}
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
MESSAGES = st.one_of(
    st.just({"type": "connection_init"}),
    st.just({"type": "connection_init", "payload": {"Authorization": "x"}}),
    st.builds(lambda name: {"type": "subscribe", "id": name, "payload": QUERY}, NAMES),
    st.builds(lambda name: {"type": "subscribe", "id": name, "payload": {"query": None}}, NAMES),
    st.builds(lambda name: {"type": "complete", "id": name}, NAMES),
    st.just({"type": "ping"}),
    st.just({"type": "pong", "payload": {}}),
)
BAD = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(["{}", "[]", '{"type":"start","id":"a"}', '{"type":"subscribe","id":"a"}', '{"type":7}']),
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
    .filter(lambda value: not isinstance(value, dict) or "type" not in value)
    .map(json.dumps),
)
# What happens beside what is said: the beginning is settled, its time is over, an operation ends.
BESIDE = st.one_of(st.just("acknowledged"), st.just("late"), NAMES.map(lambda name: f"ended {name}"))
DONE = st.lists(st.one_of(MESSAGES, MESSAGES, MESSAGES, BESIDE, BAD.map(lambda text: ("bad", text))), max_size=25)


class Model:
    """The specification of the protocol, said once more and otherwise."""

    def __init__(self) -> None:
        self.begun = self.acknowledged = self.over = False
        self.names: set[str] = set()

    def expects(self, message: dict[str, Any]) -> tuple[type | None, Close | None]:
        kind, name = message["type"], message.get("id")
        if kind == "connection_init":
            again, self.begun = self.begun, True
            return (HangUp, Close.BEGINS_AGAIN) if again else (Begin, None)
        if kind == "subscribe":
            return self._subscribe(str(name), message)
        if kind == "complete":
            return (Stop if name in self.names else type(None)), None
        return {"ping": Pong, "pong": type(None)}[kind], None

    def _subscribe(self, name: str, message: dict[str, Any]) -> tuple[type | None, Close | None]:
        if not self.acknowledged:
            return HangUp, Close.UNAUTHENTICATED
        if name in self.names:
            return HangUp, Close.NAME_TAKEN
        if len(self.names) == MOST or message["payload"]["query"] is None:
            return Refuse, None
        self.names.add(name)
        return Start, None


@given(DONE)
@settings(max_examples=400, deadline=None)
def test_talk_is_as_the_protocol_has_it(done: list[Any]) -> None:
    talk, model = Talk(most=MOST), Model()
    for one in done:
        if isinstance(one, str):
            _beside(talk, model, one)
        elif isinstance(one, tuple):
            step = talk.hear(one[1])
            assert step == (None if model.over else HangUp(Close.INVALID))
            model.over = True
        else:
            step = talk.hear(json.dumps(one))
            if model.over:
                assert step is None
                continue
            kind, close = model.expects(one)
            assert type(step) is kind
            if isinstance(step, HangUp):
                assert step.close is close
                model.over = True
            if isinstance(step, Stop):
                # Whoever stops it says so.
                talk.ended(step.name)
                model.names.discard(step.name)
        assert (talk.phase is Phase.CLOSED) is model.over
        assert len(talk.names) <= MOST
        assert not talk.names or talk.phase is Phase.OPEN


def _beside(talk: Talk, model: Model, what: str) -> None:
    if what == "acknowledged":
        talk.acknowledged()
        model.acknowledged = model.acknowledged or (model.begun and not model.over)
    elif what == "late":
        late = talk.late()
        is_late = not model.begun and not model.over
        assert late == (HangUp(Close.BEGINS_LATE) if is_late else None)
        model.over = model.over or is_late
    else:
        name = what.removeprefix("ended ")
        talk.ended(name)
        model.names.discard(name)
