"""The trusts that an LMS can be connected for, as people know them."""


class TrustNames(dict[str, str]):
    """Each trust's name by its key."""
