"""What one attempt says of each item: its share of the marks there, and its share of the marks of all else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from managers.insight.domain.item import WHOLE, Knowledge
from managers.insight.domain.item_bank import AskedQuestion
from managers.insight.domain.tally import ItemResponse


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answered question: what was given for each of its parts, by key, and how many seconds it took."""

    question: AskedQuestion
    given: Mapping[str, str]
    seconds: float


@dataclass(slots=True)
class EarnedMarks:
    """The marks of an attempt in one item, what was chosen there, and the seconds, if they are known of it."""

    marks: int = 0
    out_of: int = 0
    chosen: list[str] = field(default_factory=list)
    seconds: float | None = None

    def add(self, marks: int, out_of: int) -> None:
        """Add the marks of a part."""
        self.marks += marks
        self.out_of += out_of


def responses_to(answers: Iterable[GivenAnswer]) -> list[ItemResponse]:
    """Return what the answers of an attempt say of each item that it reached; KeyError if an answer is not one.

    The rest of an attempt is a share too: two routes leave different marks for the rest, and so do two versions.
    """
    earned: dict[str, EarnedMarks] = {}
    whole = EarnedMarks()
    for answer in answers:
        for key, chosen in answer.given.items():
            _add_part(earned, whole, answer.question, key, chosen)
        for item in answer.question.timed:
            own = earned[item]
            own.seconds = answer.seconds + (own.seconds or 0)
    return [_response(item, own, whole) for item, own in earned.items()]


def _add_part(
    earned: dict[str, EarnedMarks], whole: EarnedMarks, question: AskedQuestion, key: str, chosen: str
) -> None:
    item = question.parts[key]
    option = item.options[chosen]
    for name in (item.id, *item.within):
        earned.setdefault(name, EarnedMarks()).add(option.marks, option.out_of)
    whole.add(option.marks, option.out_of)
    earned[item.id].chosen.append(option.key)
    for clause in item.about:
        knowledge = Knowledge.WRONG if clause in option.wrong_on else Knowledge.RIGHT
        earned[clause].chosen.append(knowledge.value)


def _response(item: str, own: EarnedMarks, whole: EarnedMarks) -> ItemResponse:
    rest = _share(whole.marks - own.marks, whole.out_of - own.out_of)
    return ItemResponse(item, _share(own.marks, own.out_of), rest, tuple(own.chosen), own.seconds)


def _share(marks: int, out_of: int) -> int:
    return round(marks * WHOLE / out_of) if out_of else 0
