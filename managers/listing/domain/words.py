"""What lists say of how far someone is, on pages and in files."""

from managers.listing.domain.query import Due, ListStatus, Sort

WORDS = {
    ListStatus.NOT_STARTED: "Not started",
    ListStatus.IN_PROGRESS: "In progress",
    ListStatus.NOT_PASSED: "Not passed",
    ListStatus.PASSED: "Passed",
    ListStatus.UNCONFIRMED: "Passed, still to confirm the policy",
    ListStatus.EXPIRING: "Expiring soon",
    ListStatus.EXPIRED: "Expired",
}
# Of all that someone has to take.
WORDS_OF_ALL = {
    ListStatus.NOT_STARTED: "Nothing started",
    ListStatus.IN_PROGRESS: "In progress",
    ListStatus.NOT_PASSED: "Some not passed",
    ListStatus.PASSED: "All passed",
    ListStatus.UNCONFIRMED: "Policy not confirmed",
    ListStatus.EXPIRING: "Some expire soon",
    ListStatus.EXPIRED: "Some expired",
}
DUE_WORDS = {Due.OVERDUE: "Overdue", Due.SOON: "Due in 14 days"}
ATTENTION_WORDS = "Grade needs attention"
SORT_WORDS = {
    Sort.NAME: "name",
    Sort.SCHOOL: "school",
    Sort.STATUS: "status",
    Sort.DUE: "due date",
    Sort.UNTIL: "end of certificate",
}


def words_for(status: ListStatus, all_modules: bool) -> str:
    """Return what a status is called on a list of one module, or of all."""
    return (WORDS_OF_ALL if all_modules else WORDS)[status]
