"""The tables of the practice LMS, in a database file of its own that the tool never sees."""

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from practice.vocabulary import Json

# Moments are whole seconds since 1970, as Moodle keeps them: its rule about equal time stamps depends on that.


class Base(DeclarativeBase):
    """The practice LMS's own metadata, apart from the tool's."""


class Secret(Base):
    """A secret that must survive a restart: the signing key, and the key of the session cookie."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Course(Base):
    """One course of a trust; a copy of it is launched through the same client."""

    __tablename__ = "course"

    key: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # among the courses; a copy stands beside what it was copied from
    trust: Mapped[str]
    title: Mapped[str]
    client_id: Mapped[str]
    deployment_id: Mapped[str]
    context_id: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    # The contexts that it was copied from, the nearest first, separated by commas as $Context.id.history has them.
    history: Mapped[str] = mapped_column(default="")
    is_used: Mapped[bool] = mapped_column(default=False)  # whether anybody has opened an activity yet

    client: Mapped["Client | None"] = relationship(
        primaryjoin="foreign(Course.client_id) == Client.client_id", viewonly=True
    )
    activities: Mapped[list["Activity"]] = relationship(order_by="Activity.place", back_populates="course")
    line_items: Mapped[list["LineItem"]] = relationship(order_by="LineItem.place", back_populates="course")

    @property
    def tool(self) -> "Client":
        """The client that serves the course; LookupError where none is connected yet."""
        if self.client is None:
            raise LookupError(f"no tool is connected to the course {self.key}")
        return self.client


class Activity(Base):
    """One placement of the tool in a course, with the custom values that its form or its deep link gave it."""

    __tablename__ = "activity"

    id: Mapped[str] = mapped_column(primary_key=True)  # the resource link
    course_key: Mapped[str] = mapped_column(ForeignKey("course.key"))
    place: Mapped[int]  # the later it was made, the greater
    title: Mapped[str]
    description: Mapped[str] = mapped_column(Text, default="")
    custom: Mapped[dict[str, str]] = mapped_column(JSON)
    url: Mapped[str] = mapped_column(default="")  # where it leads at the tool; empty means the tool's usual place
    icon: Mapped[str] = mapped_column(default="")  # the address of its picture
    is_anonymous: Mapped[bool] = mapped_column(default=False)  # the tool does not learn who opens it
    # Dates as the deep link wrote them, in ISO 8601; only Canvas keeps them.
    available_from: Mapped[str | None]
    available_until: Mapped[str | None]
    submit_from: Mapped[str | None]
    submit_until: Mapped[str | None]

    course: Mapped[Course] = relationship(back_populates="activities")
    line_items: Mapped[list["LineItem"]] = relationship(order_by="LineItem.place", back_populates="activity")

    @property
    def line_item(self) -> "LineItem | None":
        """The column of the gradebook that was made together with it, if it is graded."""
        return next((item for item in self.line_items if item.is_coupled), None)


class LineItem(Base):
    """One column of a course's gradebook, of an activity or of the tool's own making."""

    __tablename__ = "line_item"

    id: Mapped[str] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(ForeignKey("course.key"))
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("activity.id"))
    place: Mapped[int]  # the later it was made, the greater
    label: Mapped[str]
    score_maximum: Mapped[float]
    resource_id: Mapped[str] = mapped_column(default="")
    tag: Mapped[str] = mapped_column(default="")
    # Made together with its activity; the tool's own items may name an activity too, and are not coupled to it.
    is_coupled: Mapped[bool] = mapped_column(default=False)
    review_url: Mapped[str] = mapped_column(default="")  # where answers are looked at; empty means the activity's place

    course: Mapped[Course] = relationship(back_populates="line_items")
    activity: Mapped[Activity | None] = relationship(back_populates="line_items")
    end: Mapped["LineItemEnd | None"] = relationship(cascade="all, delete-orphan")


class LineItemEnd(Base):
    """When a column that the tool made stops taking answers; only Canvas keeps that, as the tool wrote it."""

    __tablename__ = "line_item_end"

    line_item_id: Mapped[str] = mapped_column(ForeignKey("line_item.id"), primary_key=True)
    at: Mapped[str]


class LaunchHint(Base):
    """One launch under way: who opens what; good for one authorisation request."""

    __tablename__ = "launch_under_way"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    course_key: Mapped[str] = mapped_column(ForeignKey("course.key"))
    person_id: Mapped[str]
    document_target: Mapped[str]
    activity_id: Mapped[str | None] = mapped_column(ForeignKey("activity.id"))
    line_item_id: Mapped[str | None] = mapped_column(ForeignKey("line_item.id"))  # whose grade is looked at
    subject_id: Mapped[str | None]  # the person whose answers are looked at
    request_id: Mapped[str | None] = mapped_column(ForeignKey("deep_linking_request.id"))
    began_at: Mapped[int]
    used: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship()
    activity: Mapped[Activity | None] = relationship()
    line_item: Mapped[LineItem | None] = relationship()
    request: Mapped["DeepLinkingRequest | None"] = relationship()


class DeepLinkingRequest(Base):
    """What the tool was asked when a trainer wanted to add activities, so that its answer can be compared with it."""

    __tablename__ = "deep_linking_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    course_key: Mapped[str] = mapped_column(ForeignKey("course.key"))
    deployment_id: Mapped[str]
    data: Mapped[str | None]  # what must come back as it was; nothing where the tool was sent nothing


class SpentNonce(Base):
    """A nonce that the tool has put into an answer, and may not use again."""

    __tablename__ = "spent_nonce"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)


class SpentAssertion(Base):
    """A client assertion that has bought a token, and may not buy another."""

    __tablename__ = "spent_assertion"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)


class Grade(Base):
    """One person's row in the gradebook for one line item; no score means that it was wiped."""

    __tablename__ = "grade"

    line_item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float | None]  # share of the maximum, 0 to 1
    comment: Mapped[str | None] = mapped_column(Text)
    stamped_at: Mapped[int]  # the tool's time stamp
    writes: Mapped[int] = mapped_column(default=0)  # how often a score was taken: shows what arrived twice


class GradeHold(Base):
    """What blocks the tool's scores from one person's grade: a trainer's own mark, or a lock."""

    __tablename__ = "grade_hold"

    line_item_id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]


class SwitchedRole(Base):
    """A launch in progress for which someone who leads the course has switched to a student's role."""

    __tablename__ = "switched_role"

    hint_id: Mapped[str] = mapped_column(primary_key=True)


class ServiceCall(Base):
    """One call that the tool made to a service, as the log shows it; tokens are never kept."""

    __tablename__ = "service_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    method: Mapped[str]
    path: Mapped[str]
    caller: Mapped[str]
    status: Mapped[int]
    words: Mapped[str]


class FailureSwitch(Base):
    """The one row that says which trouble the services give, and which generation of tokens is still good."""

    __tablename__ = "failure_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    failure: Mapped[str]
    token_generation: Mapped[int]


class Client(Base):
    """The tool as it is registered here under one client id: its addresses, and what it may do and learn."""

    __tablename__ = "client"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    deployment_id: Mapped[str]
    name: Mapped[str]
    domain: Mapped[str]  # with the port, as in Moodle
    login_url: Mapped[str]
    target_url: Mapped[str]
    redirect_urls: Mapped[list[str]] = mapped_column(JSON)
    keys_url: Mapped[str]
    logo_url: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(Text, default="")
    scopes: Mapped[list[str]] = mapped_column(JSON)
    custom: Mapped[dict[str, str]] = mapped_column(JSON)
    messages: Mapped[list[Json]] = mapped_column(JSON)  # as the tool listed them
    shares_name: Mapped[bool]
    shares_email: Mapped[bool]
    audience: Mapped[str]  # what its assertions must be meant for
    state: Mapped[str]
    registered_at: Mapped[int | None]  # nothing where it was registered before the first start


class Registration(Base):
    """A registration that an administrator began: good for one answer of the tool, within the hour."""

    __tablename__ = "registration"

    id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str]
    tool_url: Mapped[str]  # the tool's page where it is done
    is_update: Mapped[bool]
    expires_at: Mapped[int]
    is_used: Mapped[bool] = mapped_column(default=False)


class MoodSwitch(Base):
    """The one row that says whose rules are kept, and how many people Canvas's lists have on a page."""

    __tablename__ = "mood_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    mood: Mapped[str]
    people_per_page: Mapped[int]
