"""Reading what evidence someone asks for out of an address, as far as they may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.domain.typed_day import PARTS, WrongDay, typed_day
from core.grants.domain.grant import GrantRole, HeldGrant, roles_in, schools_led
from core.schools import schools_of, schools_with
from lti.visits.permission import LEADERS
from lti.visits.visit import CurrentVisit
from managers.evidence.certified import Asked, Holders
from modules.content.publish import contents_of_trust

SEES_ALL = frozenset({GrantRole.TRUST_LEAD, GrantRole.DATA_PROTECTION_OFFICER})
SEES_SOME = SEES_ALL | {GrantRole.SCHOOL_LEAD}
COURSE = "course"


@dataclass(frozen=True, slots=True)
class HolderGroup:
    """One of the groups of people that someone may ask about: what an address calls it, and what pages do."""

    value: str
    name: str
    holders: Holders


@dataclass(frozen=True, slots=True)
class WrongQuestion:
    """What is wrong with what was asked for: with which field, in words that say what to do, as which answer."""

    field: str
    says: str
    status: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What someone asks for, what they could ask for, and what is wrong with it, if anything.

    Where something is wrong, ``asked`` has what fits in its place. ``typed`` is the date as it was typed.
    """

    asked: Asked
    choice: HolderGroup
    choices: tuple[HolderGroup, ...]
    modules: Mapping[str, str]
    typed: Mapping[str, str]
    problem: WrongQuestion | None


def choices_of(session: Session, visit: CurrentVisit, held: tuple[HeldGrant, ...]) -> tuple[HolderGroup, ...]:
    """Return whose certificates someone may see, the widest first: the trust's, some schools', those of the course."""
    sees_all = bool(roles_in(held) & SEES_ALL)
    schools = schools_of(session, visit.trust) if sees_all else schools_with(session, visit.trust, schools_led(held))
    found = [HolderGroup(str(each.id), each.name, Holders(visit.trust, frozenset({each.id}))) for each in schools]
    if sees_all:
        found.insert(0, HolderGroup("", visit.trust_name, Holders(visit.trust)))
    elif len(schools) > 1:
        found.insert(
            0, HolderGroup("", "All your schools", Holders(visit.trust, frozenset(each.id for each in schools)))
        )
    if visit.role in LEADERS:
        found.append(
            HolderGroup(COURSE, f"This course: {visit.course_title}", Holders(visit.trust, None, visit.course_id))
        )
    return tuple(found)


def question_in(
    given: Mapping[str, str], choices: tuple[HolderGroup, ...], modules: Mapping[str, str], today: date
) -> Question:
    """Read what is asked for; without a day it is today, without a group the widest, and without a module it is all."""
    day, wrong_day = _day_in(given, today)
    school, module = given.get("school"), given.get("module") or None
    choice = next((each for each in choices if each.value == school), None) if school else choices[0]
    wrong = (
        wrong_day,
        None if choice else WrongQuestion("school", "You cannot see these people. Choose from the list", 403),
        WrongQuestion("module", "There is no such training. Choose from the list", 404)
        if module and module not in modules
        else None,
    )
    chosen = choice or choices[0]
    asked = Asked(day, chosen.holders, module if module in modules else None)
    return Question(asked, chosen, choices, modules, _typed(given, day), next(filter(None, wrong), None))


def modules_of(session: Session, trust: str) -> dict[str, str]:
    """Return the titles of a trust's modules that bring a certificate, by key."""
    found = contents_of_trust(session, trust)
    return {key: content.module.title for key, content in found.items() if not content.module.is_practice}


def _day_in(given: Mapping[str, str], today: date) -> tuple[date, WrongQuestion | None]:
    """Return the day that is asked for, typed in three parts or written like 2026-06-30; or today and what is wrong."""
    day, month, year = (given.get(f"on_{part}", "") for part in PARTS)
    read: date | WrongDay | None
    if day or month or year:
        read = typed_day("day", day, month, year, date.min)
    else:
        read = _written(given.get("on", "")) if given.get("on") else today
    if isinstance(read, date) and read > today:
        read = WrongDay("Day must be today or in the past")
    if isinstance(read, WrongDay):
        return today, WrongQuestion("on_day", read.says, 422, read.parts)
    return read or today, None


def _written(day: str) -> date | WrongDay:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return WrongDay("Day must be a real date, such as 2026-06-30 in the address")


def _typed(given: Mapping[str, str], day: date) -> dict[str, str]:
    if any(given.get(f"on_{part}") for part in PARTS):
        return {part: given.get(f"on_{part}", "")[:10] for part in PARTS}
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
