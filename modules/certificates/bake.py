"""Baking: putting a signed badge into its own picture (Open Badges 3.0, section 5.3)."""

import struct
from zlib import crc32

KEYWORD = b"openbadgecredential"
# Eight bytes of signature, then the header: length, name, 13 bytes and a checksum.
END_OF_HEADER = 8 + 4 + 4 + 13 + 4
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"


def bake_png(picture: bytes, token: str) -> bytes:
    """Return a PNG with the badge in a text chunk behind its header; it must not hold one already."""
    # Keyword, not compressed (twice 0), no language, no translation of the keyword.
    text = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + token.encode("ascii")
    chunk = struct.pack(">I", len(text)) + b"iTXt" + text + struct.pack(">I", crc32(b"iTXt" + text))
    return picture[:END_OF_HEADER] + chunk + picture[END_OF_HEADER:]


def bake_svg(picture: bytes, token: str) -> bytes:
    """Return an SVG with the badge as its first element; signed badges hold no letter that XML would read as markup."""
    start = picture.index(b"<svg")
    end = picture.index(b">", start)
    opened = picture[start:end] + f' xmlns:openbadges="{NAMESPACE}">'.encode()
    credential = f'<openbadges:credential verify="{token}"></openbadges:credential>'.encode("ascii")
    return picture[:start] + opened + credential + picture[end + 1 :]
