"""What an administrator can do where a call to an LMS fails: the settings and commands by their names."""

import requests

from lti.net import AnswerTooLong, ForeignAddress

OWN_AUTHORITY = (
    "The LMS’s certificate is not one that this server trusts. Renew it, or, if it comes from an authority of your "
    "own, "
    "name a file with that authority’s certificate in the setting CA_BUNDLE."
)
PROXY = (
    "The proxy that the setting OUTGOING_PROXY names does not let the call through. Check its address and its rules."
)
TOO_SLOW = "The LMS did not answer in time. The settings HTTP_SECONDS and PAGE_CALL_SECONDS say how long we wait."
TOO_LONG = (
    "The LMS’s answer is larger or takes longer than the settings KEYS_BYTES, ANSWER_BYTES and ANSWER_SECONDS allow."
)
REDIRECTED = (
    "The LMS sends our calls to another address, and we follow none. Give its final addresses with: ./run flask lti "
    "add-platform"
)
NO_CONNECTION = (
    "No connection came about. Check the LMS’s name and any firewall. If servers here reach the internet only "
    "through a "
    "proxy, name it in the setting OUTGOING_PROXY."
)
NOT_USABLE = (
    "The LMS’s answer could not be used. Check the addresses that are kept of it: ./run flask lti platforms. Change "
    "them "
    "with: ./run flask lti add-platform"
)
# The first that fits: some of these are kinds of others.
_OF_KIND = (
    (requests.exceptions.SSLError, OWN_AUTHORITY),
    (requests.exceptions.ProxyError, PROXY),
    (requests.Timeout, TOO_SLOW),
    (AnswerTooLong, TOO_LONG),
    (requests.TooManyRedirects, REDIRECTED),
    (requests.ConnectionError, NO_CONNECTION),
)


def remedy_for(error: Exception) -> str:
    """Return what an administrator can do about a call that failed so; it never holds an address of our own network."""
    if isinstance(error, ForeignAddress):
        return error.remedy
    return next((words for kind, words in _OF_KIND if isinstance(error, kind)), NOT_USABLE)
