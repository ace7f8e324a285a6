"""A scenario: scenes where someone at a school has to decide, and what happens next.

What stands under each field is for authors too: it goes into the published schema, which editors show while they type.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Words that reach the person on a screen: a friend request, a post, a text."""

    sender: str
    """Who sends it, as the screen would show it."""
    says: str
    """The words of the message; they count towards the 90 words of the scene."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that belongs to the story, such as the photo that someone wants to post."""

    file: str
    """The name of a file in static/scenarios/."""
    alternative: str = ""
    """What someone who cannot see the picture needs to know about it in order to decide."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to act in a scene: the acts that it commits, what comes of it, and why that matters."""

    key: str
    """What this choice is called within its scene: lower case, with hyphens. Staff never see it."""
    says: str
    """What the person would do, as they might put it themselves; at most 30 words."""
    acts: tuple[str, ...]
    """The acts of the shared vocabulary that this choice commits, all of them; the rating is worked out from these."""
    consequence: str
    """What happens next in the story, before anybody mentions the policy; at most 60 words."""
    because: str
    """Why it matters, as one colleague would tell another, never as a rule; at most 45 words."""
    leads_to: str
    """The key of the scene that comes next."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment of the story; one without choices is an ending."""

    key: str
    """What this scene is called within its scenario: lower case, with hyphens. Staff never see it."""
    heading: str
    """The heading of its page."""
    says: str
    """What is going on, told to “you”; at most 90 words with the message. A blank line begins a new paragraph."""
    message: Message | None = None
    """Words on a screen, where the scene has some."""
    question: str | None = None
    """What the person is asked; an ending asks nothing."""
    choices: tuple[Choice, ...] = ()
    """Three to five ways to act; an ending has none."""
    picture: Picture | None = None
    """A picture, where the scene has one."""
    urgent: str | None = None
    """Why waiting does harm here, in one sentence, such as “Rosie may be in danger now”; only asking is then unwise."""

    @property
    def is_ending(self) -> bool:
        """Say whether the story stops here."""
        return not self.choices

    def choice(self, key: str) -> Choice:
        """Return the choice with this key; KeyError where the scene has none."""
        for choice in self.choices:
            if choice.key == key:
                return choice
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A directed graph of scenes; the first one listed is where the story starts."""

    key: str
    """What this scenario is called: the name of its file without “.yaml”."""
    title: str
    """Its title, as staff see it."""
    topic: str
    """What it is about, as managers see it."""
    summary: str
    """One sentence that says what happens, without giving anything away."""
    scenes: tuple[Scene, ...]
    """Its scenes; the first one is where the story starts."""

    @property
    def start(self) -> Scene:
        """Return the scene in which the story starts."""
        return self.scenes[0]

    def scene(self, key: str) -> Scene:
        """Return the scene with this key; KeyError where there is none."""
        for scene in self.scenes:
            if scene.key == key:
                return scene
        raise KeyError(key)
