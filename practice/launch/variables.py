"""The variables that may stand in a custom value: an LMS puts in what it knows, and sends the others as they are."""

from practice.launch.launches import Launch
from practice.models import Activity
from practice.moods import Mood


def filled_in(mood: Mood, launch: Launch) -> dict[str, str]:
    """The custom values of the tool and of the activity, with the variables that this LMS knows filled in."""
    typed = launch.course.tool.custom | (launch.activity.custom if launch.activity else {})
    known = {name: value for name, value in _known(mood, launch).items() if value is not None}
    return {key: known.get(value, value) for key, value in typed.items()}


def _known(mood: Mood, launch: Launch) -> dict[str, str | None]:
    known: dict[str, str | None] = {
        "$Context.id": launch.course.context_id,
        "$Context.title": launch.course.title,
        "$Context.id.history": launch.course.history,
    }
    if launch.activity:
        known |= {"$ResourceLink.id": launch.activity.id, "$ResourceLink.title": launch.activity.title}
    if not launch.is_anonymous:
        known |= _of_person(launch)
    if mood is Mood.CANVAS:
        known["$Canvas.user.sisSourceId"] = known.get("$Person.sourcedId")
        known |= _of_dates(launch.activity) if launch.activity else {}
    return known


def _of_person(launch: Launch) -> dict[str, str | None]:
    person, client = launch.person, launch.course.tool
    return {
        "$User.id": person.id,
        "$Person.sourcedId": person.staff_number or None,
        "$Person.name.full": person.name if person.shares_identity and client.shares_name else None,
        "$Person.email.primary": person.email if person.shares_identity and client.shares_email else None,
    }


def _of_dates(activity: Activity) -> dict[str, str | None]:
    return {
        "$Canvas.assignment.dueAt.iso8601": activity.submit_until,
        "$ResourceLink.available.startDateTime": activity.available_from,
        "$ResourceLink.available.endDateTime": activity.available_until,
        "$ResourceLink.submission.startDateTime": activity.submit_from,
        "$ResourceLink.submission.endDateTime": activity.submit_until,
    }
