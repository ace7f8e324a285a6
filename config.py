"""Every setting, with its default and the reason for it.

Settings come from the environment, or from a file of ``NAME=value`` lines that ``SETTINGS_FILE`` names; the environment
wins. A name that is almost a setting's is taken for a slip, and stops the start.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from settings_checks import as_browsers_write_it, problems_of

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
    web_processes: int = setting(
        0, "0: one for each core, at most 4. Each serves on its own, so that pages use more than one core"
    )
    threads: int = setting(8, "In each process: pages wait for the disk more than for the processor")
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
    run_worker: bool = setting(
        True, "One of the processes also works in the background; switch off where workers run apart"
    )
    sealing_key: str = setting("", "Seals private keys and tokens in the database; empty: they are kept as they are")
    key_days: int = setting(180, "Twice a year is often enough for a key, and no one has to remember it")
    key_lead_seconds: int = setting(3_600, "A new key is published for so long before it signs, as LMSs keep our keys")
    key_kept_days: int = setting(7, "A key stays published for so long after its successor began to sign")
    leeway_seconds: int = setting(10, "Clocks of two servers differ; launches were seen refused over 0.15 s")
    login_seconds: int = setting(600, "Time for a person to sign in at the LMS between login and launch")
    logins_per_minute: int = setting(
        600, "From one place: a whole school has one address, and may start on the same day"
    )
    logins_per_minute_in_all: int = setting(
        3_000, "Each login leaves a row until it expires; all processes count together"
    )
    visit_seconds: int = setting(43_200, "A working day: no one is signed out between two lessons")
    address_visit_seconds: int = setting(
        7_200, "An address gets about more easily than a cookie; a module is done in two hours"
    )
    keys_seconds: int = setting(
        3_600, "Platforms rarely change their keys, and an unknown key is fetched straight away"
    )
    keys_again_seconds: int = setting(60, "So that made-up key ids cannot make us hammer a platform")
    http_seconds: int = setting(10, "Longer than a busy LMS takes, shorter than a worker should hang")
    answer_seconds: int = setting(60, "An answer that trickles in for longer holds up all that waits behind it")
    page_call_seconds: int = setting(
        5, "Someone is waiting with a page open, and so is one of the threads; a healthy LMS answers within one second"
    )
    grade_seconds: int = setting(
        60, "For all calls about one grade together, no more than its lease; a busy LMS answers in a tenth of it"
    )
    roster_seconds: int = setting(
        600, "For all pages of one list of people; 20,000 people take a few minutes in Canvas's pages of 50"
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
    tries_kept_days: int = setting(90, "A term: after that, no one asks how a grade got there")
    delivery_senders: int = setting(16, "Grades sent at a time, to all LMSs together: two busy ones get all they may")
    platform_calls: int = setting(8, "Calls at once to one LMS: Canvas holds back 50 of its 600 for each under way")
    checks_per_minute: int = setting(
        60, "From one place: an HR office can check a list in a minute or two, and no one can overload us by asking"
    )
    trusted_proxies: int = setting(
        0,
        "How many proxies in front of us we trust to say where a request comes from; with 0, we trust none",
    )
    match_emails: bool = setting(
        False,
        "An address proves nothing between LMSs; yes: people with the same name and address may ask for a certificate",
    )
    compare_trusts: bool = setting(
        False,
        "A trust's view of its policy is its own business; yes: people who lead courses see other trusts’ "
        "positions too",
    )
    mail_url: str = setting("folder:var/mail", "Nothing leaves the machine until a mail server is named")
    mail_from: str = setting("", "What messages come from; a mail server sends for its own addresses only")
    people_per_page: int = setting(50, "A screenful or two; a trust has thousands")
    practice_url: str = setting("http://localhost:8001", "Where the practice LMS is found; used by the demo alone")
    practice_database: str = setting("var/practice.db", "The practice LMS keeps its gradebook here")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings; WrongSetting where a name or a value is wrong."""
    given: dict[str, Any] = {}
    if file := environment.get("SETTINGS_FILE"):
        given.update(_from_file(Path(file)))
    given.update(_from_environment(environment))
    settings = Settings(**given)
    settings = dataclasses.replace(settings, public_url=as_browsers_write_it(settings.public_url))
    for problem in problems_of(settings):
        raise WrongSetting(problem)
    return settings


FIELDS = {field.name.upper(): field for field in dataclasses.fields(Settings)}


def _from_file(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WrongSetting(f"SETTINGS_FILE: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongSetting(f"SETTINGS_FILE: {path} is not a text in UTF-8; save it again as one") from error
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
    """Say whether a name in the environment, which contains much that is not ours, is a misspelt setting.

    A name that begins with the same word does not have to be as close, such as TRUSTED_PROXY.
    """
    if name.upper() in NAMES and "_" in name:
        return True
    if any(first == name for first in FIRST_WORDS):
        return True
    if get_close_matches(name, NAMES, n=1, cutoff=0.9) or _written_short(name):
        return True
    alike = [each for each in NAMES if "_" in name and each.startswith(name.partition("_")[0] + "_")]
    return bool(get_close_matches(name, alike, n=1, cutoff=0.8))


NAMES = (*FIELDS, "SETTINGS_FILE")
# Where settings are kept, and what ./run reads itself and leaves in the environment.
NOT_OURS = frozenset({"SETTINGS_FILE", "PRACTICE_PORT", "EXTRAS", "CHROMIUM", "TEST_WORKERS", "TEST_POSTGRES_URL"})
# DATABASE=… and its like: half a name, and a word that nothing else puts into an environment.
FIRST_WORDS = frozenset({"DATABASE", "SEALING", "SETTINGS"})


def _written_short(name: str) -> list[str]:
    """Return the settings of which a name has all words, some of them cut short: SEAL_KEY, or DB_URL."""
    words = [SHORT_FOR.get(word, word) for word in name.upper().split("_")]
    return [each for each in NAMES if len(words) > 1 and _are_alike(words, each.split("_"))]


def _are_alike(words: list[str], others: list[str]) -> bool:
    """Say whether two names have as many words, each the beginning of the other's, though no single letters."""
    if len(words) != len(others):
        return False
    pairs = zip(words, others, strict=True)
    return all(min(len(a), len(b)) > 2 and (a.startswith(b) or b.startswith(a)) for a, b in pairs)


SHORT_FOR = {"DB": "DATABASE"}


def _did_you_mean(name: str) -> str:
    near = (
        _written_short(name)
        or get_close_matches(name.upper(), NAMES, n=1)
        or [each for each in NAMES if each.startswith(name + "_")]
    )
    return f"; did you mean {near[0]}?" if near else ""


def _value(place: str, field: dataclasses.Field[Any], text: str) -> Any:
    if isinstance(field.default, bool):
        if text.lower() not in YES | NO:
            raise WrongSetting(f"{place} must be yes or no, not “{text}”")
        return text.lower() in YES
    if isinstance(field.default, int):
        if not (text.isascii() and text.isdecimal()):
            raise WrongSetting(f"{place} must be a whole number, not “{text}”")
        return int(text)
    return text


YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off", ""})
