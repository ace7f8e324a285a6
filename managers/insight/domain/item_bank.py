"""The item bank of a version: every question that it asks, what each answer is worth, and which clauses it is about."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from managers.insight.domain.item import InsightItem, ItemKind, ItemOption, item_id
from modules.domain.check_step import asked_in, marks_of
from modules.domain.content import Content
from policies.domain.fact import SILENT
from policies.domain.policy import Stance
from scenarios.domain.rating import FULL_MARKS, Rating, Ruling
from scenarios.domain.rule_check import ACT_MARKS, FACT_MARKS, Bin, RuleCheck, bin_of
from scenarios.domain.scenario import Choice, Scenario, Scene

# What a choice must not do. What it leaves out, although a clause requires it, is worked out beside this.
AGAINST = frozenset({Stance.ADVISED_AGAINST, Stance.PROHIBITED, Stance.PROHIBITED_CRITICAL})
NOT_MENTIONED = "What your policy does not mention"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One page that asks: a decision, or a rule check with an item for each act or for its fact.

    ``timed`` are the items whose time is that of this page.
    """

    story: str
    parts: Mapping[str, InsightItem]
    timed: tuple[str, ...]


class ItemBank:
    """All items of a version of a module."""

    def __init__(self, content: Content) -> None:
        """Work the items out of what the version is made of."""
        self._content = content
        self.clauses: dict[str, InsightItem] = {}
        self.stories = {scenario.key: self._story(scenario) for scenario in content.scenarios}
        self.checks: dict[str, InsightItem] = {}
        self.decisions = {
            (scenario.key, scene.key): self._decision(scenario, scene)
            for scenario in content.scenarios
            for scene in scenario.scenes
            if not scene.is_ending
        }
        self.draws = [{check.key: self._check(check) for check in draw} for draw in content.draws]

    def check_asked(self, draw: int, key: str) -> AskedQuestion:
        """Return a rule check of a draw; KeyError where it has none of that key."""
        return self.draws[draw % len(self.draws)][key]

    @cached_property
    def items(self) -> dict[str, InsightItem]:
        """Return all items by their id: story by story, first its decisions and then its rule checks, then clauses."""
        asked = [*self.decisions.values(), *(check for draw in self.draws for check in draw.values())]
        found: dict[str, InsightItem] = {}
        for key, story in self.stories.items():
            own = [question for question in asked if question.story == key]
            found |= {each.id: each for each in (story, *self._in_order(own))}
        return found | self.clauses

    @cached_property
    def asked_first(self) -> frozenset[str]:
        """Return the ids of all items that a first attempt can reach: it has the first draw."""
        asked = [*self.decisions.values(), *(self.draws[0].values() if self.draws else ())]
        return frozenset(item.id for item in self._in_order(asked))

    def _in_order(self, asked: Iterable[AskedQuestion]) -> Iterator[InsightItem]:
        """Give the items of questions, each rule check before its acts."""
        for question in asked:
            yield from (self.checks[name] for name in question.timed if name in self.checks)
            yield from question.parts.values()

    def _story(self, scenario: Scenario) -> InsightItem:
        content = self._content
        told = [[*_words_of(scene), *_worths(content, scenario, scene)] for scene in scenario.scenes]
        asked = [[*_worths_in(content, check)] for check in content.checks_after(scenario, 0)]
        name = item_id(ItemKind.STORY, (scenario.key,), told, asked)
        return InsightItem(name, ItemKind.STORY, (scenario.key,), scenario.title, scenario.key)

    def _decision(self, scenario: Scenario, scene: Scene) -> AskedQuestion:
        content = self._content
        rulings = content.rulings_on(scenario, scene)
        options = {
            choice.key: self._choice(rulings, choice, content.weight_of(scenario, scene, choice))
            for choice in scene.choices
        }
        place = (scenario.key, scene.key)
        name = item_id(ItemKind.DECISION, place, *_words_of(scene), *_worths(content, scenario, scene))
        story = self.stories[scenario.key].id
        item = _item(name, ItemKind.DECISION, place, scene.heading, scenario.key, options, (story,))
        return AskedQuestion(scenario.key, {scene.key: item}, (name, story))

    def _choice(self, rulings: Mapping[str, Ruling], choice: Choice, weight: int) -> ItemOption:
        ruling = rulings[choice.key]
        return ItemOption(
            key=choice.key,
            says=choice.says,
            marks=ruling.marks * weight,
            out_of=FULL_MARKS * weight,
            is_right=ruling.rating is Rating.BEST,
            rating=ruling.rating,
            is_serious=ruling.rating is Rating.SERIOUS_BREACH,
            wrong_on=frozenset(map(self._clause, missed_by(ruling, rulings.values()))),
        )

    def _check(self, check: RuleCheck) -> AskedQuestion:
        story = self.stories[check.after].id
        if check.fact:
            item = self._fact(check, check.fact, story)
            return AskedQuestion(check.after, {check.fact: item}, (item.id, story))
        name = item_id(ItemKind.RULE_CHECK, (check.key,), *_worths_in(self._content, check))
        self.checks[name] = InsightItem(name, ItemKind.RULE_CHECK, (check.key,), check.question, check.after)
        parts = {act: self._act(check, act, (story, name)) for act in check.acts}
        return AskedQuestion(check.after, parts, (name, story))

    def _act(self, check: RuleCheck, key: str, within: tuple[str, ...]) -> InsightItem:
        content = self._content
        act, position = content.act(key), content.policy.position_on(key)
        clauses = self._clauses(position.clauses)
        options = {
            each.value: ItemOption(
                key=each.value,
                says=each.value,
                marks=marks_of(content, check, key, each.value),
                out_of=ACT_MARKS,
                is_right=each is bin_of(position),
                is_serious=each is Bin.ALLOWS and position.stance is Stance.PROHIBITED_CRITICAL,
                wrong_on=clauses if each is not bin_of(position) else frozenset(),
            )
            for each in Bin
        }
        place = (check.key, key)
        name = item_id(ItemKind.ACT, place, check.question, act.says, position.stance.value, act.nature.value)
        return _item(name, ItemKind.ACT, place, act.says, check.after, options, within)

    def _fact(self, check: RuleCheck, key: str, story: str) -> InsightItem:
        content = self._content
        fact, own = content.fact(key), content.policy.facts[key]
        clauses = self._clauses(own.clauses)
        options = {
            answer: ItemOption(
                key=answer,
                says=fact.words_of(answer),
                marks=marks_of(content, check, key, answer),
                out_of=FACT_MARKS,
                is_right=answer == own.answer,
                wrong_on=clauses if answer != own.answer else frozenset(),
            )
            for answer in (*(each.key for each in fact.answers), SILENT)
        }
        words = [[option.key, option.says] for option in options.values()]
        name = item_id(ItemKind.FACT, (check.key, *asked_in(check)), fact.question, words, own.answer)
        return _item(name, ItemKind.FACT, (check.key, key), fact.question, check.after, options, (story,))

    def _clauses(self, refs: Iterable[str]) -> frozenset[str]:
        """Return the items of clauses, or that of what the policy does not mention if there are none."""
        return frozenset(map(self._clause, refs)) or frozenset({self._clause(None)})

    def _clause(self, ref: str | None) -> str:
        says = NOT_MENTIONED if ref is None else self._content.policy.clause(ref).says
        place = () if ref is None else (ref,)
        name = item_id(ItemKind.CLAUSE, place, says)
        return self.clauses.setdefault(name, InsightItem(name, ItemKind.CLAUSE, place, says)).id


def missed_by(ruling: Ruling, others: Iterable[Ruling]) -> frozenset[str]:
    """Return the clauses that a choice misses: those it acts against, and those requiring what it leaves undone.

    What a scene calls for is what its best choices do.
    """
    against = {
        ref for finding in ruling.findings if finding.position.stance in AGAINST for ref in finding.position.clauses
    }
    if ruling.rating is Rating.BEST:
        return frozenset(against)
    called_for = {ref for other in others if other.rating is Rating.BEST for ref in _required_by(other)}
    return frozenset(against | called_for - _required_by(ruling))


def _required_by(ruling: Ruling) -> set[str]:
    return {
        ref
        for finding in ruling.findings
        if finding.position.stance is Stance.REQUIRED
        for ref in finding.position.clauses
    }


def _item(
    name: str,
    kind: ItemKind,
    place: tuple[str, ...],
    says: str,
    story: str,
    options: Mapping[str, ItemOption],
    within: tuple[str, ...],
) -> InsightItem:
    """Return an item that is answered: it is about the clauses that some answer to it misses."""
    about = tuple(sorted(frozenset[str]().union(*(option.wrong_on for option in options.values()))))
    return InsightItem(name, kind, place, says, story, options, (*within, *about), about)


def _words_of(scene: Scene) -> Iterator[str]:
    """Give all that someone reads before they decide."""
    said = scene.message.says if scene.message else ""
    yield from (scene.heading, scene.says, said, scene.question or "", scene.urgent or "")
    yield from (choice.says for choice in scene.choices)


def _worths(content: Content, scenario: Scenario, scene: Scene) -> Iterator[list[str | int]]:
    """Give what each choice of a scene is worth."""
    for key, ruling in content.rulings_on(scenario, scene).items():
        yield [key, ruling.rating.value, ruling.marks]


def _worths_in(content: Content, check: RuleCheck) -> Iterator[str | list[str]]:
    """Give what a rule check asks, and what is right: the stance on each of its acts, or the answer to its fact."""
    yield check.question
    if check.fact:
        yield [check.fact, content.policy.facts[check.fact].answer]
    for key in check.acts:
        yield [key, content.act(key).says, content.policy.position_on(key).stance.value]
