"""The long names that LTI gives to claims and roles."""

from typing import Any

# An object as JSON has it.
Json = dict[str, Any]

SPECIFICATION = "https://purl.imsglobal.org/spec"
CLAIM = f"{SPECIFICATION}/lti/claim"
DEEP_LINKING = f"{SPECIFICATION}/lti-dl/claim"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
