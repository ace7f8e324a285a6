"""The application: blueprints, error pages and commands put together. Nobody imports this."""

import logging
import os
import secrets
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import click
from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import db
from config import ROOT, Settings, WrongSetting, settings_from
from lti.addresses import VisitAddresses
from lti.cookies import VisitSessions
from lti.errors import LaunchError
from lti.frame import Framers, csp_nonce, set_headers
from lti.net import http_client
from lti.permission import NoVisit
from lti.platform_commands import lti as lti_commands
from lti.platform_keys import PlatformKeyring
from lti.registrar import Registrar
from lti.roster import RosterReader
from lti.sending import GradeSender
from lti.views.continuing import blueprint as continuing
from lti.views.health import blueprint as health
from lti.views.launching import blueprint as launching
from lti.views.registering import blueprint as registering
from lti.worker import Queue
from modules.certificate_commands import certificates as certificates_commands
from modules.commands import coverage
from modules.errors import AttemptError
from modules.library import held_back
from modules.listing_commands import modules as modules_commands
from modules.prepare_command import lines_on, prepare
from modules.printing import Press
from modules.publish import NotPublished, is_anything_published
from modules.trusts import names_of_trusts
from modules.views.accessibility import blueprint as accessibility
from modules.views.badges import blueprint as badges
from modules.views.certificates import blueprint as certificates
from modules.views.choosing import blueprint as choosing
from modules.views.course import blueprint as course
from modules.views.header import header_of_page
from modules.views.home import blueprint as home
from modules.views.people import blueprint as people
from modules.views.play import blueprint as play
from modules.views.policy import blueprint as policy
from modules.views.review import blueprint as review
from modules.views.stories import blueprint as stories
from modules.views.verify import blueprint as verify
from modules.views.words import FILTERS
from policies.commands import policies as policies_commands
from policies.comparing import compare
from policies.reading import BrokenFile
from policies.views.comparison import blueprint as comparison
from scenarios.commands import scenarios as scenarios_commands

log = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; a wrong setting ends the start with a message, a mistake in a data file is only told."""
    try:
        settings = settings or settings_from(os.environ)
    except WrongSetting as error:
        sys.exit(f"Fit to Post cannot start.\n{error}")
    _set_up_logging()
    _tell_mistakes()
    app = Flask(__name__, root_path=str(ROOT))
    app.secret_key = settings.secret_key or _own_secret(ROOT / settings.secret_key_file)
    # A form is good for as long as the visit that it belongs to.
    # Behind a proxy the Referer names another host than ours; the form's token is bound to the visit as it is.
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        MAX_CONTENT_LENGTH=1_000_000,
    )
    app.session_interface = VisitSessions()
    app.wsgi_app = VisitAddresses(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        # Only the address of whom we answer: by what name we are called is a setting.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    _add_parts(app, settings)
    _add_pages(app)
    _add_error_pages(app)
    app.register_error_handler(BrokenFile, _file_is_wrong)
    _add_commands(app)
    return app


def _set_up_logging() -> None:
    """Let our own words into the log with their time; huey would tell of every look at its queue."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("huey", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _tell_mistakes() -> None:
    """Log what is wrong in the library's files; commands tell it themselves where it matters."""
    if not click.get_current_context(silent=True):
        for line in lines_on(held_back()):
            log.error("%s", line)


def _own_secret(file: Path) -> str:
    """Return the secret key that we made at first start, and make it if this is the first."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:  # noqa: PTH123
            new.write(secrets.token_urlsafe(48))
    return file.read_text()


def _add_parts(app: Flask, settings: Settings) -> None:
    # A request can read and write at the same time, and so can a sender of grades.
    database = db.Database(settings.database_url, 2 * (settings.threads + settings.delivery_senders) + 4)
    db.init_app(app, database)
    app.extensions["settings"] = settings
    app.extensions["trusts"] = names_of_trusts(database)
    app.extensions["ready_checks"] = {"training": lambda: is_anything_published(db.reading())}
    app.extensions["registrar"] = Registrar(database, settings)
    app.extensions["framers"] = Framers(database)
    app.extensions["keyring"] = PlatformKeyring(database, settings, http_client(settings))
    app.extensions["press"] = Press()
    app.extensions["queue"] = Queue(
        settings, database, GradeSender(database, settings), RosterReader(database, settings)
    )


# What an LMS posts is signed, and forms from before a visit carry a ticket or a proof; Flask-WTF protects all others.
SIGNED = (launching, continuing, registering)
PAGES = (
    health,
    home,
    play,
    policy,
    stories,
    people,
    course,
    review,
    choosing,
    comparison,
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
    app.jinja_loader = ChoiceLoader([app.jinja_loader, components])  # type: ignore[list-item]


def _asset_address(app: Flask) -> Callable[[str], str]:
    """Return what gives the address of a style sheet, script or picture: the same in every visit, for a year."""
    folder = Path(app.static_folder or "")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    version = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    return lambda name: f"{app.static_url_path}/{name}?v={version}"


def _add_error_pages(app: Flask) -> None:
    """Turn whatever goes wrong into a page that says what to do next."""

    def page(status: int, heading: str, happened: str, next_step: str = "", reference: str = "") -> tuple[str, int]:
        words = {"heading": heading, "happened": happened, "next_step": next_step, "reference": reference}
        return render_template("error.html", **words), status

    @app.errorhandler(LaunchError)
    def launch_failed(error: LaunchError) -> tuple[str, int]:
        log.warning("launch refused: %s", error)
        trouble = error.trouble
        return page(trouble.status, trouble.heading, trouble.happened, trouble.advice, trouble.code)

    @app.errorhandler(AttemptError)
    def attempt_failed(error: AttemptError) -> tuple[str, int]:
        return page(error.status, error.heading, error.happened, error.advice)

    @app.errorhandler(NoVisit)
    def visit_ended(_error: NoVisit) -> tuple[str, int]:
        return page(401, *_visit_ended())

    @app.errorhandler(CSRFError)
    def form_is_old(_error: CSRFError) -> tuple[str, int]:
        return page(400, *_visit_ended())

    @app.errorhandler(NotPublished)
    def not_published(_error: NotPublished) -> tuple[str, int]:
        return page(404, *NO_MODULE)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        return page(status, *WORDS.get(status, (error.name, error.description or "", "Go back to your course.")))

    @app.errorhandler(Exception)
    def broken(_error: Exception) -> tuple[str, int]:
        reference = secrets.token_hex(4)
        log.exception("reference %s", reference)
        return page(500, *BROKEN, reference)


def _file_is_wrong(error: BrokenFile) -> tuple[str, int]:
    """Say that a page cannot be made for want of a file; what is wrong there is for the log."""
    log.error("%s", error)
    heading, happened, next_step = BROKEN_FILE
    words = {"heading": heading, "happened": happened, "next_step": next_step, "reference": ""}
    return render_template("error.html", **words), 503


def _visit_ended() -> tuple[str, str, str]:
    """Return the words for somebody whose visit has ended, perhaps with something just sent that we could not keep."""
    heading, happened, advice = VISIT_ENDED
    return heading, f"{happened} {NOT_KEPT}" if request.method == "POST" else happened, advice


NOT_KEPT = "What you have just sent is not kept: you will be asked for it again."
VISIT_ENDED = (
    "Open the activity again",
    "We no longer know who you are: your visit has ended, or it began in another window. "
    "Every answer that you have given before is kept.",
    "Go back to your course and open the activity again. You will go on where you were.",
)
NO_MODULE = (
    "No training stands behind this activity yet",
    "The activity in your course does not name a training module that your trust has.",
    "If you lead this course, open the activity's settings, press “Select content” and choose the training there. "
    "Where your LMS has no such button, delete the activity and add it again from Fit to Post.\n\n"
    "Otherwise, please tell whoever leads your course.",
)
BROKEN_FILE = (
    "This page cannot be shown at the moment",
    "A file that it is made from has a mistake. Training, results and certificates are not affected.",
    "Tell the people who look after Fit to Post. The mistake is in its log, with file and line.",
)
BROKEN = (
    "Something went wrong on our side",
    "It is not your fault. Every answer that you have given is kept.",
    "Try again in a minute. If it happens twice, tell whoever looks after your LMS.",
)
WORDS = {
    403: ("This page is not for you", "Only those who lead your course can see it.", "Go back to your course."),
    404: ("Page not found", "There is nothing at this address.", "Go back to your course and open the activity again."),
    405: (
        "That cannot be done here",
        "The page was asked for in a way that it does not know.",
        "Go back to your course.",
    ),
    413: ("That was too much", "What was sent is larger than anything we expect.", "Go back to your course."),
}


def _add_commands(app: Flask) -> None:
    app.cli.add_command(lti_commands)
    app.cli.add_command(policies_commands)
    app.cli.add_command(scenarios_commands)
    app.cli.add_command(certificates_commands)
    app.cli.add_command(modules_commands)
    # Coverage is asked for with the policies, and answered where policies, scenarios and modules are all known.
    policies_commands.add_command(compare)
    policies_commands.add_command(coverage)
    app.cli.add_command(prepare)
