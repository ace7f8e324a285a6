"""What a desk offers: the pages for people who do more here than learn, in the order in which they are listed.

Who sees an item follows from the route itself (``permit`` on its view), so a new page only needs a line here.
"""

from dataclasses import dataclass

from lti.domain.message import Purpose
from lti.visits.permission import IN_COURSE, current_visit, may_use


@dataclass(frozen=True)
class DeskItem:
    """A page that a desk leads to: its route, its name and what it is for, and the visits that can offer it."""

    endpoint: str
    words: str
    says: str
    purposes: frozenset[Purpose] = IN_COURSE

    @property
    def part(self) -> str:
        """Return the part of the tool that the page belongs to, such as people."""
        return self.endpoint.partition(".")[0]


ITEMS = (
    DeskItem("course.index", "Training in this course", "How many have passed each module"),
    DeskItem("people.index", "People", "Who has finished, who has not, and whose training is due"),
    DeskItem("evidence.index", "Evidence", "Who was certified today, or on a day in the past"),
    DeskItem("trust.index", "Training by school", "How many have passed, by school and module"),
    DeskItem("joins.index", "Same person", "Entries that belong to the same person"),
    DeskItem("comparison.index", "Policies", "What policies say, by topic"),
    DeskItem("insight.index", "Insight", "What staff know about the policy, and which rules they get wrong most"),
    DeskItem("due.index", "Due dates", "The dates by which staff must do their training"),
    DeskItem("reminders.index", "Reminders", "When staff get e-mails about their training, and what these say"),
    DeskItem("reminder_record.index", "Reminders sent", "Who was reminded when, and what happened to each message"),
    DeskItem("schools.index", "Schools", "The schools of the trust, and which course belongs to which"),
    DeskItem(
        "staff_list.index", "Staff list", "Who works where, and who their line manager is, from a list of your own"
    ),
    DeskItem("same_people.index", "Possible duplicates", "People who may be listed twice"),
    DeskItem("grants.index", "Roles", "Who can do what in the trust"),
)


def desk_items() -> list[DeskItem]:
    """Return what the person of this request's visit may open."""
    purpose = current_visit().purpose
    return [item for item in ITEMS if purpose in item.purposes and may_use(item.endpoint)]
