"""The trusts we serve, by name: from their policies' files, or from what was published earlier."""

from sqlalchemy.exc import SQLAlchemyError

from db import Database
from lti.trust_names import TrustNames
from modules.content.publish import NotPublished, content_of, version_in_force
from policies.library import policies, policy_shelf


def names_of_trusts(database: Database) -> TrustNames:
    """Return each trust's name by its key; a mistake in a policy's file does not remove a trust."""
    names = {key: policy.trust for key, policy in policies().items()}
    names |= {key: _published_name(database, key) for key in policy_shelf().broken}
    return TrustNames(sorted(names.items()))


def _published_name(database: Database, trust: str) -> str:
    """Return the name a trust was last published under, or its key if it never was."""
    try:
        with database.reading() as session:
            return content_of(version_in_force(session, trust)).policy.trust
    except (NotPublished, SQLAlchemyError):
        return trust
