"""Someone who knows the policy: the right answer wherever an attempt has come to."""

from collections.abc import Iterable

from modules.domain.check_step import CheckAnswer, asked_in
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, Progress, progress_from
from scenarios.domain.rating import Rating
from scenarios.domain.rule_check import RuleCheck, bin_of


def right_answer(content: Content, place: DecisionPoint | CheckPoint) -> Answer | CheckAnswer:
    """Return a best choice, or where each act and fact belongs."""
    if isinstance(place, CheckPoint):
        return CheckAnswer(place.check.key, right_bins(content, place.check))
    return Answer(place.scenario.key, place.scene.key, best_choice(content, place))


def right_bins(content: Content, check: RuleCheck) -> dict[str, str]:
    """Return where each act of a rule check belongs, or the answer to its fact, by key."""
    return known(content, asked_in(check))


def known(content: Content, asked: Iterable[str]) -> dict[str, str]:
    """Return where acts belong, and the answers to facts, by key: a policy has each key either as an act or a fact."""
    policy = content.policy
    return {
        key: policy.facts[key].answer if key in policy.facts else bin_of(policy.position_on(key)).value for key in asked
    }


def best_choice(content: Content, place: DecisionPoint) -> str:
    """Return the first choice of a scene that is best."""
    rulings = content.rulings_on(place.scenario, place.scene)
    return next(key for key, ruling in rulings.items() if ruling.rating is Rating.BEST)


def played_by_heart(content: Content, draw: int = 0) -> Progress:
    """Return the progress of someone who has answered a whole module rightly."""
    answers: list[Answer | CheckAnswer] = []
    while place := progress_from(content, answers, draw).place:
        answers.append(right_answer(content, place))
    return progress_from(content, answers, draw)
