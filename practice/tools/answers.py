"""What a tool hears of its registration: an echo with the client id, and in Moodle's mood with the deployment."""

from practice.addresses import Addresses
from practice.models import Client
from practice.moods import Mood
from practice.scopes import told_by_moodle
from practice.tools.rules import TOOL
from practice.vocabulary import Json


def as_answered(addresses: Addresses, mood: Mood, client: Client) -> Json:
    """The client as it was registered, which need not be what the tool asked for."""
    is_canvas = mood is Mood.CANVAS
    return {
        "client_id": client.client_id,
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": client.login_url,
        "redirect_uris": client.redirect_urls,
        "client_name": client.name,
        "jwks_uri": client.keys_url,
        "logo_uri": client.logo_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(client.scopes if is_canvas else told_by_moodle(client.scopes)),
        TOOL: _of_canvas(addresses, client) if is_canvas else _of_moodle(client),
    }


def _of_moodle(client: Client) -> Json:
    """Moodle keeps of the messages the one for deep linking, and says what the tool may learn of people."""
    deep_linking = [message for message in client.messages if message.get("type") == "LtiDeepLinkingRequest"]
    messages = [{"type": m["type"], "target_link_uri": m.get("target_link_uri", "")} for m in deep_linking[-1:]]
    names = ["name", "family_name", "given_name"] if client.shares_name else []
    return {
        "version": "1.3.0",
        "deployment_id": client.deployment_id,
        "target_link_uri": client.target_url,
        "domain": client.domain,
        "description": client.description,
        **({"messages": messages} if messages else {}),
        **({"custom_parameters": client.custom} if client.custom else {}),
        "claims": ["sub", "iss", *names, *(["email"] if client.shares_email else [])],
    }


def _of_canvas(addresses: Addresses, client: Client) -> Json:
    """Canvas says nothing of a deployment, since there is none yet."""
    return {
        "domain": client.domain,
        "target_link_uri": client.target_url,
        "custom_parameters": client.custom,
        "messages": client.messages,
        "https://canvas.instructure.com/lti/registration_config_url": f"{addresses.url}/tools",
    }
