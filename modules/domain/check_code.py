"""Check codes: what stands on a certificate for others to check it by, made to be read aloud and typed.

The letters are Crockford's base 32 (https://www.crockford.com/base32.html), which leaves out those that are easily
mistaken. Sixteen of them hold 80 bits, chosen by chance: a thousand guesses a second would take 38 million years to
find one of a million certificates.
"""

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BITS = 80
LENGTH = BITS // 5
GROUP = 4
# Misread letters, as Crockford reads them.
MISTAKEN = str.maketrans("OIL", "011")


def code_from(number: int) -> str:
    """Return the code that stands for a number of 80 bits; ValueError for one that is larger or below zero."""
    if not 0 <= number < 1 << BITS:
        raise ValueError("a check code holds 80 bits")
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def code_in(typed: str) -> str | None:
    """Return the code as typed, or None if it cannot be a code.

    Small letters, spaces, other dashes or none, O for 0 and I or L for 1 are all right, and so is the whole address.
    """
    last = typed.strip().rstrip("/").rpartition("/")[2]
    code = "".join(letter for letter in last.upper() if letter.isalnum()).translate(MISTAKEN)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def in_groups(code: str) -> str:
    """Return a code as it is printed and stands in addresses: 7K3M-9QXT-2HVB-W4ND."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))
