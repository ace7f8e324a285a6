"""The training modules that come with the product, read from their files.

Only commands read them: pages ask the database.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.data_files import BrokenFile, misnamed, read_quickly
from core.domain.problem import Problem
from core.domain.suggestion import suggestion
from core.shelf import Shelf, shelf_of
from modules.domain.content import Content, TrainingModule, problems_of
from modules.domain.library import Library
from modules.domain.offering import Offering
from modules.domain.offering import problems_of as problems_of_offering
from policies import shipped as shipped_policies
from policies.shipped import acts_if_right, facts_if_right, floor_if_right, policies, policy_shelf
from scenarios.shipped import contrast_set_shelf, contrast_sets, scenario_shelf, scenarios

DATA = Path(__file__).parent / "data"


def modules() -> Mapping[str, TrainingModule]:
    """Return the modules by key, without those whose files have a mistake."""
    return module_shelf().found


@cache
def module_shelf() -> Shelf[TrainingModule]:
    """Return the modules, and what is wrong in files that cannot be used."""
    return shelf_of(DATA.glob("*.yaml"), module_from)


def module_from(path: Path) -> TrainingModule:
    """Read one module file and check it against the library of scenarios; raises BrokenFile if it is wrong.

    A mistake in a scenario is reported there, and not again in each module that uses it.
    """
    file = read_quickly(path, TrainingModule)
    problems = [*problems_of(file.value, scenarios()), *_renews_nothing(file.value)]
    own = [problem for problem in problems if not _is_about_a_broken_scenario(file.value, problem)]
    return file.unless([*misnamed(path, file.value.key), *own])


def _renews_nothing(module: TrainingModule) -> list[Problem]:
    names = {path.stem for path in DATA.glob("*.yaml")}
    return [
        Problem(("renews", number), f"{key} is not a module{suggestion(key, names)}")
        for number, key in enumerate(module.renews)
        if key not in names
    ]


def _is_about_a_broken_scenario(module: TrainingModule, problem: Problem) -> bool:
    match problem.place:
        case ("scenarios", int(number)):
            return module.scenarios[number] in scenario_shelf().broken
        case ("critical", int(number)):
            return module.critical[number].partition("/")[0] in scenario_shelf().broken
    return False


@cache
def offering() -> Offering:
    """Return how modules are offered to trainers; raises BrokenFile if the file is wrong."""
    file = read_quickly(DATA.with_name("offering.yaml"), Offering)
    return file.unless(problems_of_offering(file.value, {path.stem for path in DATA.glob("*.yaml")}))


def offering_if_right() -> Offering | None:
    """Return how modules are offered to trainers, or None if the file is wrong."""
    try:
        return offering()
    except BrokenFile:
        return None


def _mistakes_in_offering() -> list[str]:
    try:
        offering()
    except BrokenFile as error:
        return str(error).splitlines()
    return []


def contents() -> list[Content]:
    """Return every module under every trust's policy, if all the files that it needs are right."""
    return shipped_library().contents()


def shipped_library() -> Library:
    """Return all that the product ships, without what is in files that have a mistake."""
    floor = floor_if_right()
    floors = dict.fromkeys(policies(), floor) if floor else {}
    return Library(acts_if_right(), policies(), scenarios(), modules(), contrast_sets(), facts_if_right(), floors)


@dataclass(frozen=True)
class HeldBack:
    """What mistakes in the files hold back: modules under every policy, and every module of a trust."""

    mistakes: tuple[str, ...]
    modules: tuple[str, ...]
    trusts: tuple[str, ...]


def held_back() -> HeldBack:
    """Say what is wrong in the library's files, with a line for each mistake and what it holds back."""
    mistakes = [
        *shipped_policies.mistakes(),
        *scenario_shelf().mistakes,
        *contrast_set_shelf().mistakes,
        *module_shelf().mistakes,
        *_mistakes_in_offering(),
    ]
    return HeldBack(
        # A mistake in the vocabulary of acts is found again in each file that needs it.
        tuple(dict.fromkeys(mistakes)),
        tuple(sorted(_modules_held_back())),
        tuple(sorted(policy_shelf().broken)),
    )


def _modules_held_back() -> Set[str]:
    """Return the modules that cannot be played, or would say too little: without the floor, or with too few checks."""
    library, names = shipped_library(), module_shelf().names
    if not floor_if_right():
        return names
    fewer = library.contents() if contrast_set_shelf().broken else []
    guessable = {content.module.key for content in fewer if content.lacks_checks}
    return names - {module.key for module in library.playable()} | guessable


def lines_on(held: HeldBack) -> Iterator[str]:
    """Give what is wrong in the library's files, and what is held back by it."""
    if not held.mistakes:
        return
    yield "Mistakes in files. The modules that need these files keep their last published version:"
    yield from (f"  {line}" for line in held.mistakes)
    if held.modules:
        yield f"Held back for every trust: {', '.join(held.modules)}"
    if held.trusts:
        yield f"Held back with every module: {', '.join(held.trusts)}"
