"""What a service says, and how it says no in the mood's manner."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flask import Response
from werkzeug.http import HTTP_STATUS_CODES

from practice.moods import Mood
from practice.problems import ServiceRefusedError


@dataclass(frozen=True)
class Answer:
    """What a service says: a status, a body, and a few words for the log."""

    words: str
    status: int = 200
    reason: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def as_response(self) -> Response:
        """The answer as HTTP; like Moodle it puts its reason into the status line."""
        status = f"{self.status} {self.reason}" if self.reason else self.status
        return Response(self.body, status=status, headers=self.headers)


def in_json(
    words: str, media: str, body: object, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    """An answer with a JSON body of that media type."""
    return Answer(words, status, body=json.dumps(body), headers={"Content-Type": media, **headers})


def refusal(mood: Mood, refused: ServiceRefusedError) -> Answer:
    """The answer to a call that is turned down: Moodle's reason stands in the status line, Canvas's in the body."""
    if mood is Mood.CANVAS:
        kind = HTTP_STATUS_CODES[refused.status].lower().replace(" ", "_")
        errors = {"errors": {"type": kind, "message": refused.reason}}
        return in_json(refused.reason, "application/json; charset=utf-8", errors, refused.status)
    body = json.dumps({"status": refused.status, "reason": refused.reason})
    return Answer(refused.reason, refused.status, refused.reason, body, {"Content-Type": "application/json"})
