"""The one blueprint of the practice LMS.

Who may use what: the pages and the launch are open to anyone who can reach the practice LMS, because no one logs in
there and its people are made up; the services ask for an access token of the course's own client; the token endpoint
asks for the tool's signature, and registration for the token that an administrator's page has handed to the tool. It
belongs on a developer's machine, never on a public address.
"""

from flask import Blueprint

practice = Blueprint("practice", __name__)
