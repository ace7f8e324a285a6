"""The demonstration: the tool with one more command, which makes the practice LMS known to it."""

from dataclasses import asdict
from datetime import datetime

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

import app
from config import Settings
from core.audit.commands import command_actor
from core.http import ForeignAddress
from core.schools import add_school, find_school
from core.services import service
from db import transaction, utcnow
from lti.commands import lti
from lti.domain.platform_facts import Facts
from lti.registration.platforms import WrongFacts, register
from practice.tools.known_courses import practice_registrations

TRUST_OF_SCHOOLS = "invictus"
SCHOOLS = "Oakfield Primary School", "Elmbridge High School"


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application with the demonstration's command (flask --app demo)."""
    lti.add_command(register_practice)
    return app.create_app(settings)


def register_practice_courses(session: Session, url: str, settings: Settings, now: datetime) -> None:
    """Register the courses of the practice LMS at that address, each of which is a platform of its own to us."""
    for course in practice_registrations(url):
        facts = asdict(course)
        register(session, Facts(deployment_ids=facts.pop("deployment_ids"), **facts), settings, now)


def add_schools(session: Session, now: datetime) -> None:
    """Add the schools to which two courses of one trust can be given, unless they are there."""
    for name in SCHOOLS:
        if not find_school(session, TRUST_OF_SCHOOLS, name):
            add_school(session, TRUST_OF_SCHOOLS, name, command_actor(), now)


@click.command("register-practice")
@with_appcontext
def register_practice() -> None:
    """Register the courses of the practice LMS, and add the schools of the trust that has two of them."""
    settings = service(Settings)
    try:
        with transaction() as session:
            register_practice_courses(session, settings.practice_url, settings, utcnow())
            add_schools(session, utcnow())
    except (WrongFacts, ForeignAddress) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The practice LMS at {settings.practice_url} is registered.")
