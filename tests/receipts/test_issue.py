"""Receipts are issued with the decision that they are about, or neither is; they verify whatever becomes of keys."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.consent.receipt_keys import KeyFolderRefused, ReceiptKeys, published
from hub.consent.receipt_seal import PublishedKeys, opened
from hub.consent.receipts import DECISIONS, Receipts
from hub.demo.people import KARI
from hub.errors import Unavailable
from hub.store.pool import ReadPool
from hub.store.roles import Endpoints
from hub.store.session import Sessions
from tests.receipts.conftest import receipts_of
from tests.receipts.ledger import add_consent, add_event


async def issue(sessions: Sessions, receipts: Receipts, event: UUID) -> UUID:
    async with sessions() as session, session.begin():
        return await receipts.issue(session, event)


async def document(owner: Any, receipt: UUID) -> str:
    return await owner.fetchval("SELECT document FROM hub.consent_receipt WHERE id = $1", receipt)


async def given(owner: Any, **changed: Any) -> UUID:
    consent = await add_consent(owner)
    return await add_event(owner, consent, "GIVEN", **changed)


async def opened_by_the_published(owner: Any, pool: ReadPool, receipt: UUID) -> dict[str, Any]:
    return opened(await document(owner, receipt), PublishedKeys.read(await published(pool)))


async def test_receipt_tells_what_the_ledger_has_and_verifies_with_the_published_keys(
    sessions: Sessions, receipts: Receipts, owner: Any, pool: ReadPool
):
    consent = await add_consent(owner)
    await add_event(owner, consent, "REQUESTED")
    event = await add_event(owner, consent, "GIVEN")
    receipt = await issue(sessions, receipts, event)
    said = await opened_by_the_published(owner, pool, receipt)
    row = await owner.fetchrow("SELECT * FROM hub.consent_receipt WHERE id = $1", receipt)
    assert (row["consent_id"], row["event_id"]) == (consent, event)
    assert said["consentReceiptID"] == str(receipt)
    assert datetime.fromisoformat(said["issuedAt"]) == row["issued_at"]
    record = said["record"]
    assert (record["recordId"], record["piiPrincipalId"]) == (str(consent), f"urn:uuid:{KARI.id}")
    assert [one["state"] for one in record["events"]] == ["REQUESTED", "GIVEN"]
    assert "Prøvebanken ASA" in record["notice"]["text"]
    assert KARI.national_id not in json.dumps(said)
    purpose = record["services"][0]["purposes"][0]
    assert purpose["lawfulBasis"]["citation"] == "forvaltningsloven (1967) § 13 a nr. 1"
    assert purpose["purpose"]["title"]["en"] == "to consider whether your loans can be refinanced"


async def test_each_decision_has_a_receipt_of_its_own_that_ends_with_it(
    sessions: Sessions, receipts: Receipts, owner: Any, pool: ReadPool
):
    consent = await add_consent(owner)
    for kind in ("GIVEN", "RENEWED", "WITHDRAWN"):
        event = await add_event(owner, consent, kind)
        said = await opened_by_the_published(owner, pool, await issue(sessions, receipts, event))
        assert said["record"]["state"] == said["record"]["events"][-1]["state"] == kind
    other = await add_consent(owner)
    refused = await add_event(owner, other, "REFUSED")
    assert (await opened_by_the_published(owner, pool, await issue(sessions, receipts, refused)))["record"]["state"]
    assert {"GIVEN", "RENEWED", "WITHDRAWN", "REFUSED"} == DECISIONS


async def test_text_that_is_no_longer_the_one_shown_is_left_out_and_its_digest_stays(
    sessions: Sessions, receipts: Receipts, owner: Any, pool: ReadPool
):
    event = await given(owner, notice_version="2020-1", notice_sha256="a" * 64)
    notice = (await opened_by_the_published(owner, pool, await issue(sessions, receipts, event)))["record"]["notice"]
    assert (notice["noticeVersion"], notice["sha256"], "text" in notice) == ("2020-1", "a" * 64, False)


async def test_there_is_one_receipt_for_an_event(sessions: Sessions, receipts: Receipts, owner: Any):
    event = await given(owner)
    await issue(sessions, receipts, event)
    with pytest.raises(Exception, match="uq_consent_receipt_event_id"):
        await issue(sessions, receipts, event)


async def test_what_is_rolled_back_leaves_no_receipt(sessions: Sessions, receipts: Receipts, owner: Any):
    event = await given(owner)
    async with sessions() as session:
        await receipts.issue(session, event)
        await session.rollback()
    assert await owner.fetchval("SELECT count(*) FROM hub.consent_receipt") == 0


async def test_receipt_cannot_be_changed_or_removed(sessions: Sessions, receipts: Receipts, owner: Any):
    await issue(sessions, receipts, await given(owner))
    for statement in ("UPDATE hub.consent_receipt SET document = ''", "DELETE FROM hub.consent_receipt"):
        with pytest.raises(asyncpg.PostgresError):
            await owner.execute(statement)


# --- keys -------------------------------------------------------------------------------------------------------------


async def test_folder_without_a_key_gets_one_that_only_its_owner_can_read(
    keys: ReceiptKeys, tmp_path: Path, owner: Any
):
    (file,) = (tmp_path / "receipt-keys").iterdir()
    row = await owner.fetchrow("SELECT * FROM hub.receipt_key")
    assert (file.stem, row["retired_at"]) == (row["kid"], None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert '"d"' not in row["public_jwk"]


async def test_starting_again_or_beside_takes_the_key_that_is_there(
    keys: ReceiptKeys, sessions: Sessions, tmp_path: Path
):
    others = [ReceiptKeys(tmp_path / "receipt-keys") for _ in range(3)]
    await asyncio.gather(*(other.start(sessions) for other in others))
    assert len(list((tmp_path / "receipt-keys").iterdir())) == 1


async def test_two_that_start_at_once_in_a_new_folder_make_one_key(sessions: Sessions, tmp_path: Path):
    both = [ReceiptKeys(tmp_path / "new") for _ in range(2)]
    await asyncio.gather(*(one.start(sessions) for one in both))
    assert len(list((tmp_path / "new").iterdir())) == 1


async def test_each_folder_signs_with_a_key_of_its_own_and_all_verify(
    keys: ReceiptKeys, sessions: Sessions, tmp_path: Path, owner: Any, pool: ReadPool
):
    other = ReceiptKeys(tmp_path / "other")
    await other.start(sessions)
    used = set[str]()
    for one in (keys, other):
        receipt = await issue(sessions, receipts_of(one), await given(owner))
        assert await opened_by_the_published(owner, pool, receipt)
        used.add(await owner.fetchval("SELECT key_id FROM hub.consent_receipt WHERE id = $1", receipt))
    assert len(used) == 2


async def test_receipts_of_before_verify_after_any_number_of_rotations(
    keys: ReceiptKeys, sessions: Sessions, owner: Any, pool: ReadPool, tmp_path: Path
):
    issued: list[UUID] = []
    for _ in range(4):
        # Another process rotates; the one that signs is not told.
        issued.append(await issue(sessions, receipts_of(keys), await given(owner)))
        rotation = await ReceiptKeys(tmp_path / "receipt-keys").rotate(sessions)
        assert len(rotation.retired) == 1
    kids = {await owner.fetchval("SELECT key_id FROM hub.consent_receipt WHERE id = $1", one) for one in issued}
    assert len(kids) == 4
    for receipt in issued:
        assert await opened_by_the_published(owner, pool, receipt)
    assert [file.stem for file in (tmp_path / "receipt-keys").iterdir()] == [rotation.kid]
    assert await owner.fetchval("SELECT count(*) FROM hub.receipt_key WHERE retired_at IS NULL") == 1


async def test_nothing_is_issued_with_a_key_after_it_was_retired(
    keys: ReceiptKeys, sessions: Sessions, owner: Any, tmp_path: Path
):
    events = [await given(owner) for _ in range(30)]
    receipts, rotating = receipts_of(keys), ReceiptKeys(tmp_path / "receipt-keys")

    async def rotate() -> None:
        for _ in range(8):
            await rotating.rotate(sessions)

    await asyncio.gather(rotate(), *(issue(sessions, receipts, event) for event in events))
    late = await owner.fetchval(
        """
        SELECT count(*) FROM hub.consent_receipt AS receipt JOIN hub.receipt_key AS key ON key.kid = receipt.key_id
        WHERE receipt.issued_at NOT BETWEEN key.created_at AND coalesce(key.retired_at, 'infinity')
        """
    )
    assert (late, await owner.fetchval("SELECT count(*) FROM hub.consent_receipt")) == (0, 30)


async def test_without_a_private_key_nothing_is_signed_and_it_is_a_fault_that_may_pass(
    keys: ReceiptKeys, sessions: Sessions, owner: Any, tmp_path: Path
):
    event = await given(owner)
    for file in (tmp_path / "receipt-keys").iterdir():
        file.unlink()
    fresh = ReceiptKeys(tmp_path / "receipt-keys")
    with pytest.raises(Unavailable):
        await issue(sessions, receipts_of(fresh), event)


def expose(file: Path) -> None:
    file.chmod(0o640)


def empty(file: Path) -> None:
    file.write_text("{}")


def take_anothers(file: Path) -> None:
    from joserfc.jwk import OKPKey

    file.write_text(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=True)))


def keep_the_public_part(file: Path) -> None:
    key = json.loads(file.read_text())
    file.write_text(json.dumps({name: value for name, value in key.items() if name != "d"}))


@pytest.mark.parametrize("harm", [expose, empty, take_anothers, keep_the_public_part])
async def test_key_that_is_not_fit_is_refused_at_start(
    harm: Any, keys: ReceiptKeys, sessions: Sessions, tmp_path: Path
):
    (file,) = (tmp_path / "receipt-keys").iterdir()
    harm(file)
    with pytest.raises(KeyFolderRefused) as refusal:
        await ReceiptKeys(tmp_path / "receipt-keys").start(sessions)
    assert '"d"' not in str(refusal.value)


async def test_folder_that_cannot_be_written_is_refused_and_leaves_nothing(
    sessions: Sessions, owner: Any, tmp_path: Path
):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFolderRefused):
        await ReceiptKeys(tmp_path / "file" / "keys").start(sessions)
    assert await owner.fetchval("SELECT count(*) FROM hub.receipt_key") == 0


async def test_published_set_is_empty_before_the_first_key(pool: ReadPool):
    assert json.loads(await published(pool)) == {"keys": []}


async def test_role_of_commands_may_retire_a_key_and_nothing_else(keys: ReceiptKeys, database: Endpoints):
    connection = await asyncpg.connect(database.app)
    try:
        for change in ("public_jwk = ''", "kid = 'x'", "created_at = now()"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"UPDATE hub.receipt_key SET {change}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM hub.receipt_key")
    finally:
        await connection.close()


async def test_consent_that_ended_long_ago_can_still_be_receipted(
    sessions: Sessions, receipts: Receipts, owner: Any, pool: ReadPool
):
    long_ago = datetime.now(UTC) - timedelta(days=800)
    event = await given(owner, at=long_ago)
    assert (await opened_by_the_published(owner, pool, await issue(sessions, receipts, event)))["record"]["notice"][
        "text"
    ]
