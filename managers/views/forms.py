"""The form that joins two entries of one person."""

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

from core.forms import Form
from modules.passes.joins import LONGEST_REASON

LARGEST_NUMBER = 2_147_483_647


def an_entry(words: str) -> tuple[DataRequired, NumberRange]:
    """Return validators that require the number of an entry; ``words`` say so if there is none."""
    return DataRequired(words), NumberRange(1, LARGEST_NUMBER, words)


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
