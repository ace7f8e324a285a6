"""What has changed in a policy since somebody last confirmed it, from the versions that were published."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from modules.acknowledgements import Confirmed, digest_of
from modules.models import Acknowledgement, ModuleVersion
from modules.publish import content_of
from policies.domain.changes import Changes, changes_between
from policies.domain.policy import Policy

# Modules are published with the policy that they are taken under; those of one version can differ by a correction.
OF_VERSION = (
    select(ModuleVersion)
    .where(
        ModuleVersion.trust == bindparam("trust"),
        ModuleVersion.content["policy"]["version"].as_string() == bindparam("version"),
    )
    .order_by(ModuleVersion.published_at.desc(), ModuleVersion.id.desc())
)


def changes_since(session: Session, confirmed: Confirmed) -> Changes | None:
    """Return what has changed since a person's last confirmation, which does not count any longer.

    None where there is none, or where the words that they confirmed are not among those published here.
    """
    before = _words_of(session, confirmed.earlier) if confirmed.earlier else None
    return changes_between(before, confirmed.policy) if before else None


def _words_of(session: Session, given: Acknowledgement) -> Policy | None:
    """Return the policy that somebody confirmed, word for word as they were shown it."""
    for version in session.scalars(OF_VERSION, {"trust": given.trust, "version": given.version}):
        policy = content_of(version).policy
        if digest_of(policy) == given.digest:
            return policy
    return None
