"""People at work: they launch, start the module, answer, and see their result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

from bench.browser import Answer, Browser, Send
from bench.lms import Lms
from modules.domain.content import Content
from scenarios.domain.graph import decisions_ahead
from scenarios.domain.scenario import Choice, Scenario, Scene
from tests.support.knowing import right_bins

MODULE = "essentials"
_numbers = count(1)


@dataclass(frozen=True)
class Question:
    """What is sent for a decision or a rule check, and to where in the attempt."""

    to: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Activity:
    """Where a person opens the tool from, and in which role of the course."""

    link: str = "activity"
    module: str = MODULE
    role: str = "Learner"


@dataclass(frozen=True)
class Person:
    """Somebody new with a browser."""

    subject: str
    browser: Browser
    lms: Lms
    tool_url: str

    def launch(self, activity: Activity) -> Answer:
        """Open an activity; the page on which they arrive."""
        target = f"{self.tool_url}/lti/launch"
        begun = self.browser.post("/lti/login", self.lms.login(self.subject, target))
        told = (self.subject, target, activity.role, activity.link, activity.module)
        landed = self.browser.post("/lti/launch", self.lms.message(begun.location, *told))
        door = self.browser.get(landed.location)
        return self.browser.get(door.location) if door.location else door


@dataclass(frozen=True)
class Player:
    """A person with an attempt under way."""

    browser: Browser
    attempt: str
    form_secret: str

    def answer(self, question: Question) -> Answer:
        """Give an answer; the page with what comes of it."""
        sent = self.browser.post(f"{self.attempt}/{question.to}", {**question.fields, "csrf_token": self.form_secret})
        return self.browser.get(sent.location)

    def next_after(self, explained: Answer) -> Answer:
        """Look at the question that is next, as the page of an answer leads to it."""
        return self.browser.get(explained.onward)

    def result(self) -> Answer:
        """Look at the result."""
        return self.browser.get(f"{self.attempt}/result")


def somebody(send: Send, lms: Lms, tool_url: str) -> Person:
    """Return a person who was never here before."""
    return Person(f"p{next(_numbers)}", Browser(send), lms, tool_url)


def start(person: Person, first_page: Answer) -> tuple[Player, Answer]:
    """Start an attempt; the player, and the page of the first scene."""
    started = person.browser.post("/attempts", {"csrf_token": first_page.form_secret})
    scene = person.browser.get(started.location)
    return Player(person.browser, started.location, scene.form_secret), scene


def longest_route(content: Content) -> list[Question]:
    """Return the answers of a longest way through a module, with the rule checks of someone's first attempt."""
    return [question for scenario in content.scenarios for question in _story(content, scenario)]


def _story(content: Content, scenario: Scenario) -> Iterator[Question]:
    yield from _longest(scenario)
    for check in content.checks_after(scenario, 0):
        yield Question("check", {"check": check.key, **right_bins(content, check)})


def _longest(scenario: Scenario) -> Iterator[Question]:
    ahead, scene = decisions_ahead(scenario), scenario.start
    while scene.choices:
        choice = _longest_choice(scene, ahead)
        yield Question("answers", {"scenario": scenario.key, "scene": scene.key, "choice": choice.key})
        scene = scenario.scene(choice.leads_to)


def _longest_choice(scene: Scene, ahead: Mapping[str, int]) -> Choice:
    return max(scene.choices, key=lambda choice: ahead[choice.leads_to])


def under_another_key(content: Content, key: str) -> Content:
    """Return the same content as a module of its own."""
    return replace(content, module=replace(content.module, key=key))
