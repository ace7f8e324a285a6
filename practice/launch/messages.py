"""The message that a launch carries: an id token with the claims of Moodle 4.5 or of Canvas, no more and no fewer."""

from types import MappingProxyType, ModuleType
from typing import Any

from lti1p3platform.ags import LtiAgs
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract

from practice.addresses import Addresses
from practice.courses.deployments import deployment_id
from practice.courses.people import PracticePerson
from practice.launch import canvas, moodle
from practice.launch.launches import Kind, Launch, target_link
from practice.launch.variables import filled_in
from practice.models import Activity, LineItem
from practice.moods import Mood
from practice.scopes import AGS, ROSTER_READ
from practice.tools.platform import ClientPlatform
from practice.vocabulary import CLAIM, DEEP_LINKING, Json

MESSAGE_TYPES = MappingProxyType(
    {
        Kind.ACTIVITY: "LtiResourceLinkRequest",
        Kind.NAVIGATION: "LtiResourceLinkRequest",
        Kind.DEEP_LINKING: "LtiDeepLinkingRequest",
        Kind.REVIEW: "LtiSubmissionReviewRequest",
    }
)
TOOL_NAME = "Fit to Post"


class LaunchMessage(LTIAdvantageMessageLaunchAbstract):  # type: ignore[misc]  # lti1p3platform has no types
    """A launch of one person, in answer to the tool's authorisation request."""

    def __init__(self, query: dict[str, str], platform: ClientPlatform, mood: Mood) -> None:
        """Take the tool's request, which holds the nonce and state to give back."""
        super().__init__(query, platform)
        self._registration = platform.get_registration()
        self._mood = mood
        self.set_id_token_expiration(manner_of(mood).LIFE_OF_ID_TOKEN)

    def get_preflight_response(self) -> dict[str, str]:
        """The tool's authorisation request."""
        request: dict[str, str] = self._request
        return request

    def get_launch_message(self, include_extra_claims: bool = True) -> Json:
        """The library's claims; without azp in Moodle's mood, since Moodle does not send it."""
        message: Json = super().get_launch_message(include_extra_claims)
        if self._mood is Mood.MOODLE:
            del message["azp"]
        return message

    def render_launch_form(self, launch_data: Json, **kwargs: Any) -> Json:
        """The form's fields; the page around them is the view's."""
        return {"id_token": launch_data["id_token"], "state": launch_data["state"]}


def manner_of(mood: Mood) -> ModuleType:
    """The module that knows how this LMS puts things."""
    return canvas if mood is Mood.CANVAS else moodle


def launch_message(
    platform: ClientPlatform, addresses: Addresses, mood: Mood, query: dict[str, str], launch: Launch
) -> dict[str, str]:
    """The fields of the form that brings this person into the tool: id_token and state."""
    message, manner = LaunchMessage(query, platform, mood), manner_of(mood)
    message.set_launch_url(target_link(launch))
    _describe_place(message, addresses, manner, launch)
    message.set_extra_claims(manner.platform_claims(addresses))
    _describe_person(message, manner, launch)
    if custom := filled_in(mood, launch):
        message.set_custom_parameters_claim(manner.custom_as_sent(custom))
    _offer_services(message, addresses, mood, launch)
    message.set_extra_claims(_claims_of_kind(addresses, manner, launch))
    message.set_extra_claims({f"{CLAIM}/deployment_id": deployment_id(mood, launch.course)})
    fields: dict[str, str] = message.lti_launch()
    return fields


def _describe_place(message: LaunchMessage, addresses: Addresses, manner: ModuleType, launch: Launch) -> None:
    course, activity = launch.course, launch.activity
    if launch.kind is Kind.NAVIGATION:
        message.set_resource_link_claim(course.context_id, title=TOOL_NAME)
    elif activity:
        message.set_resource_link_claim(activity.id, activity.description, activity.title)
    message.set_launch_context_claim(course.context_id, [manner.CONTEXT_TYPE], course.title, course.label)
    message.set_launch_presentation_claim(launch.document_target, f"{addresses.course(course)}/return")
    message.lti_claim_launch_presentation[f"{CLAIM}/launch_presentation"]["locale"] = "en"


def _describe_person(message: LaunchMessage, manner: ModuleType, launch: Launch) -> None:
    """Say who it is; of someone who stays anonymous, say the roles alone."""
    message.set_user_data(launch.person.id, manner.launch_roles(launch.person))
    if launch.is_anonymous:
        del message.lti_claim_user_data["sub"]
    else:
        message.set_extra_claims(manner.person_claims(launch.person) | _identity(launch, launch.person))


def _identity(launch: Launch, person: PracticePerson) -> Json:
    """The name and the address of a person, as far as they and the registration let the tool have them."""
    client = launch.course.tool
    if not person.shares_identity:
        return {}
    names = {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    return (names if client.shares_name else {}) | ({"email": person.email} if client.shares_email else {})


def _offer_services(message: LaunchMessage, addresses: Addresses, mood: Mood, launch: Launch) -> None:
    """Where grades go and the roster is; Moodle has no roster until an activity was opened in the course."""
    scopes = launch.course.tool.scopes
    message.set_extra_claims(_grade_claim(addresses, mood, launch))
    if ROSTER_READ in scopes and (mood is Mood.CANVAS or launch.course.is_used):
        message.set_nrps(addresses.memberships(launch.course))


def _grade_claim(addresses: Addresses, mood: Mood, launch: Launch) -> Json:
    """Where the grades of this activity go, if it is graded, and what the tool may do there."""
    item = launch.line_item or (_column_of(mood, launch.activity) if launch.activity else None)
    claim = LtiAgs(addresses.lineitems(launch.course), addresses.lineitem(item) if item else None)
    [(name, endpoint)] = claim.get_lti_ags_launch_claim().items()
    return {name: {**endpoint, "scope": [scope for scope in launch.course.tool.scopes if scope.startswith(AGS)]}}


def _column_of(mood: Mood, activity: Activity) -> LineItem | None:
    """The column that a launch names: of several Moodle names none, and of one that one, even if the tool made it."""
    if mood is Mood.CANVAS:
        return activity.line_item
    return activity.line_items[0] if len(activity.line_items) == 1 else None


def _claims_of_kind(addresses: Addresses, manner: ModuleType, launch: Launch) -> Json:
    """The type of the message, and what messages of that type alone have."""
    claims: Json = {f"{CLAIM}/message_type": MESSAGE_TYPES[launch.kind]}
    if launch.kind is Kind.NAVIGATION:
        claims |= manner.navigation_claims()
    if launch.request:
        return_url = addresses.deep_linking_return(launch.course, launch.request)
        settings = manner.deep_linking_settings(launch.request.data)
        claims[f"{DEEP_LINKING}/deep_linking_settings"] = {"deep_link_return_url": return_url, **settings}
    if launch.subject:
        claims[f"{CLAIM}/for_user"] = {"user_id": launch.subject.id, **_identity(launch, launch.subject)}
    return claims
