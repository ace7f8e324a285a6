"""Where a request comes from: what it is counted under, without keeping its address."""

import hmac
from ipaddress import IPv6Address, ip_address

# Anyone who has one IPv6 address has 2^64 of them.
HOST_BITS = 64


def place_of(address: str | None) -> str:
    """Return what identifies where a request comes from: an IPv4 address, or an IPv6 network."""
    try:
        place = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(place, IPv6Address):
        return str(place.ipv4_mapped or int(place) >> HOST_BITS)
    return str(place)


def client_of(address: str | None, secret: str, purpose: str) -> str:
    """Return what identifies a place for one purpose, in a form that does not reveal the address."""
    return hmac.digest(secret.encode(), f"{purpose}:{place_of(address)}".encode(), "sha256").hex()
