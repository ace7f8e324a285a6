"""The form in which a trainer chooses training."""

from collections.abc import Sequence
from datetime import date

from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from core.domain.typed_day import WrongDay
from core.filters import end_of
from core.forms import Form
from modules.content.choose import ActivityOptions, ModuleOffer
from modules.domain.content import TrainingModule
from modules.domain.due import due_day


class ChoosingForm(Form):
    """What a trainer wants in their course: modules, columns in the gradebook, and a day to be done by."""

    # Which modules there are is checked against what the trust has, in words that help.
    module = SelectMultipleField(choices=[], validate_choice=False)
    # Means all modules in the starter set that the course does not have yet.
    starter = BooleanField()
    has_column = BooleanField(default=True)
    marks_completion = BooleanField()
    due_day = StringField()
    due_month = StringField()
    due_year = StringField()

    def __init__(self, offers: Sequence[ModuleOffer], takes_several: bool, today: date) -> None:
        """Ask for some of these modules, or for one of them."""
        super().__init__()
        self.offers = offers
        self._offered = {offer.module.key: offer.module for offer in offers}
        self._takes_several, self.today = takes_several, today
        self._due: date | None = None
        self.wrong_parts: tuple[str, ...] = ()

    @property
    def chosen(self) -> list[TrainingModule]:
        """Return the modules that were chosen, in the order in which they are offered."""
        keys = [offer.module.key for offer in self.starter_set] if self.starter.data else self.module.data or ()
        return [module for key, module in self._offered.items() if key in keys]

    @property
    def starter_set(self) -> list[ModuleOffer]:
        """Return the modules of the starter set that the course does not have yet, where the LMS takes several."""
        return [offer for offer in self.offers if offer.is_starter and offer.is_new] if self._takes_several else []

    @property
    def options(self) -> ActivityOptions:
        """Return what is wanted of the activities, once the form has been found right."""
        return ActivityOptions(
            self.has_column.data, self.marks_completion.data, end_of(self._due) if self._due else None
        )

    def validate_module(self, field: SelectMultipleField) -> None:
        """Require one module that is on offer, or several where the LMS takes them; or the starter set."""
        if self.starter.data:
            if not self.starter_set:
                raise ValidationError("Your course already has the starter set: select other training")
            return
        if not field.data:
            raise ValidationError("Select the training that you want to add")
        if not self._offered.keys() >= set(field.data):
            raise ValidationError("Select training from the list: something else was sent")
        if len(self.chosen) > 1 and not self._takes_several:
            raise ValidationError("Select one module: your LMS takes one at a time")

    def validate_due_day(self, _field: StringField) -> None:
        """Require a real date to come, or none at all."""
        day, month, year = (part.data or "" for part in (self.due_day, self.due_month, self.due_year))
        read = due_day(day, month, year, self.today)
        if isinstance(read, WrongDay):
            self.wrong_parts = read.parts
            raise ValidationError(read.says)
        self._due = read
