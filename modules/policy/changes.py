"""What has changed in a policy since someone last confirmed it, based on the published versions."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from modules.content.publish import content_of
from modules.models import Acknowledgement, ModuleVersion
from modules.policy.acknowledgements import Confirmed, digest_of
from policies.domain.changes import Changes, changes_between
from policies.domain.policy import Policy

# Modules are published with the policy they are taken under; copies of one version can differ by a correction.
OF_VERSION = (
    select(ModuleVersion)
    .where(
        ModuleVersion.trust == bindparam("trust"),
        ModuleVersion.content["policy"]["version"].as_string() == bindparam("version"),
    )
    .order_by(ModuleVersion.published_at.desc(), ModuleVersion.id.desc())
)


def changes_since(session: Session, confirmed: Confirmed) -> Changes | None:
    """Return what has changed since a person's last confirmation, which no longer counts.

    None if there isn't one, or if the words that they confirmed were not published here.
    """
    before = _words_of(session, confirmed.earlier) if confirmed.earlier else None
    return changes_between(before, confirmed.policy) if before else None


def _words_of(session: Session, given: Acknowledgement) -> Policy | None:
    """Return the policy that someone confirmed, word for word as they saw it."""
    for version in session.scalars(OF_VERSION, {"trust": given.trust, "version": given.version}):
        policy = content_of(version).policy
        if digest_of(policy) == given.digest:
            return policy
    return None
