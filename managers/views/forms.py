"""The forms of managers' pages: joining two entries of one person, confirming an address, and giving a role."""

from datetime import date

from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, NumberRange, ValidationError

from core.domain.typed_day import WrongDay, typed_day
from core.forms import Form
from core.grants.domain.grant import LONGEST_TITLE, GrantRole, Offer
from modules.passes.joins import LONGEST_REASON

LARGEST_NUMBER = 2_147_483_647


def an_entry(words: str) -> tuple[DataRequired, NumberRange]:
    """Return validators that require the number of an entry; ``words`` say so if there is none."""
    return DataRequired(words), NumberRange(1, LARGEST_NUMBER, words)


def _number(given: object) -> int:
    """Return the number of a row, or 0, which no row has, for anything else."""
    words = str(given)
    return int(words) if words.isdecimal() and int(words) <= LARGEST_NUMBER else 0


class JoinForm(Form):
    """Which two entries are one person, and how someone knows."""

    # Whether the entries exist is checked when they are joined.
    person = IntegerField(validators=an_entry("Select the entry that the person uses now"))
    earlier = IntegerField(validators=an_entry("Select the earlier entry"))
    because = StringField(
        validators=[
            DataRequired("Enter how you know that they are the same person"),
            Length(max=LONGEST_REASON, message=f"Enter {LONGEST_REASON} characters or fewer"),
        ]
    )

    @property
    def both(self) -> tuple[int, int]:
        """Return the two entries, once the form has been found right."""
        person, earlier = self.person.data, self.earlier.data
        assert person is not None and earlier is not None
        return person, earlier

    def validate_earlier(self, field: IntegerField) -> None:
        """Require two different entries."""
        if field.data == self.person.data:
            raise ValidationError("Select two different entries")


class CodeForm(Form):
    """The code that was mailed to an address."""

    code = StringField(
        validators=[
            DataRequired("Enter the code from the e-mail"),
            Length(max=20, message="Enter the six digits from the e-mail"),
        ]
    )


class GrantForm(Form):
    """A role to give: to which address, for which schools or under which title, and until when."""

    role = StringField(validators=[AnyOf([role.value for role in GrantRole], "Select a role")])
    address = StringField(validators=[DataRequired("Enter an e-mail address, such as name@school.example")])
    # Whether a school belongs to the trust is checked when the role is given.
    school = SelectMultipleField(choices=[], validate_choice=False, coerce=_number)
    title = StringField(validators=[Length(max=LONGEST_TITLE, message=f"Enter {LONGEST_TITLE} characters or fewer")])
    until_day = StringField()
    until_month = StringField()
    until_year = StringField()

    def __init__(self, today: date, **given: object) -> None:
        """Ask for a role whose last day is not before today."""
        super().__init__(**given)
        self._today = today
        self._until: date | None = None
        self.wrong_parts: tuple[str, ...] = ()

    def validate_until_day(self, _field: StringField) -> None:
        """Require a real date to come, or none at all."""
        day, month, year = (part.data or "" for part in (self.until_day, self.until_month, self.until_year))
        read = typed_day("last day", day, month, year, self._today)
        if isinstance(read, WrongDay):
            self.wrong_parts = read.parts
            raise ValidationError(read.says)
        self._until = read

    def offer_for(self, trust: str) -> Offer:
        """Return what is to be given, once the form has been found right."""
        role, title = GrantRole(self.role.data), (self.title.data or "").strip() or None
        return Offer(trust, role, self.address.data or "", frozenset(self.school.data or ()), title, self._until)
