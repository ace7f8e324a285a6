"""The forms of due dates: a rule, an exception, and the end of an exception."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from wtforms import StringField
from wtforms.validators import AnyOf, ValidationError

from core.domain.days import months_after
from core.domain.typed_day import WrongDay, typed_day
from core.forms import Form
from managers.due.domain.absences import Absence
from managers.due.domain.due_dates import academic_year
from managers.due.domain.rules import Audience, DueKind, Terms
from managers.due.models import ExceptionReason

MOST_DAYS = 365
# Someone who types a wrong century would otherwise never be reminded of anything.
MOST_MONTHS_AHEAD = 60
# No absence that counts began earlier.
EARLIEST = date(2000, 1, 1)
WITH_DAY = frozenset({DueKind.DATE.value, DueKind.YEAR.value})
BACK, MISTAKE = "back", "mistake"


@dataclass(frozen=True)
class Choices:
    """What a rule or an exception can be for here: modules, schools and job groups; a rule may need a school."""

    modules: Collection[str]
    schools: Collection[int] = ()
    groups: Collection[str] = ()
    needs_school: bool = False


class FormWithDays(Form):
    """A form with dates that are typed in three parts; ``wrong_parts`` are the ids of those that are wrong."""

    def __init__(self, today: date, **given: object) -> None:
        """Ask for days as seen from today."""
        super().__init__(**given)
        self.today = today
        self.days_read: dict[str, date | None] = {}
        self.wrong_parts: set[str] = set()

    def read_day(self, name: str, words: str, field: StringField) -> date | None:
        """Read a date from the parts that begin with a name; ValidationError if it is not a date."""
        parts = [self[f"{name}_{part}"].data or "" for part in ("day", "month", "year")]
        read = typed_day(words, parts[0], parts[1], parts[2], date.min)
        if isinstance(read, WrongDay):
            self._refuse(name, read.parts, read.says)
        elif read and read > months_after(self.today, MOST_MONTHS_AHEAD):
            self._refuse(name, ("year",), f"{words.capitalize()} must be in the next five years")
        self.days_read[name] = read if isinstance(read, date) else None
        return self.days_read[name]

    def refuse_day(self, name: str, words: str) -> None:
        """Say what is wrong with a date as a whole."""
        self._refuse(name, ("day", "month", "year"), words)

    def _refuse(self, name: str, parts: Collection[str], words: str) -> None:
        self.wrong_parts |= {f"{name}_{part}" for part in parts}
        raise ValidationError(words)


class RuleForm(FormWithDays):
    """A rule: which training it is for, who it is for, and when it wants the training done."""

    module = StringField()
    school = StringField()
    group = StringField()
    kind = StringField(validators=[AnyOf([kind.value for kind in DueKind], "Select how the due date is worked out")])
    date_day = StringField()
    date_month = StringField()
    date_year = StringField()
    days = StringField(default="30")

    def __init__(self, today: date, choices: Choices, **given: object) -> None:
        """Offer these choices."""
        super().__init__(today, **given)
        self.choices = choices

    def validate_module(self, field: StringField) -> None:
        """Require a module of the trust, or every module."""
        if field.data and field.data not in self.choices.modules:
            raise ValidationError("Select a module from the list")

    def validate_school(self, field: StringField) -> None:
        """Require a school of the trust, or every school where that may be decided here."""
        if not field.data and self.choices.needs_school:
            raise ValidationError("Select one of your schools")
        if field.data and field.data not in {str(number) for number in self.choices.schools}:
            raise ValidationError("Select a school from the list")

    def validate_group(self, field: StringField) -> None:
        """Require a job group of the trust, or every job group."""
        if field.data and field.data not in self.choices.groups:
            raise ValidationError("Select a job group from the list")

    def validate_date_day(self, field: StringField) -> None:
        """Require a real date for rules that have one, in this academic year or later."""
        if self.kind.data not in WITH_DAY:
            return
        read, year = self.read_day("date", "date", field), academic_year(self.today)
        if not read:
            self.refuse_day("date", "Enter the date by which the training is due")
        elif read < year:
            self.refuse_day("date", f"Date must be 1 September {year.year} or later: in this academic year or after it")

    def validate_days(self, field: StringField) -> None:
        """Require a number of days up to a year."""
        written = (field.data or "").strip()
        if not (written.isdecimal() and len(written) <= len(str(MOST_DAYS)) and int(written) <= MOST_DAYS):
            raise ValidationError(f"Enter a number of days from 0 to {MOST_DAYS}")

    @property
    def audience(self) -> Audience:
        """Return whom the rule is for, once the form has been found right."""
        school = int(self.school.data) if self.school.data else None
        return Audience(self.module.data or None, school, self.group.data or None)

    @property
    def terms(self) -> Terms:
        """Return when the rule wants training done, once the form has been found right."""
        return Terms(DueKind(self.kind.data), int(self.days.data or 0), self.days_read.get("date"))


class ExceptionForm(FormWithDays):
    """An exception: from which training, why, and from when until when."""

    module = StringField()
    reason = StringField(validators=[AnyOf([reason.value for reason in ExceptionReason], "Select a reason")])
    first_day = StringField()
    first_month = StringField()
    first_year = StringField()
    last_day = StringField()
    last_month = StringField()
    last_year = StringField()

    def __init__(self, today: date, modules: Collection[str], **given: object) -> None:
        """Offer an exception from one of these modules, or from all training."""
        super().__init__(today, **given)
        self._modules = modules

    def validate_module(self, field: StringField) -> None:
        """Require training that the person has to take, or all of it."""
        if field.data and field.data not in self._modules:
            raise ValidationError("Select training from the list")

    def validate_first_day(self, field: StringField) -> None:
        """Require a first day, of this century."""
        first = self.read_day("first", "first day", field)
        if not first:
            self.refuse_day("first", "Enter the first day of the absence")
        elif first < EARLIEST:
            self._refuse("first", ("year",), f"First day must be in {EARLIEST.year} or later")

    def validate_last_day(self, field: StringField) -> None:
        """Require a last day that is not before the first, or none."""
        first, last = self.days_read.get("first"), self.read_day("last", "last day", field)
        if first and last and last < first:
            self.refuse_day("last", "Last day must be the first day or later")

    @property
    def absence(self) -> Absence:
        """Return the days of the absence, once the form has been found right."""
        first = self.days_read["first"]
        assert first is not None
        return Absence(first, self.days_read.get("last"))


class EndForm(FormWithDays):
    """The end of an exception: the person is back since a day, or it was entered by mistake."""

    how = StringField(validators=[AnyOf([BACK, MISTAKE], "Select why the exception ends")])
    last_day = StringField()
    last_month = StringField()
    last_year = StringField()

    def __init__(self, today: date, first_day: date, **given: object) -> None:
        """Ask for the last day of an absence that began then."""
        super().__init__(today, **given)
        self._first_day = first_day

    def validate_last_day(self, field: StringField) -> None:
        """Require the last day of the absence if the person is back."""
        if self.how.data != BACK:
            return
        last = self.read_day("last", "last day", field)
        if not last:
            self.refuse_day("last", "Enter the last day of the absence")
        elif last < self._first_day:
            self.refuse_day("last", "Last day must be the first day of the absence or later")

    @property
    def last(self) -> date | None:
        """Return the last day of the absence, or None if it was a mistake."""
        return self.days_read.get("last") if self.how.data == BACK else None
