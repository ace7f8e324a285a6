"""What all forms have in common that people send."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form with the visit's secret in it."""
