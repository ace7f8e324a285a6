"""What the double serves to tools: tokens, lists of people, line items, scores and results.

It keeps what it is given and answers as an LMS should. What a test wants to be odd is data: ``odd`` says what a service
answers instead, ``members`` and ``results`` say what it lists.
"""

import json
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from requests import PreparedRequest
from responses import RequestsMock

ISSUER = "https://lms.example"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE_ALONE = (AGS + "score",)
ALL_RIGHTS = (AGS + "score", AGS + "lineitem", AGS + "result.readonly")

# Status, headers and body; an exception is raised where the tool calls.
Reply = tuple[int, dict[str, str], str]
Answer = Reply | Exception
# One answer for all calls, one for each address, or one that is worked out; None is the right answer.
Odd = Answer | Mapping[str, Reply] | Callable[[PreparedRequest], Answer | None]
GOOD: Reply = (200, {}, "")
TOKEN: Reply = (200, {}, '{"access_token": "a token", "expires_in": 3600}')


def listed(entries: object, **headers: str) -> Reply:
    """Return the answer that says this in JSON."""
    return 200, headers, json.dumps(entries)


def for_people(others: Answer | None = None, **answers: Answer) -> Callable[[PreparedRequest], Answer | None]:
    """Answer scores by the name of the person whose they are."""

    def answer(request: PreparedRequest) -> Answer | None:
        return answers.get(name_in(json.loads(request.body or "{}")), others)

    return answer


def name_in(score: Mapping[str, Any]) -> str:
    """Return the name of the person whose score it is."""
    return str(score["userId"]).removeprefix("sub-")


class Services:
    """The services of one LMS: token, members, members of activity, items, new item, item, scores and results."""

    def __init__(self, network: RequestsMock, issuer: str = ISSUER) -> None:
        self.token_url, self.members_url, self.items_url = f"{issuer}/token", f"{issuer}/members", f"{issuer}/items"
        self.odd: dict[str, Odd] = {}
        self.members: list[Any] = []
        self.items: dict[str, dict[str, Any]] = {}
        self.shares: dict[str, dict[str, Any]] = defaultdict(dict)
        self.taken: list[tuple[str, float]] = []
        self.results: list[Any] | None = None
        self.more_results: list[Any] = []
        self.seconds = 0.0
        self.asked: Counter[str] = Counter()
        self.requests: list[tuple[str, PreparedRequest]] = []
        self.most_at_once = self._at_once = 0
        self._gone: set[str] = set()
        self._lock = threading.Lock()
        for method, address in (("POST", self.token_url), ("GET", self.members_url), ("GET", self.items_url)):
            network.add_callback(method, re.compile(re.escape(address) + r"([/?].*)?$"), self._serve)
        network.add_callback("POST", re.compile(re.escape(self.items_url) + r"([/?].*)?$"), self._serve)

    # What a test looks at.

    def got(self, service: str) -> PreparedRequest:
        """Return the one request that this service got."""
        (request,) = self.all_got(service)
        return request

    def all_got(self, service: str) -> list[PreparedRequest]:
        """Return the requests that this service got, in their order."""
        return [request for asked, request in self.requests if asked == service]

    @property
    def posted(self) -> list[dict[str, Any]]:
        """The scores that the tool has posted, whatever was answered."""
        return [json.loads(request.body or "{}") for request in self.all_got("scores")]

    @property
    def stamps(self) -> list[str]:
        """The times that the posted scores bear."""
        return [score["timestamp"] for score in self.posted]

    # What happens in the LMS.

    def add_item(self, **values: Any) -> str:
        """Add a line item to the activity and return its address."""
        url = f"{self.items_url}/{len(self.items) + 1}"
        self.items[url] = {"id": url, "label": "Photos", "scoreMaximum": 100, "resourceLinkId": "101"} | values
        return url

    def drop_item(self, url: str) -> None:
        """Delete a line item with all that it holds; its address is never used again."""
        self._gone.add(url)

    # The answers.

    def _serve(self, request: PreparedRequest) -> Answer:
        item, service = self._split(request)
        with self._lock:
            self.asked[service] += 1
            self.requests.append((service, request))
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.seconds)
        with self._lock:
            self._at_once -= 1
        return self._odd(service, request) or self._right(service, item, request)

    def _split(self, request: PreparedRequest) -> tuple[str, str]:
        """Return the line item that a request is about, and the service that it asks."""
        url = str(request.url).partition("?")[0]
        if url == self.members_url:
            return "", "members of activity" if "rlid=" in str(request.url) else "members"
        if url == self.token_url:
            return "", "token"
        if url == self.items_url:
            return "", "new item" if request.method == "POST" else "items"
        item, _, service = url.rpartition("/")
        return (item, service) if service in ("scores", "results") else (url, "item")

    def _odd(self, service: str, request: PreparedRequest) -> Answer | None:
        odd = self.odd.get(service)
        if isinstance(odd, Mapping):
            return odd[str(request.url)]
        return odd(request) if callable(odd) else odd

    def _right(self, service: str, item: str, request: PreparedRequest) -> Reply:
        if item in self._gone:
            return 404, {}, ""
        match service:
            case "token":
                return TOKEN
            case "members" | "members of activity":
                return listed({"id": self.members_url, "members": self.members})
            case "items":
                return listed([self.items[url] for url in self.items if url not in self._gone])
            case "new item":
                return 201, {}, json.dumps(self.items[self.add_item(**json.loads(request.body or "{}"))])
            case "scores":
                return self._take(item, json.loads(request.body or "{}"))
            case "results":
                return listed(self._held(item) if self.results is None else self.results)
            case _:
                return listed(self.items[item])

    def _take(self, item: str, score: dict[str, Any]) -> Reply:
        self.taken.append((item, score["scoreGiven"]))
        self.shares[item][score["userId"]] = score["scoreGiven"] / score["scoreMaximum"]
        return GOOD

    def _held(self, item: str) -> list[dict[str, Any]]:
        shares = self.shares[item].items()
        held = [{"userId": who, "resultScore": share, "resultMaximum": 1} for who, share in shares]
        return [*held, *self.more_results]
