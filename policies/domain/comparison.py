"""What policies say about each act, one topic at a time: a family of acts is a topic to those who read the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.domain.act import Act
from policies.domain.floor import Floor
from policies.domain.policy import SILENCE, Policy, Position

# The acts' keys begin with short words for authors; these are for readers.
TOPICS: Mapping[str, str] = {
    "contact": "Contact with pupils, parents and families",
    "photo": "Photos and tags",
    "profile": "Profiles and naming your employer",
    "privacy": "Privacy settings",
    "speak": "Speaking for yourself",
    "worktime": "Personal use in working time",
    "comment": "Comments on school matters",
    "work": "Sharing what happens at work",
    "topic": "Subjects to be careful with",
    "report": "Reporting a concern",
    "images": "Nude pictures of children",
    "press": "Reporters and the press",
    "reference": "References",
    "business": "Business use of social media",
    "lead": "Managing staff",
    "recruitment": "Recruitment",
    "brand": "Logos and brand",
    "confidentiality": "Confidential information",
    "data": "Other people’s personal details",
    "security": "Accounts and security",
    "likes": "Likes, shares and groups",
    "copyright": "Copyright",
    "conduct": "Conduct towards others",
    "deletion": "Taking posts down",
    "monitoring": "Monitoring",
    "ask": "Asking before you act",
}


@dataclass(frozen=True, slots=True)
class ActComparison:
    """An act, the position of each policy on it, in the order of the policies, and that of national guidance."""

    act: Act
    positions: tuple[Position, ...]
    national: Position = SILENCE


@dataclass(frozen=True, slots=True)
class Family:
    """The acts that begin with the same word, such as ``contact``."""

    name: str
    rows: tuple[ActComparison, ...]

    @property
    def topic(self) -> str:
        """Return what readers call it."""
        return topic_of(self.name)


def compare_acts(
    acts: Iterable[Act], policies: Sequence[Policy], only: str | None = None, floor: Floor | None = None
) -> tuple[Family, ...]:
    """Return each family of acts, or only the one named, with what every policy and the floor make of its acts."""
    rows = [
        ActComparison(
            act,
            tuple(policy.position_on(act.key) for policy in policies),
            floor.position_on(act.key) if floor else SILENCE,
        )
        for act in acts
    ]
    names = dict.fromkeys(family_of(row.act) for row in rows)
    return tuple(
        Family(name, tuple(row for row in rows if family_of(row.act) == name)) for name in names if only in (None, name)
    )


def family_of(act: Act) -> str:
    """Return the family of an act: the first word of its key."""
    return act.key.partition(".")[0]


def families_of(acts: Iterable[Act]) -> tuple[str, ...]:
    """Return the names of all families, in the order of the vocabulary."""
    return tuple(dict.fromkeys(family_of(act) for act in acts))


def topic_of(family: str) -> str:
    """Return what readers call a family of acts."""
    return TOPICS.get(family, family.replace("-", " ").capitalize())
