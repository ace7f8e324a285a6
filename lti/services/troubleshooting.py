"""What an administrator can do when a call to an LMS fails, with the names of settings and commands."""

import requests

from core.http import AnswerTooLong, ForeignAddress

OWN_AUTHORITY = (
    "This server does not trust the LMS’s certificate. Renew it, or, if it comes from your own authority, name a "
    "file with that authority’s certificate in the setting CA_BUNDLE."
)
PROXY = "The proxy named in the setting OUTGOING_PROXY does not let the call through. Check its address and its rules."
TOO_SLOW = "The LMS did not answer in time. The settings HTTP_SECONDS and PAGE_CALL_SECONDS say how long we wait."
TOO_LONG = (
    "The LMS’s answer is larger or takes longer than the settings KEYS_BYTES, ANSWER_BYTES and ANSWER_SECONDS allow."
)
REDIRECTED = (
    "The LMS redirects our calls, and we do not follow redirects. Enter its final addresses with: ./run flask "
    "lti add-platform"
)
NO_CONNECTION = (
    "We could not connect. Check the LMS’s name and any firewall. If servers here reach the internet only "
    "through a proxy, name it in the setting OUTGOING_PROXY."
)
NOT_USABLE = (
    "The LMS’s answer could not be used. Check its addresses with: ./run flask lti platforms. Change them with: "
    "./run flask lti add-platform"
)
# The first match counts: some of these are kinds of others.
_OF_KIND = (
    (requests.exceptions.SSLError, OWN_AUTHORITY),
    (requests.exceptions.ProxyError, PROXY),
    (requests.Timeout, TOO_SLOW),
    (AnswerTooLong, TOO_LONG),
    (requests.TooManyRedirects, REDIRECTED),
    (requests.ConnectionError, NO_CONNECTION),
)


def remedy_for(error: Exception) -> str:
    """Return what an administrator can do about a failed call; it never contains an address in our own network."""
    if isinstance(error, ForeignAddress):
        return error.remedy
    return next((words for kind, words in _OF_KIND if isinstance(error, kind)), NOT_USABLE)
