"""The activities that the tool's answer describes: held against Deep Linking 2.0 (section 3), then made."""

from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from practice.courses.catalogue import new_id
from practice.launch.deep_linking import AnswerRefusedError, refuse_unless
from practice.models import Activity, Course, LineItem
from practice.moments import is_moment
from practice.moods import Mood
from practice.services.scores import is_number
from practice.vocabulary import DEEP_LINKING, Json

KIND = "ltiResourceLink"
UNNAMED = "Fit to Post"


def read_items(claims: Json, tool_url: str) -> list[Json]:
    """The items of the answer, each of which must be a link to the tool, right in all that it says."""
    items = claims.get(f"{DEEP_LINKING}/content_items")
    if not isinstance(items, list):
        raise AnswerRefusedError("content_items must be a list.")
    for item in items:
        _check_item(item, tool_url)
    return items


def make_activities(session: Session, mood: Mood, course: Course, items: list[Json]) -> list[Activity]:
    """An activity for each item, with a column in the gradebook where the item asks for one."""
    return [_make(session, mood, course, item) for item in items]


def _check_item(item: object, tool_url: str) -> None:
    if not isinstance(item, dict):
        raise AnswerRefusedError("Each of the content_items must be an object.")
    refuse_unless(item.get("type") == KIND, f"The type of each of the content_items must be {KIND}.")
    refuse_unless(_leads_to(item.get("url"), tool_url), "The url of each of the content_items must lead to the tool.")
    for name in ("title", "text"):
        refuse_unless(isinstance(item.get(name, ""), str), f"The {name} of an item must be text.")
    custom = item.get("custom", {})
    refuse_unless(
        isinstance(custom, dict) and all(isinstance(value, str) for value in custom.values()),
        "The custom values of an item must be an object with text in it.",
    )
    icon = item.get("icon", {"url": ""})
    refuse_unless(isinstance(icon, dict) and isinstance(icon.get("url"), str), "The icon of an item must have a url.")
    _check_line_item(item.get("lineItem", {"scoreMaximum": 1}))
    for name in ("available", "submission"):
        _check_dates(name, item.get(name, {}))


def _check_line_item(line_item: object) -> None:
    if not isinstance(line_item, dict):
        raise AnswerRefusedError("The lineItem must be an object.")
    maximum = line_item.get("scoreMaximum")
    refuse_unless(is_number(maximum) and maximum > 0, "The lineItem’s scoreMaximum must be a number above zero.")
    for name in ("label", "resourceId", "tag"):
        refuse_unless(isinstance(line_item.get(name, ""), str), f"The lineItem’s {name} must be text.")
    review = line_item.get("submissionReview", {})
    refuse_unless(
        isinstance(review, dict) and isinstance(review.get("url", ""), str),
        "The lineItem’s submissionReview must be an object, and its url text.",
    )


def _check_dates(name: str, dates: object) -> None:
    if not isinstance(dates, dict):
        raise AnswerRefusedError(f"{name} must be an object.")
    moments = [dates[edge] for edge in ("startDateTime", "endDateTime") if edge in dates]
    refuse_unless(all(map(is_moment, moments)), f"The dates of {name} must be in ISO 8601, with a time zone.")


def _leads_to(url: object, tool_url: str) -> bool:
    try:
        return isinstance(url, str) and urlsplit(url)[:2] == urlsplit(tool_url)[:2]
    except ValueError:
        return False


def _make(session: Session, mood: Mood, course: Course, item: Json) -> Activity:
    activity = Activity(
        id=new_id(session),
        place=1 + max((activity.place for activity in course.activities), default=0),
        title=item.get("title") or UNNAMED,
        description=item.get("text", ""),
        custom=item.get("custom", {}),
        url=item["url"],
        icon=item.get("icon", {}).get("url", ""),
        **(_dates(item) if mood is Mood.CANVAS else {}),
    )
    course.activities.append(activity)
    if "lineItem" in item:
        _add_column(session, mood, activity, item["lineItem"])
    session.flush()
    return activity


def _add_column(session: Session, mood: Mood, activity: Activity, described: Json) -> None:
    """The column of the activity; Moodle names it after the activity, whatever label the tool gives it."""
    label = described.get("label") if mood is Mood.CANVAS else None
    item = LineItem(
        id=new_id(session),
        place=1 + max((item.place for item in activity.course.line_items), default=0),
        label=label or activity.title,
        score_maximum=described["scoreMaximum"],
        resource_id=described.get("resourceId", ""),
        tag=described.get("tag", ""),
        is_coupled=True,
        review_url=described.get("submissionReview", {}).get("url", ""),
    )
    activity.line_items.append(item)
    activity.course.line_items.append(item)


def _dates(item: Json) -> dict[str, str | None]:
    available, submission = item.get("available", {}), item.get("submission", {})
    return {
        "available_from": available.get("startDateTime"),
        "available_until": available.get("endDateTime"),
        "submit_from": submission.get("startDateTime"),
        "submit_until": submission.get("endDateTime"),
    }
