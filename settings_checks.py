"""Checks of settings: values that cannot be used, and combinations that cannot be meant, with what is right."""

import re
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
HOST = rf"({LABEL}(\.{LABEL})*|\[[0-9a-f:.]+\])"
PUBLIC_URL = re.compile(rf"https?://{HOST}(:[0-9]{{1,5}})?")
OUTGOING_PROXY = re.compile(rf"https?://([^\s@/?#]+@)?{HOST}(:[0-9]{{1,5}})?/?", re.IGNORECASE)
# A database in memory would be gone with the process, and be another one for each of its connections.
SQLITE = r"sqlite(\+pysqlite)?:///(?!:memory:)[^?]+"
DATABASE_URL = re.compile(rf"{SQLITE}|postgresql\+psycopg://.+")
QUEUES = ("sqlite", "postgresql", "redis", "rediss")
QUEUE_URL = re.compile(rf"{SQLITE}|postgresql(\+psycopg)?://.+|rediss?://.+")
MAIL_URL = re.compile(rf"folder:[^?#]+|smtps?://([^@/?#\s]+@)?{HOST}(:[0-9]{{1,5}})?/?", re.IGNORECASE)
MAIL_FROM = re.compile(rf"([^<>@\x00-\x1f]+<)?[a-z0-9!#$%&'*+/=?^_`{{|}}~.-]+@{HOST}>?", re.IGNORECASE)
LEAST_SECRET_KEY = 16
LEAST_SEALING_KEY = 32
MAKE_ONE = "make one with: openssl rand -base64 32"
# What docs/install.md once showed in its place.
EXAMPLE_OF_THE_GUIDE = "a long text that nobody can guess"
# Ten years, in seconds or in days: with more, some times lie beyond all calendars.
LARGEST_NUMBER = 315_360_000
LARGEST_DAYS = 3_650
LARGEST = {"port": 65_535, "web_processes": 64, "threads": 1_000, "trusted_proxies": 10, "leeway_seconds": 300}
ONE_OR_MORE = (
    "port",
    "threads",
    "delivery_senders",
    "platform_calls",
    "people_per_page",
    "login_seconds",
    "visit_seconds",
    "address_visit_seconds",
    "http_seconds",
    "answer_seconds",
    "grade_seconds",
    "page_call_seconds",
    "roster_seconds",
    "lease_seconds",
    "first_wait_seconds",
    "longest_wait_seconds",
    "longest_own_wait_seconds",
    "answer_bytes",
    "keys_bytes",
    "message_bytes",
    "invite_days",
    "key_days",
    "checks_per_minute",
    "logins_per_minute",
    "logins_per_minute_in_all",
    "give_up_days",
    "tries_kept_days",
)


def problems_of(settings: Any) -> Iterator[str]:
    """Give what is wrong with settings, a sentence each, that names the setting and says what is right."""
    for check in CHECKS:
        yield from check(settings)


def as_browsers_write_it(url: str) -> str:
    """Return an address with its scheme and host in small letters and without the usual port, as browsers send it."""
    scheme, _, rest = re.sub(r":0+([0-9]+)$", r":\1", url.lower()).partition("://")
    usual = {"https": ":443", "http": ":80"}.get(scheme, "")
    return f"{scheme}://{rest.removesuffix(usual) if usual else rest}" if PUBLIC_URL.fullmatch(url.lower()) else url


def _of_public_url(settings: Any) -> Iterator[str]:
    if not PUBLIC_URL.fullmatch(settings.public_url) or not _names_a_server(settings.public_url):
        yield f"PUBLIC_URL must be like https://training.example, with nothing behind it, not “{settings.public_url}”"
    elif settings.allow_loopback and not _is_here(settings.public_url):
        yield (
            "ALLOW_LOOPBACK is for development and the demo only: with it, an LMS could make the tool call services on "
            f"this machine. Remove it, since PUBLIC_URL is {settings.public_url}. If your LMS runs on this machine, "
            "name its host in PRIVATE_HOSTS, and let that name lead to the machine's address in your network, not to "
            "127.0.0.1"
        )


def _of_database(settings: Any) -> Iterator[str]:
    if not DATABASE_URL.fullmatch(settings.database_url) or not _has_possible_port(settings.database_url):
        yield (
            "DATABASE_URL must be like sqlite:////srv/fit-to-post/fit-to-post.db, with the name of a file, or like "
            f"postgresql+psycopg://user@host/name, not “{_without_password(settings.database_url)}”"
        )


def _of_queue(settings: Any) -> Iterator[str]:
    given = _without_password(settings.queue_url)
    if settings.queue_url.partition(":")[0].partition("+")[0] not in QUEUES:
        yield f"QUEUE_URL must begin with one of {', '.join(QUEUES)}, not “{given}”"
    elif not QUEUE_URL.fullmatch(settings.queue_url) or not _has_possible_port(settings.queue_url):
        yield (
            "QUEUE_URL must be like sqlite:////srv/fit-to-post/queue.db, with the name of a file, or like "
            f"postgresql://user@host/name or redis://host:6379, not “{given}”"
        )
    elif (file := _file_in(settings.queue_url)) and file == _file_in(settings.database_url):
        yield f"QUEUE_URL and DATABASE_URL must name two files: both name {file}"


def _of_net(settings: Any) -> Iterator[str]:
    if not _is_host(settings.host.lower()):
        yield f"HOST must be a name or address of this machine, such as 127.0.0.1 or [::1], not “{settings.host}”"
    proxy = settings.outgoing_proxy
    if proxy and not (OUTGOING_PROXY.fullmatch(proxy) and _names_a_server(proxy)):
        yield f"OUTGOING_PROXY must be like http://proxy.trust.example:3128, not “{_without_password(proxy)}”"
    for host in settings.private_hosts.lower().replace(",", " ").split():
        if host.startswith("[") or not (_is_host(host) or _is_number(host)):
            yield (
                "PRIVATE_HOSTS must be names of hosts alone, such as moodle.trust.example, with spaces or commas "
                f"between them, not “{host}”"
            )


def _of_mail(settings: Any) -> Iterator[str]:
    url, sender = settings.mail_url, settings.mail_from
    if not MAIL_URL.fullmatch(url) or not (url.startswith("folder:") or _names_a_server(url)):
        yield (
            "MAIL_URL must be like smtp://user:password@mail.trust.example:587 or smtps://mail.trust.example, with %40 "
            f"for an @ in the user’s name or password, or like folder:var/mail, not “{_without_password(url)}”"
        )
    if sender and (not MAIL_FROM.fullmatch(sender) or sender.endswith(">") is not ("<" in sender)):
        yield (
            "MAIL_FROM must be an address, such as training@trust.example or Training <training@trust.example>, "
            f"not “{sender}”"
        )
    elif not sender and not url.startswith("folder:"):
        yield "MAIL_FROM must be set where MAIL_URL names a mail server, which sends for its own addresses only"


def _of_certificates(settings: Any) -> Iterator[str]:
    if not (file := settings.ca_bundle):
        return
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        found.load_verify_locations(file)
    except ssl.SSLError:
        yield f"CA_BUNDLE: {file} holds no certificates. It must be a file of them in the PEM format"
    except OSError as error:
        yield f"CA_BUNDLE: {file} cannot be read: {error.strerror}"


def _of_keys(settings: Any) -> Iterator[str]:
    for name, least in (("SECRET_KEY", LEAST_SECRET_KEY), ("SEALING_KEY", LEAST_SEALING_KEY)):
        key = getattr(settings, name.lower())
        if key and len(key.strip()) < least:
            yield f"{name} must have {least} characters or more; {MAKE_ONE}"
        if key.strip().lower() == EXAMPLE_OF_THE_GUIDE:
            yield f"{name} is the example of an older guide, and everyone can read it there; {MAKE_ONE}"


def _of_numbers(settings: Any) -> Iterator[str]:
    for name in ONE_OR_MORE:
        if getattr(settings, name) < 1:
            yield f"{name.upper()} must be 1 or more"
    for name, value in vars(settings).items():
        largest = LARGEST.get(name, LARGEST_DAYS if name.endswith("_days") else LARGEST_NUMBER)
        if isinstance(value, int) and value > largest:
            yield f"{name.upper()} must be {largest} or less"
    if settings.grade_seconds > settings.lease_seconds:
        yield f"GRADE_SECONDS must be no more than LEASE_SECONDS, which is {settings.lease_seconds}"
    if settings.key_lead_seconds >= settings.key_days * 86_400:
        yield f"KEY_LEAD_SECONDS must be less than KEY_DAYS, which is {settings.key_days * 86_400} seconds"


CHECKS: tuple[Callable[[Any], Iterator[str]], ...] = (
    _of_public_url,
    _of_queue,
    _of_database,
    _of_net,
    _of_mail,
    _of_certificates,
    _of_keys,
    _of_numbers,
)


def _without_password(url: str) -> str:
    # To the last @: a password that is not written as it should be may hold one.
    return re.sub(r"(//[^:@/]*):.*@", r"\1:…@", url)


def _file_in(url: str) -> Path | None:
    """Return the file that an address of SQLite names; None for any other."""
    scheme, _, rest = url.partition(":///")
    return Path(rest).absolute().resolve() if scheme.startswith("sqlite") else None


def _has_possible_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _names_a_server(url: str) -> bool:
    """Say whether an address has a host and a port that can exist."""
    if not _has_possible_port(url):
        return False
    host = urlsplit(url).hostname or ""
    return _is_host(f"[{host}]" if ":" in host else host)


def _is_host(text: str) -> bool:
    """Say whether a text is a host's name or its address, one of IPv6 between brackets."""
    if text.startswith("[") or text.rpartition(".")[2].isdecimal():
        return _is_number(text.removeprefix("[").removesuffix("]"))
    return bool(re.fullmatch(HOST, text))


def _is_number(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _is_here(url: str) -> bool:
    """Say whether an address is one of this very machine."""
    host = urlsplit(url).hostname or ""
    if _is_number(host):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")
