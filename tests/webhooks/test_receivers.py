"""What a receiver has to verify a call with: the lines on the page, and `bofast webhook verify`."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from hub.events.webhooks.secrets import new_secret
from hub.events.webhooks.signature import signed
from tests.docs.pages import DOCS
from tests.running import bofast

BODY = b'{"specversion":"1.0","data":{"fetch":"PLAN"}}'


def on_the_page() -> str:
    [lines] = re.findall(r"^```python\n(.*?)^```$", (DOCS / "webhooks.md").read_text(), re.MULTILINE | re.DOTALL)
    return lines


def test_lines_on_the_page_tell_a_genuine_call_from_another():
    told: dict = {}
    exec(on_the_page(), told)
    is_genuine, secret, now = told["is_genuine"], new_secret(), int(time.time())
    headers = signed("a-call", now, BODY, [new_secret(), secret])
    assert is_genuine(headers, BODY, secret)
    assert not is_genuine(headers, BODY + b" ", secret)
    assert not is_genuine(headers, BODY, new_secret())
    assert not is_genuine({**headers, "webhook-id": "another"}, BODY, secret)
    assert not is_genuine(signed("a-call", now - 400, BODY, [secret]), BODY, secret)


@pytest.fixture
def call(tmp_path: Path) -> tuple[list[str], str]:
    """The arguments of the command, for a call of now, and its secret."""
    secret = new_secret()
    headers = signed("a-call", int(time.time()), BODY, [secret])
    (tmp_path / "headers").write_text("".join(f"{name.title()}: {value}\r\n" for name, value in headers.items()))
    (tmp_path / "body").write_bytes(BODY)
    (tmp_path / "secret").write_text(f"{secret}\n")
    return [str(tmp_path / "headers"), str(tmp_path / "body"), "--secret", str(tmp_path / "secret")], secret


def test_command_says_that_a_call_is_genuine(call: tuple[list[str], str]):
    arguments, secret = call
    done = bofast("webhook", "verify", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Genuine. Its id, the same however often it is sent: a-call\n"
    assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "code", "said"),
    [
        ("body", "{}", 1, "Not genuine: the signature does not fit the body and the secret."),
        ("headers", "webhook-id: a\n", 1, "Not genuine: a header is missing or cannot be read."),
        ("secret", "whsec_nothing", 2, "holds no secret."),
        ("secret", None, 2, "cannot be read (FileNotFoundError)."),
    ],
)
def test_command_says_what_is_wrong(call: tuple[list[str], str], file: str, text: str | None, code: int, said: str):
    arguments, _ = call
    path = Path(arguments[0]).parent / file
    path.unlink() if text is None else path.write_text(text)
    done = bofast("webhook", "verify", *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
