"""The scopes that we ask an LMS for: what we may call there, and nothing that we do not use."""

GRADES = "https://purl.imsglobal.org/spec/lti-ags/scope/"

SCORE = GRADES + "score"
RESULTS = GRADES + "result.readonly"
COLUMNS = GRADES + "lineitem"
COLUMNS_TO_READ = GRADES + "lineitem.readonly"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

WANTED = (SCORE, RESULTS, COLUMNS, COLUMNS_TO_READ, ROSTER)
