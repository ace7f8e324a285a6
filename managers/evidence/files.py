"""Evidence as a list to download, with what it means written on its first sheet."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.filters import on_day
from managers.evidence.certified import Asked, Certified, all_certified
from managers.evidence.passed import PassedOnly, all_passed_only
from managers.exports.domain.export import CellKind, Cells, Column, Export
from modules.domain.certificate import CertificateState
from modules.domain.check_code import in_groups

CERTIFIED, PASSED_ONLY = "Certified", "Passed, not certified"
COLUMNS = (
    Column("Evidence"),
    Column("Name on the certificate"),
    Column("Name now"),
    Column("E-mail address"),
    Column("Staff number"),
    Column("School now"),
    Column("Module"),
    Column("Module version", CellKind.NUMBER),
    Column("Policy"),
    Column("Policy version"),
    Column("Passed on", CellKind.DATE),
    Column("Certificate issued at", CellKind.TIME),
    Column("Valid from", CellKind.DATE),
    Column("Valid until", CellKind.DATE),
    Column("Known on the day"),
    Column("Revoked since, at", CellKind.TIME),
    Column("Status now"),
    Column("Certificate number", CellKind.NUMBER),
    Column("Check code"),
)
STATES = {
    CertificateState.VALID: "Valid",
    CertificateState.EXPIRED: "Expired",
    CertificateState.SUPERSEDED: "Replaced",
    CertificateState.REVOKED: "Revoked",
}
NOTES = (
    f"“{CERTIFIED}”: a certificate that was in force at midnight in the UK when the day ended, or now if it is today.",
    f"“{PASSED_ONLY}”: someone whose pass was valid on the day, but who had no certificate, for example because they "
    "had not confirmed the policy. These rows come last.",
    "“Revoked since” and “Status now” say what has happened after that day. A certificate that was revoked later was "
    "still in force on the day.",
    "“Known on the day” is “No” where the certificate was put on record later.",
    "A certificate without a “Valid until” does not expire. Anyone can check one by its code on the verification page.",
    "The list does not say who worked here on that day, and so not who was missing.",
)


def evidence_export(
    asked: Asked, about: str, filters: tuple[tuple[str, str], ...], asked_by: str, now: datetime
) -> Export:
    """Return the description of the list; ``about`` names whose certificates it has."""
    day = (("Day", on_day(asked.on)),)
    return Export(f"Certified on {asked.on}", about, COLUMNS, day + filters, asked_by, now, NOTES)


def evidence_rows(session: Session, asked: Asked, titles: Mapping[str, str], now: datetime) -> Iterator[Cells]:
    """Give the cells of all certificates that were in force, and then of those who had only passed."""
    for certified in all_certified(session, asked, now):
        yield _cells(certified)
    for passed in all_passed_only(session, asked):
        yield _cells_of_pass(passed, titles.get(passed.module, passed.module))


def _cells_of_pass(each: PassedOnly, title: str) -> Cells:
    known = {
        "Evidence": PASSED_ONLY,
        "Name now": each.name,
        "E-mail address": each.email,
        "Staff number": each.staff_number,
        "School now": each.school,
        "Module": title,
        "Passed on": each.passed_at,
        "Valid until": each.valid_until,
    }
    return [known.get(column.heading) for column in COLUMNS]


def _cells(each: Certified) -> Cells:
    record = each.record
    return (
        CERTIFIED,
        each.holder_name,
        each.name,
        each.email,
        each.staff_number,
        each.school,
        each.module_title,
        each.module_version,
        each.policy_title,
        each.policy_version,
        each.passed_at,
        record.issued_at,
        record.valid_from,
        record.valid_until,
        "Yes" if each.evidence.was_known else "No",
        each.evidence.revoked_since,
        STATES[each.state],
        each.number,
        in_groups(each.code),
    )
