"""The scope of a network address: public, this machine, a private network, or one that no server can have.

Addresses come from outside, and so do the numbers that their names stand for. The scope is judged by the number
itself, however it was written.
"""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network


class AddressScope(Enum):
    """Who can use an address: everyone, this machine, one network, or no one."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    UNUSABLE = "unusable"


def _networks(*written: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(map(ip_network, written))


# Private networks (RFC 1918, RFC 4193), and the one that providers share out among customers (RFC 6598).
OWN_NETWORKS = _networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
# Everything else in IANA's registries of special-purpose addresses that is not for public use (RFC 6890 and its
# updates), and multicast. The list is our own, because Python's idea of global differs between versions.
NOT_FOR_ONE_IN_PUBLIC = _networks(
    "0.0.0.0/8",  # this network
    "169.254.0.0/16",  # link local, where clouds keep their secrets
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # 6to4 relays, which are no longer in use
    "198.18.0.0/15",  # measuring
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
    "2001::/23",  # protocol assignments, Teredo among them
    "2001:db8::/32",  # documentation
    "3fff::/20",  # documentation
)
# IPv6 addresses that stand for an IPv4 address at a translator (RFC 6052).
TRANSLATED = ip_network("64:ff9b::/96")
# All that has been given out of IPv6 for calling one host from anywhere.
GIVEN_OUT = ip_network("2000::/3")
LAST_32_BITS = 2**32 - 1


def scope_of(address: str) -> AddressScope:
    """Return the scope of a numeric address; text that is not one is unusable."""
    try:
        number = _meant_by(ip_address(address))
    except ValueError:
        return AddressScope.UNUSABLE
    if number.is_loopback:
        return AddressScope.LOOPBACK
    if any(number in network for network in OWN_NETWORKS):
        return AddressScope.PRIVATE
    if isinstance(number, IPv6Address) and number not in GIVEN_OUT:
        return AddressScope.UNUSABLE
    return AddressScope.UNUSABLE if any(number in network for network in NOT_FOR_ONE_IN_PUBLIC) else AddressScope.PUBLIC


def _meant_by(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, where it carries one."""
    if isinstance(number, IPv4Address):
        return number
    if number in TRANSLATED:
        return IPv4Address(int(number) & LAST_32_BITS)
    return number.ipv4_mapped or number.sixtofour or number
