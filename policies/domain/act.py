"""Acts: what a person can do on social media, named in a vocabulary that all trusts share."""

from dataclasses import dataclass
from enum import Enum


class Nature(Enum):
    """What an act does before any policy has spoken: it guards against harm, invites it, or does more than is asked.

    A needless act looks careful and has a cost: to the person, to others or to the work of the school.
    """

    PROTECTIVE = "protective"
    RISKY = "risky"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person can do; ``asks`` marks those that seek guidance before acting."""

    key: str
    nature: Nature
    says: str
    asks: bool = False

    @property
    def protective(self) -> bool:
        """Say whether the act guards against harm."""
        return self.nature is Nature.PROTECTIVE

    @property
    def asks_in_general(self) -> bool:
        """Say whether the act asks without being about anything in particular, as those of the family ask do."""
        return self.asks and self.key.startswith("ask.")
