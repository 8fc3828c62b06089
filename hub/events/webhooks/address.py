"""Which addresses are called. A party must not be able to make the hub call what only the hub can reach.

The name is looked up for each call, every address that it has is judged, and the call goes to the very address that was
judged: a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from hub.text import Text

LONGEST: Final = 500
"""Characters of an address."""
_LAST_PORT: Final = 65_535
_LOOK_UPS: Final = 32
# A public address of IPv4 inside one of IPv6: where it leads is for a gateway to say.
_TUNNELS: Final = tuple(ipaddress.ip_network(block) for block in ("64:ff9b::/96", "2001::/32", "2002::/16"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """The name leads to an address that is not called, or to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address taken apart. `target` is what of it the server there is asked for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The name and the port, as the header Host has them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    def at(self, address: Address) -> str:
        """The same place, by the address of a machine."""
        name = f"[{address}]" if address.version == 6 else str(address)
        return f"{self.scheme}://{name}:{self.port}{self.target}"


_PORTS: Final = {"http": 80, "https": 443}


def place_of(url: str, *, is_loopback_open: bool) -> Place | Text:
    """The place, or what to state instead. `is_loopback_open` is for a demo: then this machine is called too, in clear
    text.
    """
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return Text(
            nb=f"en adresse på høyst {LONGEST} tegn, uten mellomrom", en=f"{LONGEST} characters at most, no space"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _NO_ADDRESS
    if parts.scheme not in _PORTS or not parts.hostname:
        return _NO_ADDRESS
    if "@" in parts.netloc or "#" in url or port == 0:
        return Text(
            nb="en adresse uten brukernavn, uten passord og uten #",
            en="an address without a user name, a password or #",
        )
    place = Place(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )
    return _judged(place, is_loopback_open=is_loopback_open)


def _judged(place: Place, *, is_loopback_open: bool) -> Place | Text:
    literal = _literal(place.host)
    is_loopback = place.host == "localhost" or (literal is not None and literal.is_loopback)
    if is_loopback and is_loopback_open:
        return place
    if place.scheme != "https":
        return _NO_ADDRESS
    if literal is None and ("." not in place.host or not _is_name(place.host)):
        return _NOT_PUBLIC
    return place if literal is None or is_public(literal) else _NOT_PUBLIC


def _is_name(host: str) -> bool:
    """Whether it is a name and nothing that a resolver takes for a number: 0x7f.1, 2130706433."""
    labels = host.rstrip(".").split(".")
    fits = all(label and all(sign.isalnum() or sign in "-_" for sign in label) for label in labels)
    return fits and not labels[-1].isdigit() and not labels[-1].lower().startswith("0x")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether it is an address of the public internet, and of one machine."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None or address.scope_id or any(address in block for block in _TUNNELS):
            return False
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class Resolver:
    """Looks names up. In threads of its own: a name that takes long keeps nothing else waiting."""

    def __init__(self, *, is_loopback_open: bool) -> None:
        self._is_loopback_open = is_loopback_open
        self._threads = ThreadPoolExecutor(max_workers=_LOOK_UPS, thread_name_prefix="webhook-name")

    async def address(self, place: Place) -> Address:
        """One that may be called. Raises `AddressRefused`, also where only one of several may not be called."""
        literal = _literal(place.host)
        found = [literal] if literal else await self._looked_up(place)
        if not found or not all(self._may_be_called(address) for address in found):
            raise AddressRefused
        return found[0]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _may_be_called(self, address: Address) -> bool:
        return is_public(address) or (self._is_loopback_open and address.is_loopback)

    async def _looked_up(self, place: Place) -> Sequence[Address]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, _ask, place.host, place.port)
        except (OSError, UnicodeError):
            raise AddressRefused from None
        return [ipaddress.ip_address(address) for address in found]


def _ask(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


_NO_ADDRESS: Final = Text(nb="en adresse som begynner med https://", en="an address that begins with https://")
_NOT_PUBLIC: Final = Text(
    nb="en adresse som er åpen på internett, ikke en i et lukket nett",
    en="an address that is open on the internet, not one in a closed network",
)
