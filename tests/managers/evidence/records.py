"""Certificates as records have them, without anyone having to play for them."""

from dataclasses import asdict
from datetime import date, datetime
from itertools import count

from lti.models import Person
from managers.evidence.domain.on_day import Record
from modules.models import Certificate
from tests.support.factories import NOW

DAY = date(2026, 6, 30)
_numbers = count(1)


def certificate(person: Person, record: Record, module: str = "photos", trust: str = "invictus") -> Certificate:
    number = next(_numbers)
    return Certificate(
        code=f"{number:016}",
        attempt_id=number,
        person_id=person.id,
        holder_name=person.name,
        trust=trust,
        trust_name="Oak Tree Trust",
        module=module,
        module_title="Photos",
        module_version=1,
        module_says="About photos.",
        policy_title="Social media policy",
        policy_version="1",
        pass_mark=80,
        score=0.9,
        passed_at=record.issued_at,
        **asdict(record),
        revoked_by="Mo" if record.revoked_at else None,
        revoked_because="Taken by someone else." if record.revoked_at else None,
    )


def valid(day: date = DAY, months: int = 12) -> Record:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=NOW.tzinfo)
    return Record(at, day, date(day.year + months // 12, day.month, day.day))
