"""A scenario: scenes in which somebody at a school has to decide, and what comes of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Words that reach the person on a screen: a friend request, a post, a text."""

    sender: str
    says: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to act in a scene: the acts that it commits, what comes of it, and why that matters."""

    key: str
    says: str
    acts: tuple[str, ...]
    consequence: str
    because: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A moment of the story; one without choices is an ending."""

    key: str
    heading: str
    says: str
    message: Message | None = None
    question: str | None = None
    choices: tuple[Choice, ...] = ()

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
    title: str
    topic: str
    summary: str
    scenes: tuple[Scene, ...]

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
