"""The forms that administrators send before there is any visit."""

import hmac
from typing import Any

from flask import current_app
from wtforms import Form, HiddenField, ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from lti.registration.registrar import RegistrationRequest


class ShownFirst(CSRF):
    """A proof that this form was shown by us with these very values.

    There is no visit and no cookie that it could be bound to, nor any standing of the browser's that another site could
    misuse: who may connect is settled by the invite among the values.
    """

    def setup_form(self, form: BaseForm) -> list[tuple[str, "UnboundField[Any]"]]:
        """Remember whose values are to be proved."""
        self._form = form
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """Return the proof for the form's present values."""
        values = "\n".join(f"{field.name}={field.data}" for field in self._form if field is not csrf_token_field)
        return hmac.digest(str(current_app.secret_key).encode(), b"shown:" + values.encode(), "sha256").hex()

    def validate_csrf_token(self, form: BaseForm, field: CSRFTokenField) -> None:
        """Refuse values that we did not show."""
        token = field.current_token
        if not token or not hmac.compare_digest((field.data or "").encode(), token.encode()):
            raise ValidationError("The form was not ours.")


class ConnectForm(Form):
    """What an LMS sent along with an administrator, to be sent again when they have seen what it is about."""

    class Meta:
        """How the form is protected."""

        csrf = True
        csrf_class = ShownFirst

    invite = HiddenField(default="")
    openid_configuration = HiddenField(default="")
    registration_token = HiddenField(default="")

    @property
    def asked(self) -> RegistrationRequest:
        """Return what is asked for."""
        fields = self.invite, self.openid_configuration, self.registration_token
        return RegistrationRequest(*(field.data or "" for field in fields))
