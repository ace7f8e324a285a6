"""Where a number leads, however it was written."""

import pytest

from lti.domain.reach import Reach, reach_of

NUMBERS = {
    "93.184.216.34": Reach.WORLD,
    "2606:2800:220:1::1": Reach.WORLD,
    "127.0.0.1": Reach.THIS_MACHINE,
    "127.8.9.10": Reach.THIS_MACHINE,
    "::1": Reach.THIS_MACHINE,
    "::ffff:127.0.0.1": Reach.THIS_MACHINE,
    "::ffff:7f00:1": Reach.THIS_MACHINE,
    "64:ff9b::127.0.0.1": Reach.THIS_MACHINE,
    "2002:7f00:1::": Reach.THIS_MACHINE,
    "10.0.0.1": Reach.OWN_NETWORK,
    "172.31.255.254": Reach.OWN_NETWORK,
    "192.168.1.10": Reach.OWN_NETWORK,
    "100.64.0.1": Reach.OWN_NETWORK,
    "fd12:3456::1": Reach.OWN_NETWORK,
    "::ffff:10.0.0.1": Reach.OWN_NETWORK,
    "64:ff9b::10.0.0.1": Reach.OWN_NETWORK,
    "2002:0a00:1::": Reach.OWN_NETWORK,
    "64:ff9b::93.184.216.34": Reach.WORLD,
    "::ffff:93.184.216.34": Reach.WORLD,
    "169.254.169.254": Reach.NOWHERE,
    "::ffff:169.254.169.254": Reach.NOWHERE,
    "fe80::1": Reach.NOWHERE,
    "fe80::1%eth0": Reach.NOWHERE,
    "fec0::1": Reach.NOWHERE,
    "0.0.0.0": Reach.NOWHERE,
    "::": Reach.NOWHERE,
    "0.1.2.3": Reach.NOWHERE,
    "224.0.0.1": Reach.NOWHERE,
    "239.255.255.250": Reach.NOWHERE,
    "ff02::1": Reach.NOWHERE,
    "240.0.0.1": Reach.NOWHERE,
    "255.255.255.255": Reach.NOWHERE,
    "192.0.2.1": Reach.NOWHERE,
    "2001:db8::1": Reach.NOWHERE,
    "2001::1": Reach.NOWHERE,
    "::127.0.0.1": Reach.NOWHERE,
    "localhost": Reach.NOWHERE,
    "2130706433": Reach.NOWHERE,
    "0x7f.1": Reach.NOWHERE,
    "": Reach.NOWHERE,
}


@pytest.mark.parametrize(("number", "reach"), NUMBERS.items(), ids=lambda value: str(value))
def test_a_number_leads_where_it_leads_however_it_is_written(number, reach):
    assert reach_of(number) is reach
