"""The activities of a course as programs read them."""

from practice.models import Activity, Course, LineItem
from practice.vocabulary import Json


def activities_as_json(course: Course) -> list[Json]:
    """Each activity with what its deep link or its form gave it, and with its columns in the gradebook."""
    return [_activity(activity) for activity in course.activities]


def _activity(activity: Activity) -> Json:
    return {
        "id": activity.id,
        "title": activity.title,
        "text": activity.description,
        "url": activity.url,
        "icon": activity.icon,
        "custom": activity.custom,
        "anonymous": activity.is_anonymous,
        "available": {"startDateTime": activity.available_from, "endDateTime": activity.available_until},
        "submission": {"startDateTime": activity.submit_from, "endDateTime": activity.submit_until},
        "line_items": [_line_item(item) for item in activity.line_items],
    }


def _line_item(item: LineItem) -> Json:
    described: Json = {
        "id": item.id,
        "label": item.label,
        "score_maximum": item.score_maximum,
        "resource_id": item.resource_id,
        "tag": item.tag,
        "coupled": item.is_coupled,
    }
    return described | ({"ends_at": item.end.at} if item.end else {})
