"""The scopes that we ask an LMS for: what we may call there, and nothing that we do not use."""

GRADES = "https://purl.imsglobal.org/spec/lti-ags/scope/"

SCORE = GRADES + "score"
RESULTS = GRADES + "result.readonly"
LINE_ITEMS = GRADES + "lineitem"
LINE_ITEMS_READ = GRADES + "lineitem.readonly"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

FOR_GRADES = (SCORE, RESULTS, LINE_ITEMS, LINE_ITEMS_READ)
WANTED = (*FOR_GRADES, ROSTER)
