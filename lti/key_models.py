"""Tables of keys and tokens: our own, the LMSs' keys, and the tokens they grant us for a while."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db import Base


class SigningKey(Base):
    """One of our key pairs. The latest with a past ``signs_from`` signs; all that are not withdrawn are published.

    ``private_pem`` is sealed where the settings hold a key for that.
    """

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_pem: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
    signs_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class AccessToken(Base):
    """A platform's access token for some scopes, shared by all our processes; one at a time asks for another.

    ``value`` is sealed where the settings hold a key for that. Someone is asking for a new one until ``asked_until``;
    the last failed attempt ended at ``failed_at``.
    """

    __tablename__ = "access_tokens"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), primary_key=True)
    scopes: Mapped[str] = mapped_column(String(500), primary_key=True)
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None]
    asked_until: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


class PlatformKeys(Base):
    """The public keys that a platform published when we last asked, and when that was."""

    __tablename__ = "platform_keys"

    jwks_url: Mapped[str] = mapped_column(String(1000), primary_key=True)
    keys: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    fetched_at: Mapped[datetime]
