"""Letters: a message whose words come from two templates, one for plain text and one for HTML."""

from typing import Any

from jinja2 import Environment

from core.mail.domain.message import MailMessage


def letter(templates: Environment, template: str, to: str, subject: str, /, **values: Any) -> MailMessage:
    """Return the message that ``mail/TEMPLATE.txt`` and ``.html`` make of these values; WrongMessage as ever."""
    text, html = (templates.get_template(f"mail/{template}.{kind}").render(**values) for kind in ("txt", "html"))
    return MailMessage(to, subject, text, html)
