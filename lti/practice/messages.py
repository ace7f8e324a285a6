"""The message that a launch carries: an id token with the claims of Moodle 4.5, no more and no fewer."""

from lti1p3platform.ags import LtiAgs
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract

from lti.practice.addresses import Addresses
from lti.practice.courses import STAFF, PracticePerson
from lti.practice.launches import Launch
from lti.practice.models import Activity
from lti.practice.platform import ClientPlatform
from lti.practice.scopes import SCOPES_IN_CLAIM

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LIFE_OF_ID_TOKEN = 60  # seconds


class MoodleMessage(LTIAdvantageMessageLaunchAbstract):
    """A resource link launch of one person into one activity, in answer to the tool's authorisation request."""

    def __init__(self, query: dict[str, str], platform: ClientPlatform) -> None:
        """Take the tool's request, which holds the nonce and state to give back."""
        super().__init__(query, platform)
        self._registration = platform.get_registration()
        self.set_id_token_expiration(LIFE_OF_ID_TOKEN)

    def get_preflight_response(self) -> dict[str, str]:
        """The tool's authorisation request."""
        return self._request

    def get_launch_message(self, include_extra_claims: bool = True) -> dict:
        """The library's claims without azp, which Moodle does not send."""
        message = super().get_launch_message(include_extra_claims)
        del message["azp"]
        return message

    def render_launch_form(self, launch_data: dict, **kwargs) -> dict:
        """The form's fields; the page around them is the view's."""
        return {"id_token": launch_data["id_token"], "state": launch_data["state"]}


def launch_message(
    platform: ClientPlatform, addresses: Addresses, query: dict[str, str], launch: Launch
) -> dict[str, str]:
    """The fields of the form that brings this person into the tool: id_token and state."""
    message = MoodleMessage(query, platform)
    _describe_place(message, addresses, launch)
    message.set_user_data(launch.person.id, launch_roles(launch.person))
    message.set_custom_parameters_claim(custom_as_sent(launch.activity.custom))
    message.set_nrps(addresses.memberships(launch.course))
    message.set_extra_claims(grade_claim(addresses, launch) | moodle_claims(addresses, launch.person))
    return message.lti_launch()


def _describe_place(message: MoodleMessage, addresses: Addresses, launch: Launch) -> None:
    course, activity = launch.course, launch.activity
    message.set_resource_link_claim(activity.id, activity.description, activity.title)
    message.set_launch_context_claim(course.context_id, ["CourseSection"], course.title, course.label)
    message.set_launch_presentation_claim(launch.document_target, f"{addresses.course(course)}/return")
    message.lti_claim_launch_presentation[f"{CLAIM}/launch_presentation"]["locale"] = "en"


def grade_claim(addresses: Addresses, launch: Launch) -> dict:
    """Where the grades of this activity go, and what the tool may do there."""
    claim = LtiAgs(addresses.lineitems(launch.course), _line_item_address(addresses, launch.activity))
    [(name, endpoint)] = claim.get_lti_ags_launch_claim().items()
    return {name: {**endpoint, "scope": list(SCOPES_IN_CLAIM)}}


def _line_item_address(addresses: Addresses, activity: Activity) -> str | None:
    return addresses.lineitem(activity.line_item) if activity.line_item else None


def launch_roles(person: PracticePerson) -> list[str]:
    """Roles at launch: trainer and manager look alike, since Moodle sends both as Instructor alone."""
    return [f"{MEMBERSHIP}#Learner" if person.role == STAFF else f"{MEMBERSHIP}#Instructor"]


def custom_as_sent(typed: dict[str, str]) -> dict[str, str]:
    """Custom values as Moodle sends them: keys in mixed case gain lower-case twins, unknown variables stay."""
    twins = {key.lower(): value for key, value in typed.items()}
    return {**typed, **twins}


def moodle_claims(addresses: Addresses, person: PracticePerson) -> dict:
    """The claims that the library has no word for: the platform, the person's name and number."""
    return {
        f"{CLAIM}/tool_platform": {
            "product_family_code": "moodle",
            "version": "2024100706",
            "guid": addresses.url.partition("//")[2],
            "name": "Practice LMS",
            "description": "Practice LMS",
        },
        **_identity(person),
        **_staff_number(person),
    }


def _identity(person: PracticePerson) -> dict:
    if not person.shares_identity:
        return {f"{CLAIM}/ext": {"lms": "moodle-2"}}
    return {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        f"{CLAIM}/ext": {"user_username": person.email.partition("@")[0], "lms": "moodle-2"},
    }


def _staff_number(person: PracticePerson) -> dict:
    return {f"{CLAIM}/lis": {"person_sourcedid": person.staff_number}} if person.staff_number else {}
