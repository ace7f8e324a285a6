"""How modules are offered to trainers: their order, and which of them make a good start."""

from collections.abc import Collection
from dataclasses import dataclass

from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from modules.domain.content import TrainingModule


@dataclass(frozen=True)
class Offering:
    """The order of modules in the dialog, and the starter set that a trainer can add in one go."""

    order: tuple[str, ...] = ()
    """Keys of modules, the most important first. Others follow, and practice always comes last."""
    starter: tuple[str, ...] = ()
    """Keys of the modules that most courses should begin with."""

    def place_of(self, module: TrainingModule) -> tuple[bool, int, bool, str]:
        """Return the key to sort modules by: their place here, then refreshers after what they renew, then titles."""
        place = self.order.index(module.key) if module.key in self.order else len(self.order)
        return module.is_practice, place, bool(module.renews), module.title.casefold()


def problems_of(offering: Offering, modules: Collection[str]) -> list[Problem]:
    """List what is wrong with an offering: modules that do not exist, or that are listed twice."""
    return [
        problem
        for field, keys in (("order", offering.order), ("starter", offering.starter))
        for problem in _problems_in(field, keys, modules)
    ]


def _problems_in(field: str, keys: tuple[str, ...], modules: Collection[str]) -> list[Problem]:
    unknown = [
        Problem((field, number), f"{key} is not a module{suggestion(key, modules)}")
        for number, key in enumerate(keys)
        if key not in modules
    ]
    return unknown + [Problem((field, number), f"{keys[number]} is listed twice") for number in repeated(keys)]
