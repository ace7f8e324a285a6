"""Every setting, with its default and the reason for it.

Settings come from the environment, or from a file of ``NAME=value`` lines that ``SETTINGS_FILE`` names; the environment
wins. A name that is almost a setting's is taken for a slip, and stops the start.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parent


class WrongSetting(Exception):
    """A setting that cannot be used; the message names its place and what is wrong."""


def setting(default: Any, reason: str) -> Any:
    """Declare a setting: its default, and why it is that."""
    return dataclasses.field(default=default, metadata={"reason": reason})


@dataclass(frozen=True)
class Settings:
    """All that can be set from outside; names in the environment are these in capitals."""

    database_url: str = setting("sqlite:///var/fit-to-post.db", "One file needs no server; PostgreSQL when outgrown")
    queue_url: str = setting("sqlite:///var/queue.db", "Only wakes the sending of grades; holds nothing of value")
    public_url: str = setting(
        "http://localhost:8000", "What browsers and the LMS call us; the launch address is made of it"
    )
    host: str = setting("127.0.0.1", "Only this machine, until an administrator opens it or puts a proxy before it")
    port: int = setting(8000, "A usual port for a development server, free on most machines")
    threads: int = setting(8, "Pages wait for the disk more than for the processor")
    secret_key: str = setting("", "Signs forms; empty: made at first start and kept in SECRET_KEY_FILE")
    secret_key_file: str = setting(
        "var/secret-key", "Where a secret key of our own making is kept, readable by us alone"
    )
    allow_loopback: bool = setting(False, "Plain http to this machine is right for development and the demo only")
    private_hosts: str = setting("", "Names of LMSs in your own network, which alone may have a private address there")
    outgoing_proxy: str = setting("", "Where servers reach the world by a proxy only; it then looks names up, not we")
    ca_bundle: str = setting(
        "", "A file of certificates to trust in place of the public ones, for an authority of your own"
    )
    run_worker: bool = setting(True, "One process is enough for a trust; switch off where workers run apart")
    sealing_key: str = setting("", "Seals private keys and tokens in the database; empty: they are kept as they are")
    key_days: int = setting(180, "Twice a year is often enough for a key, and no one has to think of it")
    key_lead_seconds: int = setting(3_600, "A new key is published for so long before it signs, as LMSs keep our keys")
    key_kept_days: int = setting(7, "A key stays published for so long after its successor began to sign")
    leeway_seconds: int = setting(10, "Clocks of two servers differ; launches were seen refused over 0.15 s")
    login_seconds: int = setting(600, "Time for a person to sign in at the LMS between login and launch")
    logins_per_minute: int = setting(600, "From one place: a whole school has one address, and begins on the same day")
    logins_per_minute_in_all: int = setting(3_000, "In one process: each login leaves a row until it has run out")
    visit_seconds: int = setting(43_200, "A working day: no one is thrown out between two lessons")
    address_visit_seconds: int = setting(
        7_200, "An address gets about more easily than a cookie; a module is done in two hours"
    )
    keys_seconds: int = setting(3_600, "Platforms rarely change their keys, and an unknown one is fetched at once")
    keys_again_seconds: int = setting(60, "So that made-up key ids cannot make us hammer a platform")
    http_seconds: int = setting(10, "Longer than a busy LMS takes, shorter than a worker should hang")
    answer_seconds: int = setting(60, "An answer that trickles in for longer holds up all that waits behind it")
    page_call_seconds: int = setting(
        5, "Someone waits with a page open, and so does one of the threads; an LMS that is well answers within one"
    )
    grade_seconds: int = setting(
        60, "For all calls about one grade together, less than its lease; a busy LMS answers in a tenth of it"
    )
    roster_seconds: int = setting(
        600, "For all pages of one list of people; 20,000 people in Canvas's pages of fifty take a few minutes"
    )
    answer_bytes: int = setting(20_000_000, "A roster of 20,000 people in one piece is about half of it")
    keys_bytes: int = setting(262_144, "A key set is a few kB; more is a mistake or an attack")
    invite_days: int = setting(7, "Time to pass an invitation on to those who look after the LMS, and no longer")
    message_bytes: int = setting(131_072, "A launch is some kB; more is no launch")
    lease_seconds: int = setting(120, "A delivery that was begun and never ended is taken up again after this")
    first_wait_seconds: int = setting(10, "The first wait after a failed delivery; it doubles with each further one")
    longest_wait_seconds: int = setting(3_600, "An LMS that comes back after a night gets its grades within the hour")
    longest_own_wait_seconds: int = setting(86_400, "A grade that the LMS fails over, such as a locked one: once a day")
    give_up_days: int = setting(30, "After so many days of trying people are told; by then a school has noticed")
    tries_kept_days: int = setting(90, "A term: by then no one asks how a grade that arrived got there")
    delivery_senders: int = setting(16, "Grades sent at a time, to all LMSs together: two busy ones get all they may")
    platform_calls: int = setting(8, "Calls at once to one LMS: Canvas holds back 50 of its 600 for each under way")
    checks_per_minute: int = setting(
        60, "From one place: a personnel office checks a list in a minute or two, and no one keeps us busy by asking"
    )
    trusted_proxies: int = setting(
        0,
        "How many proxies in front of us say where a request comes from; with none, nothing that they say is believed",
    )
    match_emails: bool = setting(
        False,
        "An address proves nothing between LMSs; yes: people with one name and address may ask for a certificate",
    )
    compare_trusts: bool = setting(
        False,
        "How a trust reads its policy is its own affair; yes: those who lead courses see other trusts’ positions too",
    )
    people_per_page: int = setting(50, "A screenful or two; a trust has thousands")
    practice_url: str = setting("http://localhost:8001", "Where the practice LMS is found; used by the demo alone")
    practice_database: str = setting("var/practice.db", "The practice LMS keeps its gradebook here")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; WrongSetting where a name or a value is wrong."""
    given = {}
    if file := environment.get("SETTINGS_FILE"):
        given.update(_from_file(Path(file)))
    given.update(_from_environment(environment))
    settings = Settings(**given)
    settings = dataclasses.replace(settings, public_url=_as_browsers_write_it(settings.public_url))
    for problem in _problems_of(settings):
        raise WrongSetting(problem)
    return settings


def _problems_of(settings: Settings) -> Iterator[str]:
    yield from _problems_of_public_url(settings)
    yield from _problems_of_urls(settings)
    if 0 < len(settings.sealing_key) < LEAST_SEALING_KEY:
        yield f"SEALING_KEY must have {LEAST_SEALING_KEY} characters or more; make one with: openssl rand -base64 32"
    if 0 < len(settings.secret_key) < LEAST_SECRET_KEY:
        yield f"SECRET_KEY must have {LEAST_SECRET_KEY} characters or more; make one with: openssl rand -base64 32"
    for name in ONE_OR_MORE:
        if getattr(settings, name) < 1:
            yield f"{name.upper()} must be 1 or more"
    for field in dataclasses.fields(settings):
        if isinstance(field.default, int) and getattr(settings, field.name) > LARGEST.get(field.name, LARGEST_NUMBER):
            yield f"{field.name.upper()} must be {LARGEST.get(field.name, LARGEST_NUMBER)} or less"


def _problems_of_public_url(settings: Settings) -> Iterator[str]:
    if not PUBLIC_URL.fullmatch(settings.public_url) or not _has_possible_port(settings.public_url):
        yield f"PUBLIC_URL must be like https://training.example, with nothing behind it, not “{settings.public_url}”"
    elif settings.allow_loopback and settings.public_url.startswith("https://") and not _is_here(settings.public_url):
        yield (
            "ALLOW_LOOPBACK is for development and the demo only: with it, an LMS could make the tool call services on "
            f"this machine. Remove it, since PUBLIC_URL is {settings.public_url}. If your LMS runs on this machine, "
            "name its host in PRIVATE_HOSTS, and let that name lead to the machine's address in your network, not to "
            "127.0.0.1"
        )


def _problems_of_urls(settings: Settings) -> Iterator[str]:
    if settings.queue_url.partition(":")[0].partition("+")[0] not in QUEUES:
        yield f"QUEUE_URL must begin with one of {', '.join(QUEUES)}, not “{_without_password(settings.queue_url)}”"
    if not DATABASE_URL.fullmatch(settings.database_url):
        yield (
            "DATABASE_URL must be like sqlite:////srv/fit-to-post/fit-to-post.db, with the name of a file, or like "
            f"postgresql+psycopg://user@host/name, not “{_without_password(settings.database_url)}”"
        )


def _without_password(url: str) -> str:
    return re.sub(r"(//[^:@/]*):[^@/]*@", r"\1:…@", url)


def _has_possible_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _is_here(url: str) -> bool:
    """Say whether an address is one of this very machine."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.endswith(".localhost") or host.startswith("127.")


def _as_browsers_write_it(url: str) -> str:
    """Return an address with its scheme and host in small letters and without the usual port, as browsers send it."""
    scheme, _, rest = url.lower().partition("://")
    usual = {"https": ":443", "http": ":80"}.get(scheme, "")
    return f"{scheme}://{rest.removesuffix(usual) if usual else rest}" if PUBLIC_URL.fullmatch(url.lower()) else url


PUBLIC_URL = re.compile(
    r"https?://([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*|\[[0-9a-f:.]+\])(:[0-9]{1,5})?"
)
# A database in memory would be gone with the process, and be another one for each of its connections.
DATABASE_URL = re.compile(r"sqlite(\+pysqlite)?:///(?!:memory:)[^?].*|postgresql\+psycopg://.+")
LEAST_SECRET_KEY = 16
LARGEST = {"port": 65_535, "threads": 1_000, "trusted_proxies": 10}
# Ten years in seconds: with more, some times lie beyond all calendars.
LARGEST_NUMBER = 315_360_000
LEAST_SEALING_KEY = 32
ONE_OR_MORE = (
    "port",
    "threads",
    "delivery_senders",
    "platform_calls",
    "people_per_page",
    "http_seconds",
    "answer_seconds",
    "grade_seconds",
    "page_call_seconds",
    "roster_seconds",
    "lease_seconds",
    "key_days",
    "checks_per_minute",
    "logins_per_minute",
    "logins_per_minute_in_all",
    "give_up_days",
    "tries_kept_days",
)
QUEUES = ("sqlite", "postgresql", "redis", "rediss")


FIELDS = {field.name.upper(): field for field in dataclasses.fields(Settings)}


def _from_file(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WrongSetting(f"SETTINGS_FILE: {path} cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, equals, value = (part.strip() for part in line.partition("="))
            if not equals or name not in FIELDS:
                raise WrongSetting(f"{path}:{number}: {name} is no setting{_did_you_mean(name)}")
            yield name.lower(), _value(f"{path}:{number}: {name}", FIELDS[name], value)


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, value in environment.items():
        if name in FIELDS:
            yield name.lower(), _value(name, FIELDS[name], value)
        elif name not in NOT_OURS and _looks_like_a_setting(name):
            raise WrongSetting(f"environment: {name} is no setting{_did_you_mean(name)}")


def _looks_like_a_setting(name: str) -> bool:
    """Say whether a name of the environment, which holds much that is none of ours, is a setting's with a slip.

    One that begins with the same word need be less near, such as TRUSTED_PROXY.
    """
    if name.upper() in NAMES and "_" in name:
        return True
    if any(first == name for first in FIRST_WORDS):
        return True
    if get_close_matches(name, NAMES, n=1, cutoff=0.9):
        return True
    alike = [each for each in NAMES if "_" in name and each.startswith(name.partition("_")[0] + "_")]
    return bool(get_close_matches(name, alike, n=1, cutoff=0.8))


NAMES = (*FIELDS, "SETTINGS_FILE")
# Where settings are kept, and what ./run reads itself and leaves in the environment.
NOT_OURS = frozenset({"SETTINGS_FILE", "PRACTICE_PORT", "EXTRAS", "CHROMIUM", "TEST_WORKERS"})
# DATABASE=… and its like: half a name, and a word that nothing else puts into an environment.
FIRST_WORDS = frozenset({"DATABASE", "SEALING", "SETTINGS"})


def _did_you_mean(name: str) -> str:
    near = get_close_matches(name.upper(), NAMES, n=1) or [each for each in NAMES if each.startswith(name + "_")]
    return f"; did you mean {near[0]}?" if near else ""


def _value(place: str, field: dataclasses.Field[Any], text: str) -> Any:
    if isinstance(field.default, bool):
        if text.lower() not in YES | NO:
            raise WrongSetting(f"{place} must be yes or no, not “{text}”")
        return text.lower() in YES
    if isinstance(field.default, int):
        if not text.isdecimal():
            raise WrongSetting(f"{place} must be a whole number, not “{text}”")
        return int(text)
    return text


YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off", ""})
