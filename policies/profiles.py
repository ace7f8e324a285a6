"""How trusts present themselves: their profiles, logos and documents, read from their rows."""

from collections.abc import Mapping, Set
from typing import Any

from sqlalchemy.orm import Session

from core.shapes import shape_of
from core.trusts import Trust, TrustFile, file_of, find_trust, trusts_with
from policies.documents import KeptDocument
from policies.domain.profile import Profile, plain_profile

# The purposes of a trust's files.
LOGO, DOCUMENT = "logo", "document"


def profile_in(kept: Mapping[str, Any] | None) -> Profile | None:
    """Return the profile that a trust's row holds, or None if it holds none."""
    return shape_of(Profile).validate_python(kept) if kept else None


def profile_in_json(kept: str | None) -> Profile | None:
    """Return the profile that this JSON of a trust's row holds, or None if there is none."""
    return shape_of(Profile).validate_json(kept) if kept else None


def profile_of(session: Session, trust: str) -> Profile:
    """Return a trust's profile; a trust that has none gets a plain one."""
    return profile_or_plain(find_trust(session, trust), trust)


def profiles_of(session: Session, trusts: Set[str]) -> dict[str, Profile]:
    """Return the profiles of several trusts, by key."""
    found = trusts_with(session, trusts)
    return {key: profile_or_plain(found.get(key), key) for key in trusts}


def profile_or_plain(trust: Trust | None, key: str) -> Profile:
    """Return the profile of a trust that was looked for; a plain one if it has none or was not found."""
    return (profile_in(trust.profile) if trust else None) or plain_profile(key)


def document_of(session: Session, trust: str, profile: Profile | None) -> str | KeptDocument | None:
    """Return a trust's own policy document: its address, or a file that is kept here; None if there is neither."""
    document = profile.document if profile else None
    if not document or document.link:
        return document.link if document else None
    kept = document_file(session, trust)
    return KeptDocument(kept.name, kept.size) if kept else None


def document_file(session: Session, trust: str) -> TrustFile | None:
    """Return a trust's own policy document if it is kept here."""
    return file_of(session, trust, DOCUMENT)


def logo_of(session: Session, trust: str) -> TrustFile | None:
    """Return a trust's logo, or None if it has none."""
    return file_of(session, trust, LOGO)
