"""The tool as the practice LMS knows it: a client for each trust of the first start, and those registered since."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.addresses import Addresses
from practice.courses.people import COURSES, PracticeCourse
from practice.models import Client, Course
from practice.scopes import PERMITTED


class ClientState(StrEnum):
    """How far a client has come: Moodle's waits to be activated, Canvas's to be turned on and then deployed."""

    PENDING = "pending"
    OFF = "off"
    ON = "on"
    ACTIVE = "active"

    @property
    def next_step(self) -> str:
        """What an administrator does next, as the button says it; nothing when all is done."""
        return NEXT_STEPS.get(self, "")


NEXT_STEPS = {ClientState.PENDING: "Activate", ClientState.OFF: "Turn on", ClientState.ON: "Deploy"}


def seed_clients(session: Session, addresses: Addresses) -> None:
    """Have a client for each trust of the first start, with the addresses that the tool has at present."""
    for course in COURSES:
        session.merge(_first_client(addresses, course))


def client_by_id(session: Session, client_id: str) -> Client | None:
    """The client that launches and calls: one that is registered and not waiting any more."""
    client = session.get(Client, client_id)
    return client if client and client.state == ClientState.ACTIVE else None


def registered_clients(session: Session) -> list[Client]:
    """The clients that have been registered here, the newest first."""
    registered = select(Client).where(Client.registered_at.is_not(None))
    return list(session.scalars(registered.order_by(Client.registered_at.desc(), Client.client_id)))


def client_of_domain(session: Session, domain: str) -> Client | None:
    """The client that was last registered from that domain, if any was."""
    return next((client for client in registered_clients(session) if client.domain == domain), None)


def advance(client: Client, course: Course) -> None:
    """Take the next step with a client; with the last one it serves the course, in place of any other client."""
    if client.state == ClientState.OFF:
        client.state = ClientState.ON
    elif client.state in (ClientState.PENDING, ClientState.ON):
        client.state = ClientState.ACTIVE
        course.client_id, course.deployment_id = client.client_id, client.deployment_id


def courses_of(session: Session, client: Client) -> list[Course]:
    """The courses that launch through this client."""
    return list(session.scalars(select(Course).where(Course.client_id == client.client_id).order_by(Course.key)))


def _first_client(addresses: Addresses, course: PracticeCourse) -> Client:
    return Client(
        client_id=course.client_id,
        deployment_id=course.deployment_id,
        name="Fit to Post",
        domain=addresses.tool_url.partition("//")[2],
        login_url=addresses.tool_login,
        target_url=addresses.tool_launch,
        redirect_urls=[addresses.tool_launch],
        keys_url=addresses.tool_keys,
        scopes=list(PERMITTED),
        custom={},
        messages=[],
        shares_name=True,
        shares_email=True,
        audience=addresses.token,
        state=ClientState.ACTIVE,
        registered_at=None,
    )
