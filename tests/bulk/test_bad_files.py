"""Whatever a hostile or clumsy sender sends: told where it is wrong and what to do, row by row, and nothing lost."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest

from hub.identity.snapshot import legal_day
from tests.bulk.conftest import LIMITS
from tests.bulk.sending import CSV, NDJSON, Sender, csv_of, ndjson, new_key, told
from tests.intake.factory import KARI, row, startlan, strangers

HEADER = csv_of([])
_MINIMAL = b"loanType,loanRef,debtorNationalId,firstUnpaidDue,unpaidTerms,arrears\n"


def refused(sender: Sender, content: bytes, media: str = NDJSON, **headers: str) -> tuple[int, dict[str, Any]]:
    """The status and the one error; and nothing of the file is kept."""
    key = new_key()
    answer = sender.send(content, key, media=media, **headers)
    (error,) = answer.json["errors"]
    assert sender.house.value("SELECT count(*) FROM hub.upload WHERE idempotency_key = $1", key) == 0
    assert error["extensions"]["text"]["nb"] != error["extensions"]["text"]["en"]
    return answer.status, error


# --- what no row of the file can be read of ---


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_compressed_body_is_refused_before_it_is_read(bank: Sender, encoding: str) -> None:
    """A bomb of zeros: a thousandth of its size on the way, and all of it once unpacked."""
    bomb = gzip.compress(b"0" * 10_000_000)
    status, error = refused(bank, bomb, content_encoding=encoding)
    assert (status, error["extensions"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert error["extensions"]["member"] == "content-encoding"


def test_compressed_file_that_says_it_is_text_is_recognised(bank: Sender) -> None:
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("rows.csv", HEADER)
    for content in (gzip.compress(b"0" * 10_000_000), zipped.getvalue()):
        for media in (CSV, NDJSON):
            status, error = refused(bank, content, media)
            assert (status, error["message"]) == (400, "The file is compressed. Unpack it first.")


@pytest.mark.parametrize(
    "media", ["application/json", "application/zip", "text/plain", "text/csv; charset=latin-1", ""]
)
def test_other_media_are_refused(bank: Sender, media: str) -> None:
    answer = bank.send(HEADER, media=media or "x")
    assert (answer.status, answer.codes) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("media", [CSV, NDJSON])
def test_file_in_another_encoding_is_told_so(bank: Sender, encoding: str, media: str) -> None:
    status, error = refused(bank, csv_of([row()]).decode().encode(encoding), media)
    assert (status, error["message"]) == (400, "The file is not in UTF-8. Save it as UTF-8.")


_HEADERS = {
    "semicolons": (HEADER.replace(b",", b";"), "The columns are not separated by commas."),
    "tabs": (HEADER.replace(b",", b"\t"), "The columns are not separated by commas."),
    "unknown": (HEADER.replace(b"arrears", b"arears"), "Column 11 has a name that is not in the template."),
    "a national id in place of a name": (b"15928741270,loanRef\n", "Column 1 has a name that is not in the template."),
    "twice": (b"loanRef,loanRef\n", "The column loanRef stands twice."),
    "missing": (HEADER.replace(b"arrears,", b""), "The column arrears is missing."),
    "latin-1": ("loanRef,lån\n".encode("latin-1"), "The file is not in UTF-8. Save it as UTF-8."),
    "none": (b"\n", "The file has no rows."),
    "without end": (b"x" * 20_000, "The first line is longer than 16384 bytes."),
}


@pytest.mark.parametrize("name", _HEADERS)
def test_header_is_told_what_is_wrong_with_it(bank: Sender, name: str) -> None:
    header, message = _HEADERS[name]
    status, error = refused(bank, header + b"x,y\n" * 3, CSV)
    assert status == 400
    assert error["message"].startswith(message)
    assert error["extensions"]["line"] == 1
    assert "15928741270" not in str(error)


@pytest.mark.parametrize(("content", "media"), [(b"", NDJSON), (b"", CSV), (HEADER, CSV)])
def test_file_without_rows_is_told_so(bank: Sender, content: bytes, media: str) -> None:
    assert refused(bank, content, media)[1]["message"] == "The file has no rows."


def test_json_list_is_told_to_be_lines(bank: Sender) -> None:
    status, error = refused(bank, orjson.dumps([row()]))
    assert (status, "one object on each line" in error["message"]) == (400, True)


def test_too_many_rows_are_refused_as_soon_as_they_are_counted(bank: Sender) -> None:
    status, error = refused(bank, b"{}\n" * (LIMITS.upload_rows + 1))
    assert (status, error["extensions"]["limit"], error["extensions"]["over"]) == (413, "upload_rows", 1)


def test_too_large_a_file_is_refused_whether_it_says_so_or_not(bank: Sender) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(LIMITS.upload_bytes // 100_000 + 10):
            yield b" " * 100_000

    declared = bank.send(b" " * (LIMITS.upload_bytes + 1))
    key = new_key()
    streamed = bank.send(endless(), key)
    for answer in (declared, streamed):
        assert (answer.status, answer.codes) == (413, ["LIMIT_EXCEEDED"])
        assert answer.json["errors"][0]["extensions"]["limit"] == "upload_bytes"
    assert bank.house.value("SELECT count(*) FROM hub.upload WHERE idempotency_key = $1", key) == 0


# --- what is wrong with single rows ---


def test_every_bad_row_is_told_by_line_and_field_and_the_good_ones_stand(bank: Sender) -> None:
    tomorrow = str(legal_day(datetime.now(UTC)) + timedelta(days=1))
    bad: list[tuple[bytes, str, str]] = [
        (b"", "BAD_VALUE", "row"),
        (b"no json", "BAD_VALUE", "row"),
        (b"[]", "BAD_VALUE", "row"),
        (b"5", "BAD_VALUE", "row"),
        (b'{"loanRef": "\xe6\xf8\xe5"}', "BAD_VALUE", "row"),
        (b'{"loanRef": "\\ud800"}', "BAD_VALUE", "row"),
        (b"[" * 8_000, "BAD_VALUE", "row"),
        (orjson.dumps(row(loanRef="x" * 20_000)), "BAD_VALUE", "row"),
        (orjson.dumps({**row(), KARI.national_id: 1}), "BAD_VALUE", "row"),
        (orjson.dumps(row(loanType="CAR_LOAN")), "BAD_VALUE", "loanType"),
        (orjson.dumps(row(loanType=None)), "BAD_VALUE", "loanType"),
        (orjson.dumps(row(loanRef=5)), "BAD_VALUE", "loanRef"),
        (orjson.dumps(row(loanRef="tab\there")), "BAD_VALUE", "loanRef"),
        (orjson.dumps(row(debtorNationalId="12345678901")), "INVALID_ID", "debtorNationalId"),
        (orjson.dumps(row(debtorName="Eva")), "BAD_VALUE", "debtorName"),
        (orjson.dumps(row(debtorName={"first": "Eva"})), "BAD_VALUE", "debtorName.last"),
        (orjson.dumps(row(firstUnpaidDue="01.11.2026")), "BAD_VALUE", "firstUnpaidDue"),
        (orjson.dumps(row(firstUnpaidDue="2026-02-30")), "BAD_VALUE", "firstUnpaidDue"),
        (orjson.dumps(row(firstUnpaidDue=tomorrow)), "BAD_VALUE", "firstUnpaidDue"),
        (orjson.dumps(row(unpaidTerms=0)), "BAD_VALUE", "unpaidTerms"),
        (orjson.dumps(row(unpaidTerms=10**9)), "BAD_VALUE", "unpaidTerms"),
        (orjson.dumps(row(unpaidTerms=True)), "BAD_VALUE", "unpaidTerms"),
        (orjson.dumps(row(arrears=-1)), "BAD_VALUE", "arrears"),
        (orjson.dumps(row(arrears=0)), "BAD_VALUE", "arrears"),
        (orjson.dumps(row(arrears=10**12)), "BAD_VALUE", "arrears"),
        (orjson.dumps(row(arrears=30187.5)), "BAD_VALUE", "arrears"),
        (orjson.dumps(row(arrears="3018750")), "BAD_VALUE", "arrears"),
        (b'{"loanType":"BANK_LOAN","arrears":1e400}', "BAD_VALUE", "row"),
        (orjson.dumps(row(interestAccrued=-1)), "BAD_VALUE", "interestAccrued"),
        (orjson.dumps(row(consentId="none of ours", loanRef="other")), "NO_BASIS", "consentId"),
        (orjson.dumps(startlan()), "NO_BASIS", "loanType"),
        (orjson.dumps(row(loanRef="BL-0")), "DUPLICATE_ROW", "loanRef"),
    ]
    good = orjson.dumps(row(loanRef="BL-0")), orjson.dumps(row(loanRef="BL-last"))
    results = bank.results(bank.send(b"\n".join([good[0], *(line for line, _, _ in bad), good[1]])))
    expected = [(number, code, field) for number, (_, code, field) in enumerate(bad, start=2)]
    assert told(results)[1:-1] == expected
    assert [one["outcome"] for one in (results[0], results[-1])] == ["ACCEPTED", "ACCEPTED"]
    assert KARI.national_id not in str(results)


def test_row_of_ten_megabytes_is_one_bad_row(bank: Sender) -> None:
    content = b"\n".join([orjson.dumps(row()), b'{"loanRef": "' + b"x" * 10_000_000, orjson.dumps(row(loanRef="BL-2"))])
    results = bank.results(bank.send(content))
    assert told(results) == [
        (1, "ACCEPTED", "BANK_CUSTOMER_CONSENT"),
        (2, "BAD_VALUE", "row"),
        (3, "ACCEPTED", "BANK_CUSTOMER_CONSENT"),
    ]
    assert results[1]["text"]["en"] == "The line is longer than 16384 bytes, the limit on a row."


def test_bad_rows_of_a_csv_file(bank: Sender) -> None:
    start = f"BANK_LOAN,BL-0,{row()['debtorNationalId']},2026-09-01"
    bad: list[tuple[bytes, str, str]] = [
        (f'{start},2,"30187,50"'.encode(), "BAD_VALUE", "arrears"),
        (f"{start},2,30187.50".encode(), "BAD_VALUE", "arrears"),
        (f"{start},2,30 187".encode(), "BAD_VALUE", "arrears"),
        (f"{start},2,30187,50".encode(), "BAD_VALUE", "row"),
        (f"{start},two,3018750".encode(), "BAD_VALUE", "unpaidTerms"),
        (f"{start},2,".encode(), "BAD_VALUE", "arrears"),
        (f"{start},2".encode(), "BAD_VALUE", "row"),
        (start.replace(",", ";").encode(), "BAD_VALUE", "row"),
        (f'{start},2,"3018750'.encode(), "BAD_VALUE", "row"),
        (b"BANK_LOAN,L\xe5n,15928741270,2026-09-01,2,100", "BAD_VALUE", "row"),
        (b"", "BAD_VALUE", "row"),
    ]
    content = _MINIMAL + b"\n".join(line for line, _, _ in bad) + f"\n{start},2,3018750".encode()
    results = bank.results(bank.send(content, media=CSV))
    assert told(results)[:-1] == [(number, code, field) for number, (_, code, field) in enumerate(bad, start=2)]
    assert results[-1]["outcome"] == "ACCEPTED"
    assert "without decimals or separators" in results[0]["text"]["en"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_mark_of_utf8_and_ends_of_lines_as_spreadsheets_write_them_are_read(
    bank: Sender, mark: bytes, end: str
) -> None:
    rows = [row(loanRef='A "quoted", ref'), row(loanRef="Lån Ærø 1")]
    for content, media in ((csv_of(rows, end=end), CSV), (ndjson(rows).replace(b"\n", end.encode()), NDJSON)):
        sent = bank.send(mark + content, media=media)
        assert [one["outcome"] for one in bank.results(sent)] == ["ACCEPTED", "ACCEPTED"]
        kept = bank.house.rows(
            "SELECT loan_ref FROM hub.submitted_default WHERE submission_id = $1::text::uuid ORDER BY row_no",
            sent.json["id"],
        )
        assert [line["loan_ref"] for line in kept] == [one["loanRef"] for one in rows]


def test_ten_thousand_rows_with_one_bad(bank: Sender) -> None:
    """In many slices: each row once, in order, and what stands twice is found across them."""
    rows = [row(loanRef=f"BL-{number}") for number in range(10_000)]
    rows[7_000] = row(loanRef="BL-12")
    rows[5_432] = row(arrears=-5)
    sent = bank.send(ndjson(rows))
    results = bank.results(sent)
    assert [one["rowNo"] for one in results] == list(range(1, 10_001))
    assert [(one["line"], one["code"]) for one in results if one["outcome"] == "REJECTED"] == [
        (5_433, "BAD_VALUE"),
        (7_001, "DUPLICATE_ROW"),
    ]
    refs = bank.house.rows(
        "SELECT row_no, loan_ref FROM hub.submitted_default"
        " WHERE submission_id = $1::text::uuid AND outcome = 'ACCEPTED'",
        sent.json["id"],
    )
    assert {line["row_no"]: line["loan_ref"] for line in refs} == {
        number: f"BL-{number - 1}" for number in range(1, 10_001) if number not in (5_433, 7_001)
    }


def test_rows_for_another_bank_rest_on_nothing(bank: Sender) -> None:
    """Eva's consent is to this bank: another one that tells of her is told the same as of somebody unknown."""
    other = bank.being("other-bank-system")
    (stranger,) = strangers(1)
    results = other.results(other.send(ndjson([row(), row(stranger)])))
    assert [(one["code"], one["field"], one["text"]) for one in results] == [
        ("NO_BASIS", "consentId", results[0]["text"])
    ] * 2


def test_day_that_was_in_the_future_when_it_was_received_stays_so(bank: Sender) -> None:
    """Judged a day later, a row is no better than it was."""
    sent = bank.send(ndjson([row(firstUnpaidDue=str(date(2026, 11, 30) + timedelta(days=400)))]))
    assert told(bank.results(sent)) == [(1, "BAD_VALUE", "firstUnpaidDue")]
