"""Acts: what a person can do on social media, named in a vocabulary that all trusts share."""

from dataclasses import dataclass
from enum import Enum


class Nature(Enum):
    """Whether an act guards against harm or invites it, before any policy has spoken."""

    PROTECTIVE = "protective"
    RISKY = "risky"


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
