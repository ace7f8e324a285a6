"""The tool's own columns in the gradebook: made, found, changed and taken away over the line item service."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from practice.courses.catalogue import activity_in, new_id
from practice.models import Course, Grade, LineItem, LineItemEnd
from practice.moments import is_moment
from practice.moods import Mood
from practice.problems import require, required_object
from practice.services.scores import is_number
from practice.vocabulary import Json

INCOMPLETE = {Mood.MOODLE: 400, Mood.CANVAS: 422}
FOREIGN_LINK = {Mood.MOODLE: 403, Mood.CANVAS: 404}
NO_OBJECT = "The line item is no JSON object"
COUPLED = {Mood.MOODLE: 403, Mood.CANVAS: 401}


def found_items(course: Course, resource_id: str | None, tag: str | None, link_id: str | None) -> list[LineItem]:
    """The course's line items, those alone that fit the filters that are given."""
    return [
        item
        for item in course.line_items
        if resource_id in (None, item.resource_id) and tag in (None, item.tag) and link_id in (None, item.activity_id)
    ]


def create_item(session: Session, mood: Mood, course: Course, body: bytes) -> LineItem:
    """A new column, of its own or beside the activity that the tool names."""
    fields = required_object(body, INCOMPLETE[mood], NO_OBJECT)
    _check(mood, course, fields, ("label", "scoreMaximum"))
    item = LineItem(id=new_id(session), place=1 + max((item.place for item in course.line_items), default=0))
    _write(item, fields)
    _write_end(mood, item, fields)
    item.activity_id = fields.get("resourceLinkId")
    course.line_items.append(item)
    session.flush()
    return item


def change_item(mood: Mood, item: LineItem, body: bytes) -> None:
    """Moodle replaces all of it by what the tool sends, Canvas only what the tool sends; grades keep their share."""
    fields = required_object(body, INCOMPLETE[mood], NO_OBJECT)
    is_whole = mood is Mood.MOODLE
    _check(mood, item.course, fields, ("label", "scoreMaximum") if is_whole else ())
    _write(item, fields if is_whole else _as_sent(item) | fields)
    _write_end(mood, item, fields)
    if not item.is_coupled and (is_whole or "resourceLinkId" in fields):
        item.activity_id = fields.get("resourceLinkId")


def delete_item(session: Session, mood: Mood, item: LineItem) -> None:
    """Take the column away with its grades, unless it belongs to an activity and goes with that alone."""
    require(not item.is_coupled, COUPLED[mood], "The line item belongs to an activity")
    session.execute(delete(Grade).where(Grade.line_item_id == item.id))
    session.delete(item)


def _check(mood: Mood, course: Course, fields: Json, required: tuple[str, ...]) -> None:
    """Refuse what is incomplete, what is no text or no number, and a link to an activity of another course."""
    require(all(fields.get(name) for name in required), INCOMPLETE[mood], "No label or Score Maximum")
    maximum = fields.get("scoreMaximum", 1)
    require(is_number(maximum) and maximum > 0, INCOMPLETE[mood], "The scoreMaximum must be a number above zero")
    texts = [fields.get(name, "") for name in ("label", "resourceId", "tag", "resourceLinkId")]
    require(all(isinstance(text, str) for text in texts), INCOMPLETE[mood], "Label, ids and tag must be text")
    end = fields.get("endDateTime")
    require(not end or is_moment(end), INCOMPLETE[mood], "The endDateTime must be in ISO 8601, with a time zone")
    link = fields.get("resourceLinkId")
    require(link is None or activity_in(course, link), FOREIGN_LINK[mood], "The resourceLinkId is not of this course")


def _write(item: LineItem, fields: Json) -> None:
    item.label, item.score_maximum = fields["label"], fields["scoreMaximum"]
    item.resource_id, item.tag = fields.get("resourceId", ""), fields.get("tag", "")


def _write_end(mood: Mood, item: LineItem, fields: Json) -> None:
    """Canvas keeps the date that the tool sends as the date on which the column is due; Moodle passes over it."""
    if mood is Mood.CANVAS and "endDateTime" in fields:
        item.end = LineItemEnd(at=fields["endDateTime"]) if fields["endDateTime"] else None


def _as_sent(item: LineItem) -> Json:
    return {
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
