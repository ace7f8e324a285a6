"""The application: blueprints, error pages and commands put together. No other file imports it."""

import logging
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import db
from config import ROOT, Settings, WrongSetting, settings_from
from core.audit.commands import audit as audit_commands
from core.changes import follow
from core.grants.commands import grants as grants_commands
from core.http import http_client
from core.mail.commands import mail as mail_commands
from core.mail.jobs import register as register_mail
from core.mail.sender import MailSender
from core.old_commands import keep_old_name
from core.page_calls import PageCalls
from core.queue.commands import jobs as jobs_commands
from core.queue.queue import Queue
from core.queue.store import QueueUnusable
from core.readiness import ReadyChecks, Writing
from core.secret_key import WrongSecretKey, own_secret
from core.services import provide, service
from error_pages import add_error_pages
from lti.commands import lti as lti_commands
from lti.due_dates import DueDates
from lti.grades.gradebook import Comparer
from lti.grades.jobs import GradeJobs
from lti.grades.send import GradeSender
from lti.jobs import register as register_upkeep
from lti.launch.login_limit import LoginLimit
from lti.launch.platform_keys import PlatformKeyring
from lti.launch.views.launch import blueprint as launch
from lti.launch.views.pending import blueprint as pending
from lti.registration.registrar import Registrar
from lti.registration.views.register import blueprint as registration
from lti.services.roster import RosterReader
from lti.services.roster_jobs import RosterJobs
from lti.visits.addresses import VisitAddresses
from lti.visits.cookies import VisitSessions
from lti.visits.frame import Framers, csp_nonce, set_headers
from managers.commands import people as people_commands
from managers.due.course_dates import course_dates
from managers.due.dates import due_of_person
from managers.due.refresh import DueJobs
from managers.due.views.exceptions import blueprint as exceptions
from managers.due.views.rules import blueprint as due
from managers.evidence.views.evidence import blueprint as evidence
from managers.insight.commands import rebuild_insight
from managers.insight.jobs import InsightJobs
from managers.insight.views.insight import blueprint as insight
from managers.reminders.jobs import ReminderJobs
from managers.reminders.views.calendar import blueprint as reminder_calendar
from managers.reminders.views.nudges import blueprint as nudges
from managers.reminders.views.record import blueprint as reminder_record
from managers.reminders.views.reminders import blueprint as reminders
from managers.reminders.views.words import blueprint as reminder_words
from managers.school_commands import schools as schools_commands
from managers.staff.refresh import StaffInStep
from managers.staff.stale import StaffJobs
from managers.staff_list.jobs import StaffListJobs
from managers.trust.jobs import register as register_tallies
from managers.trust.views.trust import blueprint as trust
from managers.views.address import blueprint as address
from managers.views.course import blueprint as course
from managers.views.desk import blueprint as desk
from managers.views.grants import blueprint as grants
from managers.views.joins import blueprint as joins
from managers.views.people import blueprint as people
from managers.views.review import blueprint as review
from managers.views.same_people import blueprint as same_people
from managers.views.schools import blueprint as schools
from managers.views.staff_list import blueprint as staff_list
from modules.certificates import commands as certificate_commands
from modules.certificates.reseal import reseal_keys
from modules.certificates.typesetting import Press
from modules.certificates.views.badges import blueprint as badges
from modules.certificates.views.certificates import blueprint as certificates
from modules.certificates.views.verify import blueprint as verify
from modules.content.commands import modules as modules_commands
from modules.content.coverage_command import coverage
from modules.content.floor_command import COMMANDS as floor_commands
from modules.content.publish import is_anything_published
from modules.content.validity_command import validity
from modules.content.views.assign import blueprint as assign
from modules.content.views.choose import blueprint as choose
from modules.passes.jobs import PassJobs
from modules.passes.passes import still_counting
from modules.play.views.checks import blueprint as checks
from modules.play.views.drop import blueprint as drop
from modules.play.views.home import blueprint as home
from modules.play.views.play import blueprint as play
from modules.play.views.stories import blueprint as stories
from modules.policy.views.policy import blueprint as policy
from modules.prepare import prepare
from modules.site.filters import FILTERS
from modules.site.header import header_of_page
from modules.site.views.accessibility import blueprint as accessibility
from modules.site.views.health import blueprint as health
from policies.commands import policies as policies_commands
from policies.compare import compare
from policies.views.appearance import blueprint as appearance
from policies.views.comparison import blueprint as comparison
from policies.views.floor import blueprint as floor
from scenarios import commands as scenario_commands


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; a wrong setting stops it with a message."""
    try:
        settings = settings or settings_from(os.environ)
        secret_key = settings.secret_key or own_secret(ROOT / settings.secret_key_file)
    except (WrongSetting, WrongSecretKey) as error:
        sys.exit(f"Fit to Post cannot start.\n{error}")
    _set_up_logging()
    app = Flask(__name__, root_path=str(ROOT))
    app.secret_key = secret_key
    # A form is good for as long as the visit that it belongs to.
    # Behind a proxy the Referer names another host than ours; the form's token is bound to the visit as it is.
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.session_interface = VisitSessions()
    # Flask lets its method be replaced by what wraps it, and mypy lets no method be replaced.
    app.wsgi_app = VisitAddresses(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        # Only the client's address is taken from the proxy: our own name is a setting.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    try:
        _add_parts(app, settings)
    except ModuleNotFoundError as error:
        sys.exit(f"Fit to Post cannot start.\n{NO_DRIVER.format(error.name)}")
    except QueueUnusable as error:
        sys.exit(f"Fit to Post cannot start.\n{error}")
    _add_pages(app)
    add_error_pages(app)
    _add_commands(app)
    return app


NO_DRIVER = (
    "DATABASE_URL names a kind of database whose driver is not installed ({}). Install it by starting once with "
    "EXTRAS=postgres, such as: EXTRAS=postgres ./run serve"
)


def _set_up_logging() -> None:
    """Let our own words into the log with their time; huey would tell of every look at its queue."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("huey", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _add_parts(app: Flask, settings: Settings) -> None:
    # A request can read and write at the same time, and so can a sender of grades.
    database = db.Database(settings.database_url, 2 * (settings.threads + settings.delivery_senders) + 4)
    db.init_app(app, database)
    follow(database, StaffInStep())
    provide(app, settings)
    provide(app, ReadyChecks(training=lambda: is_anything_published(db.reading())))
    limits = settings.logins_per_minute, settings.logins_per_minute_in_all
    provide(app, LoginLimit(database, *limits, str(app.secret_key)))
    provide(app, Writing(database))
    calls = PageCalls(settings)
    provide(app, Registrar(database, settings, calls))
    provide(app, Framers(database))
    provide(app, PlatformKeyring(database, settings, http_client(settings), calls))
    provide(app, Press())
    provide(app, MailSender(database, settings))
    provide(app, DueDates(due_of_person, course_dates))
    _add_jobs(app, settings, database)


def _add_jobs(app: Flask, settings: Settings, database: db.Database) -> None:
    """Let every package register its jobs with the queue."""
    queue = Queue(settings.queue_url, database)
    provide(app, queue)
    comparer = Comparer(database, settings, still_counting)
    sender = GradeSender(database, settings, due_dates=service(DueDates, app))
    grades = GradeJobs(queue, database, sender, comparer)
    provide(app, grades)
    provide(app, PassJobs(queue, database, grades))
    provide(app, RosterJobs(queue, database, RosterReader(database, settings)))
    staff = StaffJobs(queue, database)
    provide(app, staff)
    provide(app, StaffListJobs(queue, database, staff))
    provide(app, InsightJobs(queue, database))
    provide(app, ReminderJobs(queue, database, lambda: app.jinja_env))
    provide(app, DueJobs(queue, database))
    register_tallies(queue, database)
    register_upkeep(queue, database, settings)
    register_mail(queue, database, service(MailSender, app))


# What an LMS posts is signed, and forms from before a visit carry a ticket or a proof; Flask-WTF protects all others.
SIGNED = (launch, pending, registration)
PAGES = (
    health,
    home,
    play,
    checks,
    drop,
    policy,
    stories,
    desk,
    address,
    grants,
    schools,
    staff_list,
    same_people,
    people,
    evidence,
    trust,
    joins,
    course,
    due,
    exceptions,
    review,
    insight,
    reminders,
    reminder_calendar,
    reminder_words,
    reminder_record,
    nudges,
    choose,
    assign,
    comparison,
    floor,
    appearance,
    certificates,
    badges,
    verify,
    accessibility,
)


def _add_pages(app: Flask) -> None:
    csrf = CSRFProtect(app)
    for blueprint in SIGNED:
        csrf.exempt(blueprint)
    for blueprint in (*SIGNED, *PAGES):
        app.register_blueprint(blueprint)
    app.after_request(set_headers)
    app.context_processor(header_of_page)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["asset"] = _asset_address(app)
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, components])  # type: ignore[list-item]  # it has one, having a folder


def _asset_address(app: Flask) -> Callable[[str], str]:
    """Return what gives the address of a style sheet, script or picture: the same in every visit, for a year."""
    folder = Path(app.static_folder or "")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    version = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    return lambda name: f"{app.static_url_path}/{name}?v={version}"


def _add_commands(app: Flask) -> None:
    # What concerns a policy, a person or an LMS is found under that, in whichever package it is made.
    for command in (compare, coverage, *floor_commands, *scenario_commands.COMMANDS):
        policies_commands.add_command(command)
    for command in (validity, rebuild_insight):
        modules_commands.add_command(command)
    for command in certificate_commands.COMMANDS:
        people_commands.add_command(command)
    lti_commands.add_command(reseal_keys)
    keep_old_name(lti_commands, "seal-anew", reseal_keys)
    keep_old_name(lti_commands, "switch-on", lti_commands.commands["switch-on-platform"])
    for group in (
        lti_commands,
        policies_commands,
        modules_commands,
        people_commands,
        schools_commands,
        grants_commands,
        audit_commands,
        jobs_commands,
        mail_commands,
    ):
        app.cli.add_command(group)
    for group in (scenario_commands.OLD_COMMANDS, certificate_commands.OLD_COMMANDS):
        app.cli.add_command(group)
    app.cli.add_command(prepare)
