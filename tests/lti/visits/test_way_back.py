"""A launch that is refused leads back to the course, but only to where the LMS itself says that it is."""

from html import unescape

from lti.errors import BAD_SIGNATURE, FOREIGN_TARGET, INCOMPLETE
from tests.support.lms.double import Lms, lti
from tests.support.lms.outcomes import assert_refused
from tests.support.lms.signing import key_called

COURSE = "https://lms.example/course/7"
PRESENTED = {lti("launch_presentation"): {"return_url": COURSE}}
BUTTON = f'<a class="govuk-button" href="{COURSE}">Back to your course</a>'


def test_what_the_lms_has_signed_leads_back_to_its_course(lms: Lms) -> None:
    for changes, trouble in (
        ({lti("target_link_uri"): "http://localhost/elsewhere"}, FOREIGN_TARGET),
        ({lti("roles"): "Learner, perhaps"}, INCOMPLETE),
    ):
        refused = lms.launches(PRESENTED | changes)
        assert_refused(refused, trouble)
        assert BUTTON in unescape(refused.text)


def test_what_anyone_could_have_sent_leads_nowhere(lms: Lms) -> None:
    refused = lms.launches(PRESENTED, key=key_called("a stranger's"))
    assert_refused(refused, BAD_SIGNATURE)
    assert COURSE not in refused.text and "govuk-button" not in refused.text


def test_an_address_that_is_none_is_not_offered(lms: Lms) -> None:
    for address in ("javascript:alert(1)", "https://", 7, ["https://lms.example"]):
        changes = {lti("launch_presentation"): {"return_url": address}, lti("target_link_uri"): "http://localhost/x"}
        refused = lms.launches(changes)
        assert_refused(refused, FOREIGN_TARGET)
        assert "govuk-button" not in refused.text


def test_inside_a_dialog_no_course_is_opened(lms: Lms) -> None:
    kind = {lti("message_type"): "LtiDeepLinkingRequest"}
    refused = lms.launches(PRESENTED | kind)
    assert refused.status_code == 400
    assert COURSE not in refused.text
