"""The command that says which clauses the training covers: ``flask policies coverage``."""

from collections.abc import Iterator

import click

from core.command_errors import report_mistakes, reports_broken_files
from core.domain.suggestion import none_such
from modules.content.shipped import contents, held_back
from modules.domain.coverage import Coverage, coverage_of
from policies.domain.policy import Clause, Policy
from policies.shipped import acts, policies


@click.command("coverage")
@click.option("--trust", help="Look at one trust's policy only, such as invictus.")
@click.option("--strict", is_flag=True, help="End with an error where a trainable clause is not covered.")
@reports_broken_files
def coverage(trust: str | None, strict: bool) -> None:
    """Say for each policy which of its trainable clauses the shipped modules cover, and which they do not."""
    if trust and trust not in policies():
        raise click.BadParameter(none_such("trust", trust, policies()), param_hint="--trust")
    acts()
    report_mistakes(
        held_back().mistakes, "These files have mistakes. They and the modules that need them are left out:"
    )
    found = [coverage_under(policy) for policy in policies().values() if trust in (None, policy.key)]
    for each in found:
        click.echo("\n".join(lines_of(each)))
    if strict and any(each.uncovered for each in found):
        raise SystemExit(1)


def coverage_under(policy: Policy) -> Coverage:
    """Return what the shipped modules cover of a policy."""
    return coverage_of(policy, [content for content in contents() if content.policy.key == policy.key])


def lines_of(coverage: Coverage) -> Iterator[str]:
    """Give the coverage of a policy line by line."""
    untrainable = len(coverage.policy.clauses) - len(coverage.trainable)
    yield f"{coverage.policy.key}: {coverage.policy.trust}, {coverage.policy.title} (version {coverage.policy.version})"
    yield f"  {len(coverage.trainable)} clauses can be trained, {untrainable} cannot"
    yield f"  {len(coverage.covered)} covered: {_refs(coverage.covered)}"
    yield f"  {len(coverage.uncovered)} not covered: {_refs(coverage.uncovered)}"
    yield from (f"    {clause.ref}  {clause.says}" for clause in coverage.uncovered)
    yield ""


def _refs(clauses: tuple[Clause, ...]) -> str:
    return ", ".join(clause.ref for clause in clauses) or "none"
