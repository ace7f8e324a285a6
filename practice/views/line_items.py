"""The line item service: the columns of a course's gradebook as the tool lists, makes, changes and deletes them."""

from flask import request

from practice import scopes
from practice.lms import current_lms, current_session
from practice.services.gradebook import line_item as as_read
from practice.services.line_items import change_item, create_item, delete_item, found_items
from practice.views.answer import Answer, in_json
from practice.views.blueprint import practice
from practice.views.lists import page_in_mood
from practice.views.service import current_mood, line_item_of, permitted_course, require_media, service

LIST_MEDIA = "application/vnd.ims.lis.v2.lineitemcontainer+json"
ITEM_MEDIA = "application/vnd.ims.lis.v2.lineitem+json"
FILTERS = ("resource_id", "tag", "resource_link_id")


@practice.get("/courses/<key>/lineitems")
@service
def lineitems(key: str) -> Answer:
    """The course's line items, those alone that fit the filters, a page at a time where the tool sets a limit."""
    require_media(request.headers.get("Accept"), LIST_MEDIA)
    course = permitted_course(key, scopes.LINEITEM_READ, scopes.LINEITEM)
    addresses = current_lms().addresses
    found = found_items(course, *(request.args.get(name) for name in FILTERS))
    page, links = page_in_mood(found, addresses.lineitems(course), FILTERS)
    return in_json(f"{len(page)} line items", LIST_MEDIA, [as_read(addresses, item) for item in page], headers=links)


@practice.post("/courses/<key>/lineitems")
@service
def new_lineitem(key: str) -> Answer:
    """Make a line item."""
    require_media(request.content_type, ITEM_MEDIA)
    course = permitted_course(key, scopes.LINEITEM)
    item = create_item(current_session(), current_mood(), course, request.get_data())
    return in_json(f"Made {item.label}", ITEM_MEDIA, as_read(current_lms().addresses, item), 201)


@practice.get("/courses/<key>/lineitems/<line_item_id>/lineitem")
@service
def lineitem(key: str, line_item_id: str) -> Answer:
    """One line item."""
    require_media(request.headers.get("Accept"), ITEM_MEDIA)
    item = line_item_of(permitted_course(key, scopes.LINEITEM_READ, scopes.LINEITEM), line_item_id)
    return in_json(item.label, ITEM_MEDIA, as_read(current_lms().addresses, item))


@practice.put("/courses/<key>/lineitems/<line_item_id>/lineitem")
@service
def change_lineitem(key: str, line_item_id: str) -> Answer:
    """Change a line item."""
    require_media(request.content_type, ITEM_MEDIA)
    item = line_item_of(permitted_course(key, scopes.LINEITEM), line_item_id)
    change_item(current_mood(), item, request.get_data())
    return in_json(f"Changed {item.label}", ITEM_MEDIA, as_read(current_lms().addresses, item))


@practice.delete("/courses/<key>/lineitems/<line_item_id>/lineitem")
@service
def delete_lineitem(key: str, line_item_id: str) -> Answer:
    """Delete a line item of the tool's own making."""
    item = line_item_of(permitted_course(key, scopes.LINEITEM), line_item_id)
    delete_item(current_session(), current_mood(), item)
    return Answer(f"Deleted {item.label}", 204)
