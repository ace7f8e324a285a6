"""How far someone has come in a module, in words for pages."""

import core.filters
from core.filters import counted
from modules.domain.progress import HowFar


def questions(far: HowFar) -> str:
    """Return how many questions there are in total: a number, or about how many if the story branches."""
    return str(far.about) if far.is_certain else f"about {far.about}"


def time_left(far: HowFar) -> str:
    """Return about how much time is left, such as: about 8 minutes left."""
    return f"about {counted(far.minutes_left, 'minute')} left"


def time_needed(minutes: tuple[int, int]) -> str:
    """Return how much time a module needs, such as: 15 to 20 minutes."""
    least, most = minutes
    return counted(most, "minute") if least == most else f"{least} to {counted(most, 'minute')}"


FILTERS = {**core.filters.FILTERS, "questions": questions, "time_left": time_left, "time_needed": time_needed}
