"""What a form must be by itself, on values that nobody would think of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.identity.model import Kind
from hub.intake import deferral, landlord_notice
from hub.intake.payload import payload_of
from schema.commands.applications import DeferralRequestRow
from schema.commands.landlord_notice import LandlordNoticeRow, LetDwellingInput
from schema.enums import BreachKind, CaseTrack
from schema.scalars import LegalDay, Moment, Ore
from tests.intake.factory import KARI, setting

DAY = date(2026, 11, 2)
HERE = setting(DAY, Kind.LANDLORD)
MINUTES = st.integers(-600_000, 600_000)


def notice(**values: Any) -> LandlordNoticeRow:
    usual = {"tenant_national_id": KARI.national_id, "municipality": "9901", "arrears": Ore(100)}
    return LandlordNoticeRow(**{**usual, **values})


def ago(minutes: int) -> Moment:
    return Moment(HERE.at - timedelta(minutes=minutes))


@given(copy=MINUTES, sent=st.none() | MINUTES)
def test_copy_is_in_time_exactly_when_it_is_no_later_than_the_notice(copy: int, sent: int | None) -> None:
    row = notice(copy_to_tenant_at=ago(copy), sent_at=None if sent is None else ago(sent))
    faults = {fault.code + ":" + fault.field for fault in landlord_notice.faults_of(row, HERE)}
    is_sent = 0 if sent is None else sent
    assert ("COPY_TOO_LATE:copyToTenantAt" in faults) is (copy < is_sent)
    assert ("BAD_VALUE:sentAt" in faults) is not (sent is None or 0 <= sent <= 365 * 24 * 60)


@given(
    named=st.tuples(st.booleans(), st.booleans()),
    told=st.tuples(st.booleans(), st.booleans()),
)
def test_tenant_is_named_once_and_some_breach_is_told(named: tuple[bool, bool], told: tuple[bool, bool]) -> None:
    row = notice(
        tenant_national_id=KARI.national_id if named[0] else None,
        tenancy_id="01980000-0000-7000-8000-000000000000" if named[1] else None,
        arrears=Ore(1) if told[0] else None,
        breach=BreachKind.NOISE if told[1] else None,
        copy_to_tenant_at=ago(1),
    )
    fields = [fault.field for fault in landlord_notice.faults_of(row, HERE)]
    assert fields == (["tenantNationalId"] if named[0] == named[1] else []) + ([] if any(told) else ["arrears"])


@given(days=st.integers(-800, 800))
def test_deferral_is_asked_for_from_tomorrow_and_within_a_year(days: int) -> None:
    row = DeferralRequestRow(
        municipality="9901", track=CaseTrack.TENANCY, requested_until=LegalDay(DAY + timedelta(days=days))
    )
    assert (list(deferral.faults_of(row, HERE)) == []) is (1 <= days <= 365)


def test_form_is_kept_by_the_names_of_the_schema_without_what_has_a_column() -> None:
    row = notice(
        dwelling=LetDwellingInput(line="A 1", postal_code="9901", place="T"),
        oldest_unpaid_due=LegalDay(date(2026, 9, 1)),
        breach=BreachKind.NOISE,
        copy_to_tenant_at=ago(0),
    )
    assert payload_of(row, without=frozenset({"municipality", "tenant_national_id"})) == {
        "dwelling": {"line": "A 1", "postalCode": "9901", "place": "T"},
        "arrears": 100,
        "oldestUnpaidDue": "2026-09-01",
        "breach": "NOISE",
        "copyToTenantAt": "2026-11-02T11:00:00+00:00",
        "sentByAgent": False,
    }
