"""Tables of LMSs: platforms, logins, people, courses, activities, visits and deliveries; key_models.py has the keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from core.domain.names import LONGEST_SORT_NAME, sort_name
from core.trusts import Trust
from db import Base, bytewise
from lti.domain.delivery import NOT_A_LEARNER, DeliveryState, GradeKind, differs
from lti.domain.message import Purpose
from lti.domain.roles import Role


class Invite(Base):
    """Permission to register an LMS for a trust, valid once; identified by its token's hash.

    ``takes_new_deployments`` is what its maker decided for the platform; None leaves it to the way of registering.
    While a registration is in progress, no one else may begin one with the same invite, until ``busy_until``.
    """

    __tablename__ = "invites"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    takes_new_deployments: Mapped[bool | None]
    busy_until: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platforms.id"))


class Platform(Base):
    """One registration of our tool in an LMS; known by issuer and client id together, never by issuer alone.

    ``family`` is the LMS's own word for its kind, such as moodle. ``scopes`` are those granted at a dynamic
    registration. It shows us from its own address, and from ``framed_by`` if that is a different site.
    ``token_audience`` may be several, separated by spaces. Until ``rests_until``, after that many ``failures`` in a
    row, its services are not called. ``trouble`` says why in words, and ``suspect_id`` is the last delivery that failed
    in a way that may be its own fault. From ``switched_off_at``, no one can come from there, and nothing is sent there.
    ``confirms_addresses``: people cannot choose their e-mail address there; None leaves it to what its kind does.
    """

    __tablename__ = "platforms"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_login_url: Mapped[str] = mapped_column(String(1000))
    token_url: Mapped[str] = mapped_column(String(1000))
    jwks_url: Mapped[str] = mapped_column(String(1000))
    token_audience: Mapped[str | None] = mapped_column(String(1000))
    takes_new_deployments: Mapped[bool] = mapped_column(default=False)
    family: Mapped[str | None] = mapped_column(String(50))
    scopes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    framed_by: Mapped[str | None] = mapped_column(String(500))
    confirms_addresses: Mapped[bool | None]
    rests_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    suspect_id: Mapped[int | None]
    trouble: Mapped[str | None] = mapped_column(String(500))
    switched_off_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Deployment(Base):
    """One place in an LMS where a registration has been put to use."""

    __tablename__ = "deployments"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))


class Login(Base):
    """A login under way: its state and nonce, good once, for one platform and one target, for some minutes.

    ``storage_target`` names the LMS's frame that keeps data for us, and ``proof_hash`` is the hash of what it keeps. A
    message that was checked, but whose browser we do not know yet, waits in ``message``, to be fetched with the ticket
    of which ``ticket_hash`` is kept.
    """

    __tablename__ = "logins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    target_link_uri: Mapped[str] = mapped_column(String(1000))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    storage_target: Mapped[str | None] = mapped_column(String(255))
    proof_hash: Mapped[str | None] = mapped_column(String(64))
    ticket_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Person(Base):
    """Someone an LMS has told us about; name, e-mail address and staff number only if it shares them.

    ``is_test`` marks what an LMS sends for a trainer who looks at it as staff do. Lists are sorted by ``sort_name``.
    """

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("platform_id", "subject"), Index(None, "sort_name", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(320))
    number: Mapped[str | None] = mapped_column(String(100))
    is_test: Mapped[bool] = mapped_column(default=False)
    sort_name: Mapped[str] = mapped_column(bytewise(LONGEST_SORT_NAME))

    @validates("subject", "name", "email")
    def _put_in_order(self, column: str, value: str | None) -> str | None:
        known = {"subject": self.subject, "name": self.name, "email": self.email} | {column: value}
        self.sort_name = sort_name(**known)
        return value


class Course(Base):
    """A course that our activities are in; ``roster_trouble`` says why its roster, or how much of it, is unread.

    ``roster_others`` counts people who neither learn nor lead; ``roster_differs`` counts those whose launches disagree.
    ``restricted_count`` counts its activity restrictions. ``url`` is its address in the LMS, if a launch has told it.
    """

    __tablename__ = "courses"
    __table_args__ = (UniqueConstraint("deployment_id", "context"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    context: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(String(500))
    roster_url: Mapped[str | None] = mapped_column(String(1000))
    roster_asked_at: Mapped[datetime | None]
    roster_read_at: Mapped[datetime | None]
    roster_trouble: Mapped[str | None] = mapped_column(String(500))
    roster_unread: Mapped[int] = mapped_column(default=0)
    roster_others: Mapped[int] = mapped_column(default=0)
    roster_differs: Mapped[int] = mapped_column(default=0)
    restricted_count: Mapped[int] = mapped_column(default=0)
    line_items_url: Mapped[str | None] = mapped_column(String(1000))


class Activity(Base):
    """An activity of a course that opens our tool: which module it asks for, and where its grades go.

    ``module`` is what the activity's settings say, or, if ``chosen_here``, what its trainer chose with us because they
    say nothing. A trainer can edit the settings, so it is a wish to check, not a right.
    ``marks_completion`` asks for a second column that says 0 or 1; ``completion_url`` is its line item, once made, and
    ``completion_asked_until`` keeps two from making it at the same time. At ``no_column_at`` its own was not found.
    What the LMS holds of all its grades is read at ``compare_at``, and was last at ``compared_at``.
    """

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("course_id", "resource_link"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    resource_link: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    module: Mapped[str | None] = mapped_column(String(100))
    chosen_here: Mapped[bool] = mapped_column(default=False)
    line_item_url: Mapped[str | None] = mapped_column(String(1000))
    no_column_at: Mapped[datetime | None]
    marks_completion: Mapped[bool] = mapped_column(default=False)
    completion_url: Mapped[str | None] = mapped_column(String(1000))
    completion_asked_until: Mapped[datetime | None]
    compare_at: Mapped[datetime | None] = mapped_column(index=True)
    compared_at: Mapped[datetime | None]
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)


class Membership(Base):
    """A person's membership of a course, with the role that counts out of those the latest launch and the roster give.

    ``seen_at`` and ``seen_as`` are None for those known from the roster alone, ``listed_as`` for those not on it.
    ``was_listed``: they have been on one since their last launch, so if they are not on a later one, they have left.
    """

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "course_id", "role", "left_at", "person_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    role: Mapped[Role]
    seen_as: Mapped[Role | None]
    listed_as: Mapped[Role | None]
    seen_at: Mapped[datetime | None]
    was_listed: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[datetime | None]


class Visit(Base):
    """One launch and what follows: who is here, in which role, what for; known by its token's hash.

    There is an activity where it came from an activity. ``about_id`` is whose answers a review opens, ``choosing`` what
    an LMS told us about choosing content. ``in_address`` visits are known by their address alone, since the
    browser keeps no cookie for us.
    """

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_hash_is_sha256"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    purpose: Mapped[Purpose] = mapped_column(default=Purpose.TRAINING)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    choosing: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    in_address: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Role]
    return_url: Mapped[str | None] = mapped_column(String(1000))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Base):
    """A grade owed to an LMS for one person and one activity, or the mark that says they passed.

    It is of a ``module``: an activity can be given another, whose grade takes its place from ``first_version`` on.
    ``version`` counts the results that it has carried, and how often it was asked for anew; ``stamp`` and
    ``sent_version`` are those of the latest try, kept across retries so that the LMS can tell a repetition from
    something new. ``lease`` names the try in progress. ``since`` is when we began to owe this version. ``held`` is the
    share that the LMS showed in its place at ``compared_at``, or None if it showed none; it is looked at again at
    ``compare_at``. ``carried`` marks the grade of an attempt that was made in another activity.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id", "kind"),
        CheckConstraint("score >= 0 AND score <= 1", name="score_is_a_share"),
        Index(None, "platform_id", "state", "due_at"),
        Index(None, "activity_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"))
    kind: Mapped[GradeKind] = mapped_column(default=GradeKind.SCORE)
    module: Mapped[str] = mapped_column(String(100))
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    score: Mapped[float] = mapped_column(Float)
    comment: Mapped[str] = mapped_column(String(500))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    first_version: Mapped[int] = mapped_column(default=1)
    sent_version: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    lease: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500), default="")
    held: Mapped[float | None] = mapped_column(Float)
    compared_at: Mapped[datetime | None]
    compare_at: Mapped[datetime | None] = mapped_column(index=True)
    carried: Mapped[bool] = mapped_column(default=False)

    activity: Mapped[Activity] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def is_other_mark(self) -> bool:
        """Say whether the LMS shows a mark that people would see differs from the one we sent."""
        return self.held is not None and differs(self.held, self.score)

    @property
    def is_refused_as_learner(self) -> bool:
        """Say whether the LMS refused the grade because it does not know the person as a learner in the course."""
        return self.state is DeliveryState.NEEDS_ATTENTION and self.words.startswith(NOT_A_LEARNER)


class DeliveryTry(Base):
    """One try to deliver a grade, and what came of it."""

    __tablename__ = "delivery_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    version: Mapped[int]
    stamp: Mapped[datetime]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[int | None]
    words: Mapped[str] = mapped_column(String(500), default="")
