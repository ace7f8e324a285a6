"""Canvas's rules for a score that the tool posts: what it turns down, what it keeps, and what it sets to nothing."""

from sqlalchemy.orm import Session

from practice.courses.people import PracticePerson
from practice.models import Grade, LineItem
from practice.problems import require, required, required_object
from practice.services.gradebook import iso_moment
from practice.services.scores import Find, PostedScore, grade_of, is_number, whole_seconds
from practice.vocabulary import Json

REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
COUNTED = ("FullyGraded", "PendingManual")
EARLY = 60  # seconds that a submission may lie ahead of Canvas's clock
NO_STUDENT = "User not found in course or is not a student"


def read_score(body: bytes, now: int, find: Find) -> PostedScore:
    """The score in the tool's JSON; a person who is no student is turned down before anything else is looked at."""
    fields = required_object(body, 400, "The request is no JSON object")
    person = _student(fields, find)
    for name in REQUIRED:
        require(fields.get(name), 400, f"param is missing or the value is empty: {name}")
    wrong = f"Provided timestamp of {fields['timestamp']} not a valid timestamp"
    stamped_at = required(whole_seconds(str(fields["timestamp"])), 400, wrong)
    require(isinstance(fields.get("comment"), str | None), 400, "The comment must be text")
    _check_submission(fields, now)
    return PostedScore(person, _share(fields), fields.get("comment"), stamped_at)


def keep_score(session: Session, item: LineItem, posted: PostedScore) -> Grade:
    """Put the score into the gradebook, over any earlier one; an equal time stamp is taken, an older one is 400.

    A comment stays until another one is sent.
    """
    grade = grade_of(session, item, posted.person)
    reason = f"Provided timestamp of {iso_moment(posted.stamped_at)} before last updated timestamp of "
    require(posted.stamped_at >= grade.stamped_at, 400, reason + iso_moment(grade.stamped_at))
    grade.score = posted.score
    grade.comment = posted.comment or grade.comment
    grade.stamped_at = posted.stamped_at
    grade.writes += 1
    return grade


def _student(fields: Json, find: Find) -> PracticePerson:
    person = required(find(str(fields.get("userId"))), 422, NO_STUDENT)
    require(person.is_graded, 422, NO_STUDENT)
    return person


def _check_submission(fields: Json, now: int) -> None:
    submission = fields.get("submission")
    given = submission.get("submittedAt") if isinstance(submission, dict) else None
    if given:
        wrong = f"Provided submitted_at timestamp of {given} not a valid timestamp"
        moment = required(whole_seconds(str(given)), 400, wrong)
        require(moment <= now + EARLY, 400, f"Provided submitted_at timestamp of {given} in the future")


def _share(fields: Json) -> float | None:
    """The share of the maximum, more than the whole where the tool says so; nothing until a grade is given."""
    given, maximum = fields.get("scoreGiven"), fields.get("scoreMaximum")
    if fields["gradingProgress"] not in COUNTED or given is None:
        return None
    require(maximum is not None, 422, "ScoreMaximum not supplied when ScoreGiven present.")
    share = given / maximum if is_number(given) and is_number(maximum) and maximum > 0 else None
    return required(share, 422, "ScoreMaximum must be greater than 0")
