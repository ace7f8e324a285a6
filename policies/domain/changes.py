"""What changed between two versions of a policy, clause by clause, for someone who has read the earlier one."""

from dataclasses import dataclass

from policies.domain.policy import Clause, Policy


@dataclass(frozen=True, slots=True)
class Change:
    """A clause before and after: either its words or its reference have changed."""

    before: Clause
    after: Clause


@dataclass(frozen=True, slots=True)
class Changes:
    """The clauses that a later version adds, rewords, renumbers and leaves out, each in the document's order."""

    added: tuple[Clause, ...] = ()
    reworded: tuple[Change, ...] = ()
    renumbered: tuple[Change, ...] = ()
    removed: tuple[Clause, ...] = ()

    @property
    def count(self) -> int:
        """Return how many clauses have changed."""
        return len(self.added) + len(self.reworded) + len(self.renumbered) + len(self.removed)


def changes_between(before: Policy, after: Policy) -> Changes:
    """Return what a reader of one version finds changed in another; details that readers do not see do not count."""
    earlier, later = ({clause.ref: clause for clause in policy.clauses} for policy in (before, after))
    gone = [clause for clause in before.clauses if clause.ref not in later]
    new = [clause for clause in after.clauses if clause.ref not in earlier]
    renumbered = _renumbered(gone, new)
    moved = {change.before.ref for change in renumbered}, {change.after.ref for change in renumbered}
    both = [Change(earlier[clause.ref], clause) for clause in after.clauses if clause.ref in earlier]
    return Changes(
        added=tuple(clause for clause in new if clause.ref not in moved[1]),
        reworded=tuple(change for change in both if _words_of(change.before) != _words_of(change.after)),
        renumbered=tuple(renumbered),
        removed=tuple(clause for clause in gone if clause.ref not in moved[0]),
    )


def _renumbered(gone: list[Clause], new: list[Clause]) -> list[Change]:
    """Pair clauses that say the same thing under a different reference; each is used once."""
    waiting: dict[tuple[str, str], list[Clause]] = {}
    for clause in gone:
        waiting.setdefault(_words_of(clause), []).append(clause)
    return [Change(waiting[words].pop(0), clause) for clause in new if waiting.get(words := _words_of(clause))]


def _words_of(clause: Clause) -> tuple[str, str]:
    return " ".join(clause.says.split()), clause.covers
