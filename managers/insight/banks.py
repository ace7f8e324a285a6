"""Item banks of published versions; versions never change, so a process works each out once."""

from collections.abc import Mapping, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cache import Cache
from managers.insight.domain.item_bank import ItemBank
from modules.content.publish import contents_by_digest
from modules.models import ModuleVersion

# One is about as large as the content that it is worked out of, and few people look at insight at the same time.
_banks: Cache[str, ItemBank] = Cache(60)


def banks_of(session: Session, digests: Set[str]) -> Mapping[str, ItemBank]:
    """Return the item banks of versions by their digests, with one query for all that are not worked out yet."""

    def work_out(missing: Set[str]) -> dict[str, ItemBank]:
        return {digest: ItemBank(content) for digest, content in contents_by_digest(session, missing).items()}

    return _banks.get_all(digests, work_out)


def digests_of(session: Session, trust: str, module: str) -> Mapping[int, str]:
    """Return the digests of all versions of a trust's module, by their numbers."""
    of_module = ModuleVersion.trust == trust, ModuleVersion.module == module
    return dict(session.execute(select(ModuleVersion.number, ModuleVersion.digest).where(*of_module)).all())
