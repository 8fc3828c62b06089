"""Which addresses are called: public ones, and never what only the hub can reach."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.events.webhooks import address
from hub.events.webhooks.address import AddressRefused, Place, Resolver, is_public, place_of
from hub.events.webhooks.caller import Caller

REFUSED = [
    "",
    "https://",
    "https:///path",
    "http://bank.example/",
    "ftp://bank.example/",
    "file:///etc/passwd",
    "gopher://bank.example/",
    "//bank.example/",
    "https://user@bank.example/",
    "https://user:pass@bank.example/",
    "https://@bank.example/",
    "https://bank.example/#here",
    "https://bank.example:0/",
    "https://bank.example:99999/",
    "https://bank.example:x/",
    "https://bank.example/ a",
    "https://bank.example/\nHost: other",
    "https://bank.example\\@127.0.0.1/",
    "https://bånk.example/",
    "https://localhost/",
    "https://internal/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001::1]/",
    "https://[fec0::1]/",
    "https://[::1/",
    "https://bank.example/" + "a" * 500,
]


@pytest.mark.parametrize("url", REFUSED)
def test_address_that_is_not_public_is_refused_with_words_for_it(url):
    said = place_of(url, is_loopback_open=False)
    assert not isinstance(said, Place)
    assert said.nb
    assert said.en


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://bank.example", "bank.example", "/"),
        ("https://bank.example/a/b?c=d", "bank.example", "/a/b?c=d"),
        ("https://BANK.example:8443/a", "bank.example:8443", "/a"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2606:4700::1111]:444/", "[2606:4700::1111]:444", "/"),
    ],
)
def test_public_address_is_taken_apart(url, authority, target):
    place = place_of(url, is_loopback_open=False)
    assert isinstance(place, Place)
    assert (place.authority, place.target) == (authority, target)


@pytest.mark.parametrize("url", [one for one in REFUSED if "127.0.0.1/" not in one and "localhost" not in one])
def test_demo_opens_loopback_and_nothing_else(url):
    if url != "https://[::1]/":
        assert not isinstance(place_of(url, is_loopback_open=True), Place)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_address_that_is_public_is_in_no_block_for_another_use(found):
    """Against the blocks written out, from the registers of IANA for special purposes."""
    blocks = (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.2.0/24 192.168.0.0/16"
        " 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 ::ffff:0:0/96"
        " 64:ff9b::/96 2001::/32 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    )
    special = [ipaddress.ip_network(block) for block in blocks.split()]
    if any(found.version == block.version and found in block for block in special):
        assert not is_public(found)


class Names:
    """What a name leads to, looked up after look-up."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked += 1
        found = self.answers[min(self.asked, len(self.answers)) - 1]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["10.0.0.8"], ["8.8.8.8", "127.0.0.1"], ["8.8.8.8", "::1"], ["fe80::1%2"], []]
)
async def test_name_that_leads_inside_is_not_called_even_where_it_leads_outside_too(monkeypatch, found):
    monkeypatch.setattr(address.socket, "getaddrinfo", Names(found))
    place = place_of("https://bank.example/", is_loopback_open=False)
    resolver = Resolver(is_loopback_open=False)
    with pytest.raises(AddressRefused):
        await resolver.address(place)
    resolver.close()
    caller = Caller()
    assert (await caller.call("https://bank.example/", {}, b"{}")).said == "address refused"
    await caller.close()


async def test_address_that_was_judged_is_the_one_that_is_called(monkeypatch):
    """A name that leads outside when it is looked at, and inside a moment later: it is looked up once."""
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    monkeypatch.setattr(address.socket, "getaddrinfo", names)
    place = place_of("https://bank.example:444/a", is_loopback_open=False)
    resolver = Resolver(is_loopback_open=False)
    assert place.at(await resolver.address(place)) == "https://8.8.8.8:444/a"
    assert names.asked == 1
    resolver.close()
