"""How dates, shares, names and numbers read on pages."""

from datetime import date, datetime, time

from markupsafe import Markup

from core.domain.days import BRITAIN


def on_day(moment: datetime | date) -> str:
    """Return a date such as 20 November 2026."""
    local = moment.astimezone(BRITAIN) if isinstance(moment, datetime) else moment
    return f"{local.day} {local:%B %Y}"


def at_time(moment: datetime) -> str:
    """Return a date and time such as 20 November 2026 at 2.05pm."""
    local = moment.astimezone(BRITAIN)
    return f"{on_day(moment)} at {local.hour % 12 or 12}.{local:%M}{'am' if local.hour < 12 else 'pm'}"


def end_of(day: date) -> datetime:
    """Return the last second of a day in Britain: what is due on a day can be done until it ends."""
    return datetime.combine(day, time(23, 59, 59), BRITAIN)


def per_cent(share: float) -> str:
    """Return a share from 0 to 1 as a whole percentage, never rounded up: 79.9 % does not look like a pass at 80 %."""
    return f"{int(share * 100 + 1e-9)}%"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 decision, 2 decisions."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence: one, two and three."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def outside(words: str | None) -> Markup:
    """Return words from outside, isolated so that they cannot reverse the text around them, or nothing."""
    return Markup("<bdi>{}</bdi>").format(words) if words else Markup()


def isolated(words: str | None) -> str:
    """Return words from outside in Unicode isolates, for titles and attributes, which cannot contain elements."""
    return f"\u2068{words}\u2069" if words else ""


FILTERS = {
    "on_day": on_day,
    "at_time": at_time,
    "per_cent": per_cent,
    "listed": listed,
    "counted": counted,
    "outside": outside,
    "isolated": isolated,
}
