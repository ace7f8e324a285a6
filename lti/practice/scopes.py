"""The scopes of the services: which the tool may have, and what Moodle's launch says about them."""

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
LINEITEM = f"{AGS}/lineitem"
LINEITEM_READ = f"{AGS}/lineitem.readonly"
RESULT_READ = f"{AGS}/result.readonly"
SCORE = f"{AGS}/score"
ROSTER_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

# The tool may read line items and not make them: a trainer's own activity brings its line item.
SCOPES_IN_CLAIM = (LINEITEM_READ, RESULT_READ, SCORE)
PERMITTED = (*SCOPES_IN_CLAIM, ROSTER_READ)
