"""The mood: whose rules the practice LMS keeps toward the tool, Moodle's or Canvas's."""

from enum import StrEnum

from sqlalchemy.orm import Session

from practice.models import MoodSwitch

CANVAS_PAGE = 50  # the most people that Canvas puts on a page of the roster, whatever the tool asks for


class Mood(StrEnum):
    """An LMS to be like, with its name and with words about what it does differently."""

    MOODLE = "moodle"
    CANVAS = "canvas"

    @property
    def label(self) -> str:
        """The name of the LMS."""
        return self.value.title()

    @property
    def manner(self) -> dict[str, str]:
        """What the tool meets in this mood, in words for each part of what LMS and tool do together."""
        return MANNERS[self]


MANNERS = {
    Mood.MOODLE: {
        "Launches": "few roles, and a token good for a minute; nowhere to store anything.",
        "Scores": "an equal or older time stamp gets 409, and somebody without a row in the gradebook 400.",
        "Roster": "short role names, in one piece unless a limit is asked for; curly quotes in the Link header.",
        "Tokens": "scopes that were not granted are dropped in silence.",
        "Registration": "answered with a deployment; the tool is then pending.",
    },
    Mood.CANVAS: {
        "Launches": "roles of course, institution and system together; storage for the tool, and a place in the menu.",
        "Scores": "an equal time stamp is taken, an older one gets 400, somebody who is no student 422, and what is "
        "submitted over a minute ahead 400; a grade that is not final is set to nothing.",
        "Roster": "role names in full, always in pages; straight quotes in the Link header.",
        "Tokens": "asked for with nothing older than five minutes, and for nothing that was not granted.",
        "Registration": "the configuration needs the token too; the tool is then off, and its deployment first shows "
        "at a launch.",
    },
}


def mood_switch(session: Session) -> MoodSwitch:
    """The switch as it stands; Moodle's rules if no one has touched it."""
    return session.get(MoodSwitch, 1) or _new_switch(session)


def mood_of(session: Session) -> Mood:
    """The mood that the practice LMS is in."""
    return Mood(mood_switch(session).mood)


def set_mood(session: Session, mood: Mood, people_per_page: int | None = None) -> None:
    """Turn the switch; pages of Canvas's lists may be made smaller, so that few people fill several of them."""
    switch = mood_switch(session)
    switch.mood = mood
    if people_per_page is not None:
        switch.people_per_page = min(max(people_per_page, 1), CANVAS_PAGE)


def _new_switch(session: Session) -> MoodSwitch:
    switch = MoodSwitch(id=1, mood=Mood.MOODLE, people_per_page=CANVAS_PAGE)
    session.add(switch)
    return switch
