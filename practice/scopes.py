"""The scopes of the services: which the tool may have, and what Moodle makes of those that it asks for."""

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
LINEITEM = f"{AGS}/lineitem"
LINEITEM_READ = f"{AGS}/lineitem.readonly"
RESULT_READ = f"{AGS}/result.readonly"
SCORE = f"{AGS}/score"
ROSTER_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TOOL_SETTING = "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting"  # which Moodle offers beside LTI's own

# At the five first courses the tool may read line items and not make them: a trainer's activity brings its own.
GRADING = (LINEITEM_READ, RESULT_READ, SCORE)
PERMITTED = (*GRADING, ROSTER_READ)
AGS_SCOPES = (LINEITEM, *GRADING)


def granted_by_moodle(asked: list[str]) -> list[str]:
    """What Moodle's few settings make of the scopes: grades to read and write or not, columns to make or not."""
    grades = AGS_SCOPES if LINEITEM in asked else GRADING if set(asked) & set(AGS_SCOPES) else ()
    return [*grades, *([ROSTER_READ] if ROSTER_READ in asked else [])]


def told_by_moodle(granted: list[str]) -> list[str]:
    """The scopes in Moodle's answer to a registration: a tool that may do anything with grades is told of all."""
    return [*(AGS_SCOPES if set(granted) & set(AGS_SCOPES) else ()), *(s for s in granted if s == ROSTER_READ)]
