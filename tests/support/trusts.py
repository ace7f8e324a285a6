"""How a trust presents itself, changed as the trust itself would change it."""

from typing import Any

from core.trusts import File, Presentation, Trust, set_trust
from db import Database

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}"><path d="M0 0h40v20H0z"/></svg>'
PDF = File("policy.pdf", "application/pdf", b"%PDF-1.7\n" + b"x" * 240_000)


def present(database: Database, files: dict[str, File] | None = None, **profile: Any) -> None:
    """Change the profile of Invictus in these fields, and give it these files."""
    with database.transaction() as session:
        trust = session.get_one(Trust, "invictus")
        presented = Presentation(trust.name, {**(trust.profile or {}), **profile}, files or {})
        set_trust(session, "invictus", presented, "the trust")


def give_logo(database: Database, width: int = 40, height: int = 20) -> File:
    """Give Invictus a logo of this shape."""
    logo = File("invictus.svg", "image/svg+xml", SVG.format(width, height).encode())
    present(database, {"logo": logo}, logo=logo.name)
    return logo


def link_document(database: Database, link: str) -> None:
    """Let Invictus name an address at which its own policy document is."""
    present(database, document={"link": link})


def keep_document(database: Database) -> File:
    """Keep a document of Invictus's own here."""
    present(database, {"document": PDF}, document={"file": PDF.name})
    return PDF
