"""The command that says how well the training resists guessing: ``flask modules validity``."""

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from core.command_errors import report_mistakes, reports_broken_files
from core.data_files import read
from core.domain.suggestion import none_such
from modules.content.shipped import held_back, shipped_library
from modules.domain.content import Content, TrainingModule
from modules.domain.content import problems_of as problems_of_module
from modules.domain.library import Library
from modules.domain.validity import Chance, chances_in
from scenarios.domain.graph import problems_of as problems_of_scenario
from scenarios.domain.scenario import Scenario

EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)
# What tells a module from a scenario, also if there is a mistake in it.
OF_A_MODULE = re.compile(r"^(scenarios|pass_mark):", re.MULTILINE)
TOO_FEW_CHECKS = "too few rule checks: the policy says too little about what its stories are about, or sets are missing"
DRAFT = TrainingModule("draft", "A draft", "", 80, "", ())


@click.command("validity")
@click.option("--module", help="Show one module only, such as essentials.")
@click.option("--trust", help="Show one trust's policy only, such as invictus.")
@click.option("--draft", type=click.Path(path_type=Path, exists=True), help="Show a scenario or module file instead.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of rows as JSON, for other programs.")
@reports_broken_files
def validity(module: str | None, trust: str | None, draft: Path | None, as_json: bool) -> None:
    """Show the chance of passing for each way of answering, and its share of the marks.

    The chances are exact. Someone who knows the policy should always pass. Someone who does not, however careful or
    clever, should not: docs/validity.md says what the figures mean and what they do not.
    """
    library = shipped_library()
    report_mistakes(
        held_back().mistakes, "These files have mistakes. They and the modules that need them are left out:"
    )
    _check(library, module, trust)
    contents = [each for each in _contents(library, draft, module) if trust in (None, each.policy.key)]
    policies = list(library.policies.values())
    found = [chance for content in contents for chance in chances_in(content, policies)]
    click.echo(json.dumps([_row(chance) for chance in found], indent=2) if as_json else "\n".join(_lines(found)))
    for line in (line for content in contents for line in _warnings(content)):
        click.echo(line, err=True)


def _warnings(content: Content) -> Iterator[str]:
    where = f"{content.module.key}, under the policy of {content.policy.key}"
    if content.claims_too_little:
        yield f"{where}: claims {content.module.minutes} minutes but takes {content.usual.minutes}"
    if content.lacks_checks:
        yield f"{where}: {TOO_FEW_CHECKS}"


def graded_contents(library: Library) -> list[Content]:
    """Return every module that counts under every policy."""
    return [content for content in library.contents() if not content.module.is_practice]


def _contents(library: Library, draft: Path | None, module: str | None) -> list[Content]:
    if draft:
        return _drafted(library, draft)
    return [each for each in graded_contents(library) if module in (None, each.module.key)]


def _drafted(library: Library, path: Path) -> list[Content]:
    """Return the module in a file, or one made of the scenario in it, under every policy; BrokenFile if it is wrong."""
    if OF_A_MODULE.search(path.read_text(encoding="utf-8", errors="replace")):
        module = read(path, TrainingModule)
        return _under_all(library, module.unless(problems_of_module(module.value, library.scenarios)))
    file = read(path, Scenario)
    scenario = file.unless(problems_of_scenario(file.value, frozenset(library.acts)))
    with_it = dataclasses.replace(library, scenarios={**library.scenarios, scenario.key: scenario})
    return _under_all(with_it, dataclasses.replace(DRAFT, scenarios=(scenario.key,)))


def _under_all(library: Library, module: TrainingModule) -> list[Content]:
    return [library.content_of(module, trust) for trust in library.policies]


def _check(library: Library, module: str | None, trust: str | None) -> None:
    if trust and trust not in library.policies:
        raise click.BadParameter(none_such("trust", trust, library.policies), param_hint="--trust")
    graded = [each.key for each in library.modules.values() if not each.is_practice]
    if module and module not in graded:
        raise click.BadParameter(none_such("module", module, graded), param_hint="--module")


def _row(chance: Chance) -> dict[str, object]:
    return {
        "module": chance.module,
        "trust": chance.trust,
        "strategy": chance.strategy,
        "blind": chance.is_blind,
        "passes": round(chance.passes, 6),
        "share": round(chance.share, 4),
    }


def _lines(found: Sequence[Chance]) -> Iterator[str]:
    """Give a table for each module, with a line for each strategy and a column for each trust, and then the sums."""
    trusts = list(dict.fromkeys(chance.trust for chance in found))
    for module in dict.fromkeys(chance.module for chance in found):
        yield f"{module:40}" + "".join(f"{trust:>14}" for trust in trusts)
        yield from _table([chance for chance in found if chance.module == module], trusts)
        yield ""
    yield "Each pair is the chance of passing and the share of the marks, both in per cent."
    yield from _sums(found)


def _table(found: Sequence[Chance], trusts: Iterable[str]) -> Iterator[str]:
    for strategy in dict.fromkeys(chance.strategy for chance in found):
        own = {chance.trust: chance for chance in found if chance.strategy == strategy}
        cells = [
            f"{100 * own[trust].passes:.0f} / {100 * own[trust].share:.0f}" if trust in own else "" for trust in trusts
        ]
        yield f"  {strategy:38}" + "".join(f"{cell:>14}" for cell in cells)


def _sums(found: Sequence[Chance]) -> Iterator[str]:
    yield f"{'All together':40}{'passes':>14}{'of':>8}{'marks':>10}"
    for strategy in dict.fromkeys(_kind_of(chance) for chance in found):
        own = [chance for chance in found if _kind_of(chance) == strategy]
        passes, share = sum(chance.passes for chance in own), sum(chance.share for chance in own) / len(own)
        yield f"  {strategy:38}{passes:>14.2f}{len(own):>8}{share:>10.0%}"


def _kind_of(chance: Chance) -> str:
    return "key of another trust" if chance.strategy.startswith("key of ") else chance.strategy
