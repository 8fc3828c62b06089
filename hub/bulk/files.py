"""Files by one set of policies: who may send one, when it is whole, how far it is, and what became of its rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.audit import AccessEvent, EventKind, Record
from hub.bulk import parts
from hub.bulk.arriving import Arriving, Known, rows_of
from hub.bulk.parts import RECEIVING, Sent
from hub.bulk.results import Results, told
from hub.bulk.senders import Expect, expect_system
from hub.bulk.slices import Slices, Step, event_of
from hub.bulk.wording import FileRefused, no_rows
from hub.commands.outages import store_errors
from hub.errors import Conflict, Forbidden, LimitExceeded
from hub.gate import Gate, evaluate
from hub.identity.model import Inquiry
from hub.intake.batch import Seal
from hub.store.policies import hold
from hub.store.session import Sessions

READ: Final = "see:SubmittedDefault"
"""The results of a file are what its sender sees of its own submissions, and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """A finished answer with its record. `rows` is the rest of an answer that is a stream."""

    event: AccessEvent
    body: bytes = b""
    known: Known | None = None
    rows: AsyncIterator[bytes] | None = None
    recorded: bool = False
    held: bool = False


class Files:
    """What one set of policies, which `digest` names, has a say in. `command` is the one that a file stands for."""

    def __init__(
        self,
        *,
        digest: str,
        gate: Gate,
        expect: Expect,
        command: str,
        arriving: Arriving,
        results: Results,
        slices: Slices,
        sessions: Sessions,
        record: Record,
        seal: Seal,
        wake: Callable[[], None],
    ) -> None:
        self._digest = digest
        self._gate = gate
        self._expect = expect
        self._command = command
        self._arriving = arriving
        self._results = results
        self._slices = slices
        self._sessions = sessions
        self._record = record
        self._seal = seal
        self._wake = wake

    async def admit(self, inquiry: Inquiry) -> FileAnswer:
        """Before the first byte is read: whoever sends this may. Raises `Forbidden`."""
        self._expect_sender(inquiry)
        return FileAnswer(event=self._event(inquiry))

    async def known(self, inquiry: Inquiry, key: str) -> FileAnswer:
        """How much is kept under a key of the sender's."""
        self._expect_sender(inquiry)
        known = await self._arriving.known(inquiry, key)
        return FileAnswer(event=self._event(inquiry), known=known)

    async def finish(self, sent: Sent, tail: bytes) -> FileAnswer:
        """The stream came to its end: the file becomes a submission, or is the one that it became before.

        Raises `Conflict`, and `FileRefused` or `LimitExceeded` after which nothing of the file is left.
        """
        self._expect_sender(sent.inquiry)
        try:
            submission, event = await self._finish(sent, tail)
        except (FileRefused, LimitExceeded):
            await self._arriving.drop(sent)
            raise
        finally:
            # Also where the commit was lost sight of: it may have been done all the same.
            self._wake()
        progress = await self._results.progress(sent.inquiry.requester, submission)
        return FileAnswer(
            event=event or self._event(sent.inquiry),
            body=told(progress),
            known=Known(offset=0, submission=submission),
            recorded=event is not None,
            held=True,
        )

    async def progress(self, inquiry: Inquiry, submission: UUID) -> FileAnswer:
        """Where a file of the sender's is. Raises `NotFound`."""
        self._expect_reader(inquiry)
        progress = await self._results.progress(inquiry.requester, submission)
        return FileAnswer(event=self._event(inquiry), body=told(progress))

    async def results(self, inquiry: Inquiry, submission: UUID) -> FileAnswer:
        """What became of the rows that are judged by now. Raises `NotFound`."""
        self._expect_reader(inquiry)
        progress = await self._results.progress(inquiry.requester, submission)
        return FileAnswer(event=self._event(inquiry), rows=self._results.rows(progress))

    async def judge(self) -> Step:
        """One slice of the file whose turn it is."""
        return await self._slices.next()

    async def _finish(self, sent: Sent, tail: bytes) -> tuple[UUID, AccessEvent | None]:
        whole = list(sent.parts)
        if tail:
            whole.append(self._arriving.part(sent, tail))
        rows = rows_of(sent, whole, tail)
        if rows < 1:
            raise no_rows()
        digest = self._seal.file(sent.inquiry.requester, sent.key, sent.media, [part.digest for part in whole])
        async with store_errors(), self._sessions() as session, session.begin():
            await hold(session, self._digest)
            upload = await parts.claim(session, sent)
            if upload.state != RECEIVING:
                submission = await parts.earlier(session, upload.id)
                if submission.content_sha256 != digest:
                    raise Conflict
                return submission.id, None
            if tail:
                await parts.keep(session, upload, len(sent.parts), tail, whole[-1])
            # More of it may be kept than came now: then it is another file under the same key.
            if await parts.stored(session, upload.id) != whole:
                raise Conflict
            submission = await parts.received(session, upload, sent, digest, rows, len(whole))
            event = self._event(sent.inquiry, EventKind.COMMAND)
            await self._record.write_in(session, event)
        return submission.id, event

    def _event(self, inquiry: Inquiry, kind: EventKind = EventKind.QUERY) -> AccessEvent:
        return event_of(inquiry, self._command, self._digest, kind=kind)

    def _expect_sender(self, inquiry: Inquiry) -> None:
        expect_system(inquiry.requester)
        self._expect(inquiry, self._command)

    def _expect_reader(self, inquiry: Inquiry) -> None:
        expect_system(inquiry.requester)
        decision = self._gate.decide(self._gate.class_of(inquiry), READ)
        own = {"submitter": inquiry.requester.party}
        if not evaluate(decision.residual, own, {"party": inquiry.requester.party}):
            raise Forbidden
