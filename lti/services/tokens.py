"""Access tokens, kept in a table that all our processes share, so that an LMS is asked for one when it must be.

One at a time asks for a platform's next token: who does has a mark in the row, and loses it to another after a while,
as it may have died. All others wait for what comes of it.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pylti1p3.exception import LtiException
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError

from config import Settings
from core.rows import change_rows
from core.sealing import WrongSealingKey, seal, unseal
from db import Database, utcnow
from lti.domain.access_token import GrantedToken
from lti.domain.delivery import NO_ANSWER, Verdict
from lti.key_models import AccessToken

LOOK_AGAIN_SECONDS = 0.05


class NoToken(LtiException):
    """An LMS gave no token; the verdict says what follows, and ``asked`` how many seconds it wants us to wait."""

    def __init__(self, verdict: Verdict, status: int | None = None, asked: int | None = None) -> None:
        """Say what follows."""
        super().__init__(verdict.words)
        self.verdict, self.status, self.asked = verdict, status, asked


@dataclass(frozen=True)
class Token:
    """An access token, and until when we use it."""

    value: str
    expires_at: datetime


_ROW = select(AccessToken).where(
    AccessToken.platform_id == bindparam("platform"), AccessToken.scopes == bindparam("wanted")
)
_SAME = (AccessToken.platform_id == bindparam("platform"), AccessToken.scopes == bindparam("wanted"))
_CLAIM = (
    update(AccessToken)
    .where(
        *_SAME,
        or_(AccessToken.asked_until.is_(None), AccessToken.asked_until <= bindparam("now")),
        or_(AccessToken.expires_at.is_(None), AccessToken.expires_at <= bindparam("now")),
        or_(AccessToken.failed_at.is_(None), AccessToken.failed_at <= bindparam("begun")),
    )
    .values(asked_until=bindparam("until"))
    .execution_options(synchronize_session=False)
)
_FORGET = (
    update(AccessToken)
    .where(*_SAME, AccessToken.expires_at == bindparam("seen"))
    .values(value=None, expires_at=None)
    .execution_options(synchronize_session=False)
)


class Tokens:
    """Gives tokens by platform and scopes; one serves a whole process, and all share the table."""

    def __init__(self, database: Database, settings: Settings, now: Callable[[], datetime] = utcnow) -> None:
        """Keep tokens in this database."""
        self._database, self._settings, self._now = database, settings, now
        # Time enough to connect and to be answered; who takes longer is taken for dead.
        self._asking = timedelta(seconds=3 * settings.http_seconds)

    def take(self, platform_id: int, scopes: Sequence[str], ask: Callable[[], GrantedToken]) -> Token:
        """Return a token that is good: a kept one, or one that we or another asks the platform for.

        NoToken where it gives none; whatever ``ask`` raises goes to who asked.
        """
        which: dict[str, object] = {"platform": platform_id, "wanted": " ".join(sorted(scopes))}
        begun = self._now()
        for _ in range(int(self._asking.total_seconds() / LOOK_AGAIN_SECONDS)):
            kept = self._read(which)
            if token := self._good(kept):
                return token
            if kept and kept.failed_at and begun < kept.failed_at <= self._now():
                # Who asked in our place has met the trouble; one more to ask at once would only add to it.
                break
            if self._claims(which, begun):
                return self._asked(which, ask)
            time.sleep(LOOK_AGAIN_SECONDS)
        raise NoToken(NO_ANSWER)

    def forget(self, platform_id: int, scopes: Sequence[str], token: Token) -> None:
        """Drop a token that the platform does not take any more; one that has replaced it meanwhile stays."""
        self._forget(platform_id, " ".join(sorted(scopes)), token.expires_at)

    def _forget(self, platform_id: int, wanted: str, seen: datetime) -> None:
        with self._database.transaction() as session:
            session.execute(_FORGET, {"platform": platform_id, "wanted": wanted, "seen": seen})

    def _read(self, which: dict[str, object]) -> AccessToken | None:
        with self._database.reading() as session:
            return session.scalar(_ROW, which)

    def _good(self, kept: AccessToken | None) -> Token | None:
        if not kept or not kept.value or not kept.expires_at or kept.expires_at <= self._now():
            return None
        try:
            return Token(unseal(kept.value, self._settings).decode(), kept.expires_at)
        except WrongSealingKey:
            self._forget(kept.platform_id, kept.scopes, kept.expires_at)
            return None

    def _claims(self, which: dict[str, object], begun: datetime) -> bool:
        """Take it upon us to ask, in one statement; False where another has, or where there is a good token by now."""
        now = self._now()
        try:
            with self._database.transaction() as session:
                asked = which | {"now": now, "begun": begun, "until": now + self._asking}
                if change_rows(session, _CLAIM, asked):
                    return True
                if session.scalar(_ROW, which):
                    return False
                row = {"platform_id": which["platform"], "scopes": which["wanted"]}
                session.add(AccessToken(**row, asked_until=now + self._asking))
        except IntegrityError:
            return False
        return True

    def _asked(self, which: dict[str, object], ask: Callable[[], GrantedToken]) -> Token:
        try:
            grant = ask()
        except BaseException:
            self._note(which, asked_until=None, failed_at=self._now())
            raise
        token = Token(grant.value, self._now() + timedelta(seconds=grant.seconds))
        value = seal(token.value.encode(), self._settings)
        self._note(which, value=value, expires_at=token.expires_at, asked_until=None, failed_at=None)
        return token

    def _note(self, which: dict[str, object], **values: object) -> None:
        with self._database.transaction() as session:
            noting = update(AccessToken).where(*_SAME).values(**values)
            session.execute(noting.execution_options(synchronize_session=False), which)
