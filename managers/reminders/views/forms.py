"""The forms of reminders: when people are reminded, who messages come from, holidays, and words."""

import re
from datetime import date, timedelta

from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, ValidationError

from core.domain.names import legible
from core.domain.typed_day import WrongDay, typed_day
from core.forms import Form
from core.mail.domain.message import folded_address, is_sender_name
from managers.reminders.domain.quiet import Holiday
from managers.reminders.domain.words import ReminderKind, Words, problem_with
from managers.reminders.models import ReminderSettings
from managers.reminders.settings import Chosen

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
NEVER = "never"
MOST_DAYS, FURTHEST = 5, 90
LONGEST_HOLIDAY = timedelta(days=100)


def _days(written: str) -> list[int]:
    """Read numbers of days, such as 14, 3; ValidationError if they are not some numbers."""
    parts = [each for each in re.split(r"[\s,;]+|\band\b", written.strip()) if each]
    if len(parts) > MOST_DAYS or not all(map(_is_near, parts)):
        words = f"Enter up to {MOST_DAYS} numbers of days from 1 to {FURTHEST}, such as 14, 3"
        raise ValidationError(words)
    return sorted({int(each) for each in parts}, reverse=True)


def _is_near(written: str) -> bool:
    # Python reads no number of thousands of figures.
    return written.isdecimal() and len(written) <= len(str(FURTHEST)) and 1 <= int(written) <= FURTHEST


FROM_HOURS = {hour: f"{hour:02}:00" for hour in range(24)}
TO_HOURS = {hour: f"{hour:02}:00" for hour in range(1, 25)}
DAYS = {f"{number}": name for number, name in enumerate(WEEKDAYS)} | {NEVER: "Never"}


class ReminderSettingsForm(Form):
    """When people are reminded, on which day managers are, who messages come from, and how long a record is kept."""

    before = StringField()
    expiring = StringField()
    most = IntegerField(
        validators=[InputRequired("Enter a number from 1 to 26"), NumberRange(1, 26, "Enter a number from 1 to 26")]
    )
    from_hour = IntegerField(validators=[AnyOf([*FROM_HOURS], "Select an hour")])
    to_hour = IntegerField(validators=[AnyOf([*TO_HOURS], "Select an hour")])
    weekday = StringField(validators=[AnyOf([*DAYS], "Select a day, or never")])
    sender_name = StringField()
    reply_to = StringField()
    keep_months = IntegerField(
        validators=[InputRequired("Enter a number from 3 to 120"), NumberRange(3, 120, "Enter a number from 3 to 120")]
    )

    @classmethod
    def showing(cls, settings: ReminderSettings) -> "ReminderSettingsForm":
        """Return the form with what a trust has chosen."""
        form = cls(formdata=None, obj=settings)
        form.before.data, form.expiring.data = (
            ", ".join(map(str, days)) for days in (settings.before, settings.expiring)
        )
        form.weekday.data = NEVER if settings.weekday is None else f"{settings.weekday}"
        return form

    def validate_before(self, field: StringField) -> None:
        """Require some numbers of days."""
        _days(field.data or "")

    def validate_expiring(self, field: StringField) -> None:
        """Require some numbers of days."""
        _days(field.data or "")

    def validate_to_hour(self, field: IntegerField) -> None:
        """Require an end after the beginning."""
        if (field.data or 0) <= (self.from_hour.data or 0):
            raise ValidationError("Messages must stop later than they start. Select a later hour")

    def validate_sender_name(self, field: StringField) -> None:
        """Require a name that a message can be shown under, or none."""
        if (name := legible(field.data or "")) and not is_sender_name(name):
            raise ValidationError("Enter a name of up to 100 characters, such as Oak Primary training")

    def validate_reply_to(self, field: StringField) -> None:
        """Require one address, or none."""
        if (field.data or "").strip() and not folded_address(field.data):
            raise ValidationError("Enter one e-mail address, such as training@school.example")

    @property
    def chosen(self) -> Chosen:
        """Return what was chosen, once the form has been found right."""
        return Chosen(
            before=_days(self.before.data or ""),
            expiring=_days(self.expiring.data or ""),
            most=self.most.data or 1,
            from_hour=self.from_hour.data or 0,
            to_hour=self.to_hour.data or 0,
            weekday=None if self.weekday.data == NEVER else int(self.weekday.data or 0),
            sender_name=legible(self.sender_name.data or "") or None,
            reply_to=folded_address(self.reply_to.data),
            keep_months=self.keep_months.data or 1,
        )


class HolidayForm(Form):
    """A holiday: its name, its first day and its last."""

    called = StringField(
        validators=[
            InputRequired("Enter a name, such as Christmas holiday"),
            Length(max=100, message="Enter a name of up to 100 characters"),
        ]
    )
    first_day = StringField()
    first_month = StringField()
    first_year = StringField()
    last_day = StringField()
    last_month = StringField()
    last_year = StringField()

    def __init__(self, today: date, **given: object) -> None:
        """Ask for a holiday that is not over."""
        super().__init__(**given)
        self._today = today
        self._first = self._last = today
        self.wrong_parts: dict[str, tuple[str, ...]] = {"first": (), "last": ()}

    def validate_first_day(self, _field: StringField) -> None:
        """Require a real date, which may have passed."""
        self._first = self._read("first", "first day", date.min)

    def validate_last_day(self, _field: StringField) -> None:
        """Require a real date, not before the first and not too long after it."""
        self._last = self._read("last", "last day", self._today)
        if self.first_day.errors:
            return
        if self._last < self._first:
            raise ValidationError("Last day must be the same as or after the first day")
        if self._last - self._first >= LONGEST_HOLIDAY:
            raise ValidationError("Holiday must be 100 days or shorter. Enter a longer one in parts")

    def _read(self, part: str, name: str, earliest: date) -> date:
        day, month, year = (self[f"{part}_{each}"].data or "" for each in ("day", "month", "year"))
        read = typed_day(name, day, month, year, earliest)
        if isinstance(read, WrongDay):
            self.wrong_parts[part] = read.parts
            raise ValidationError(read.says)
        if not read:
            self.wrong_parts[part] = ("day", "month", "year")
            raise ValidationError(f"Enter the {name}")
        return read

    @property
    def days(self) -> Holiday:
        """Return the days, once the form has been found right."""
        return Holiday(self._first, self._last)


class WordsForm(Form):
    """The words of one kind of reminder."""

    heading = StringField()
    text = TextAreaField()

    def __init__(self, kind: ReminderKind, **given: object) -> None:
        """Ask for words of this kind."""
        super().__init__(**given)
        self._kind = kind

    def validate_heading(self, _field: StringField) -> None:
        """Require words that can be used."""
        self._check("subject")

    def validate_text(self, _field: TextAreaField) -> None:
        """Require words that can be used."""
        self._check("text")

    def _check(self, part: str) -> None:
        problem = problem_with(self._kind, self.words)
        if problem and problem[0] == part:
            raise ValidationError(problem[1])

    @property
    def words(self) -> Words:
        """Return the words as they were entered."""
        return Words((self.heading.data or "").strip(), (self.text.data or "").replace("\r\n", "\n").strip())
