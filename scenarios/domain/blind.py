"""Ways to choose without knowing any policy: by the words on the page, or by what anyone would think of an act."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from policies.domain.act import Act, Nature
from scenarios.domain.scenario import Choice, Scene

ASKING = re.compile(r"\b(ask|asks|asking|check with|find out|advice|permission)\b", re.IGNORECASE)
CAREFUL = re.compile(
    r"\b(ask|tell|check|report|wait|hold|keep|leave|first|before|until|not|no|nothing|no one|decline|turn down|refuse|"
    r"school|head|manager|lead|policy|rules?|private|written|writing|permission|safe|careful|remove|delete|take "
    r"down)\b",
    re.IGNORECASE,
)

# What a choice looks like to someone who knows the acts that it commits, but no policy.
ActOf = Callable[[str], Act]
Score = Callable[[Choice, ActOf], float]


def asks(choice: Choice, act_of: ActOf) -> float:
    """Score words about asking, and then acts that protect."""
    return 2 * bool(ASKING.search(choice.says)) + _share_of(Nature.PROTECTIVE, choice, act_of)


def careful_words(choice: Choice, act_of: ActOf) -> float:
    """Score words that sound careful."""
    return len(CAREFUL.findall(choice.says))


def cautious_acts(choice: Choice, act_of: ActOf) -> float:
    """Score acts without risk, and most of all those that go further than anyone asks."""
    takes_no_risk = _share_of(Nature.RISKY, choice, act_of) == 0
    return takes_no_risk + _share_of(Nature.NEEDLESS, choice, act_of)


def common_sense(choice: Choice, act_of: ActOf) -> float:
    """Score choices that do nothing but protect."""
    return float(_share_of(Nature.PROTECTIVE, choice, act_of) == 1)


def common_sense_without_asking(choice: Choice, act_of: ActOf) -> float:
    """Score choices that do nothing but protect, and most of all those that ask no one."""
    return common_sense(choice, act_of) - 0.5 * any(act_of(key).asks for key in choice.acts)


def longest(choice: Choice, act_of: ActOf) -> float:
    """Score length."""
    return len(choice.says)


def shortest(choice: Choice, act_of: ActOf) -> float:
    """Score brevity."""
    return -len(choice.says)


WAYS: Mapping[str, Score] = MappingProxyType(
    {
        "always asks": asks,
        "most careful words": careful_words,
        "most cautious acts": cautious_acts,
        "common sense": common_sense,
        "common sense, asks no one": common_sense_without_asking,
        "longest choice": longest,
        "shortest choice": shortest,
    }
)


def picked(scene: Scene, score: Score, act_of: ActOf) -> tuple[Choice, ...]:
    """Return the choices of a scene that score highest; someone who goes by the score takes any of them."""
    scores = [score(choice, act_of) for choice in scene.choices]
    return tuple(choice for choice, own in zip(scene.choices, scores, strict=True) if own == max(scores))


def _share_of(nature: Nature, choice: Choice, act_of: ActOf) -> float:
    return sum(act_of(key).nature is nature for key in choice.acts) / len(choice.acts)
