"""What can go wrong while an LMS is being connected, each with words for the administrator in front of it."""

from core.domain.trouble import Trouble
from lti.errors import TOO_MANY_WAIT

ASK_FOR_INVITATION = "Ask the person who gave you the address for a new one. They make it with ./run flask lti invite."
STILL_GOOD = "The invitation is still valid."

NO_INVITE = Trouble(
    "no-invite",
    404,
    "This invitation is not known",
    "Each LMS is connected with its own address. This is not one of ours, or only part of one.",
    f"Copy the whole address. If that does not help: {ASK_FOR_INVITATION[0].lower()}{ASK_FOR_INVITATION[1:]}",
)
INVITE_EXPIRED = Trouble(
    "invite-expired",
    410,
    "This invitation has run out",
    "It was valid only for a few days (setting INVITE_DAYS), and has expired.",
    ASK_FOR_INVITATION,
)
INVITE_USED = Trouble(
    "invite-used",
    410,
    "This invitation has been used",
    "Each invitation connects one LMS, once.",
    f"If your LMS is connected, there is nothing more to do here: close this page and go on in your LMS. To connect it "
    f"anew, you need another address. {ASK_FOR_INVITATION}",
)
INVITE_BUSY = Trouble(
    "invite-busy",
    409,
    "Your LMS is being connected",
    "Someone pressed the button a moment ago, and the LMS has not answered yet.",
    "Wait a minute and try again: you will then see whether the connection was made. If it has not been made after "
    "five minutes, you can start again.",
)
NOT_FROM_LMS = Trouble(
    "not-from-lms",
    400,
    "Open this address from within your LMS",
    "The invitation is valid, but you did not come here from an LMS.",
    "Copy the address of this page, and paste it into your LMS where it asks for a tool’s registration address.\n\n"
    "In Moodle: Site administration, Plugins, Activity modules, External tool, Manage tools.\n\n"
    "In Canvas: Admin, Developer Keys, + Developer Key, + LTI Registration.",
)
ADDRESS_REFUSED = Trouble(
    "address-refused",
    400,
    "We may not call the address that your LMS gives",
    "We call LMSs only by https, at addresses that are open to the internet.",
    "Give your LMS an https address. If it is in your own network, the people who run Fit to Post can allow it by "
    "its name (setting PRIVATE_HOSTS). If it is on the same machine as Fit to Post, for a trial, they can allow that "
    "(setting ALLOW_LOOPBACK=yes).",
)
NO_ANSWER = Trouble(
    "no-answer",
    424,
    "Your LMS did not answer us",
    "Our server called yours to connect, and no answer came back that we could use.",
    f"Check that your LMS can be reached from outside and that its certificate is valid, then try again. {STILL_GOOD}",
)
NO_DESCRIPTION = Trouble(
    "no-description",
    424,
    "Your LMS did not describe itself as we need it",
    "We asked it how to connect, but cannot use its answer.",
    "The link from your LMS lasts an hour: close this page and begin the registration in your LMS again, with the same "
    f"address. {STILL_GOOD} If it happens twice, connect the LMS by hand (./run flask lti add-platform), as the "
    "installation guide shows.",
)
REFUSED_BY_LMS = Trouble(
    "registration-refused",
    424,
    "Your LMS did not accept the registration",
    "We sent it our description, and it refused.",
    "The link from your LMS lasts an hour and works once: close this page and begin the registration in your LMS "
    f"again, with the same address. {STILL_GOOD}",
)
ODD_ANSWER = Trouble(
    "odd-answer",
    424,
    "Your LMS gave an answer that we do not understand",
    "It accepted our description but did not say which id it has given us.",
    "Delete the tool in your LMS if it is listed there, and start again. If it happens twice, connect it by hand "
    "(./run flask lti add-platform), as the installation guide shows.",
)
OTHER_TRUST = Trouble(
    "other-trust",
    409,
    "This LMS is already connected for another trust",
    "The LMS uses the same id for us as before, and that id belongs to a different trust from the one in this "
    "invitation.",
    "Ask the people who run Fit to Post: each connection serves one trust. ./run flask lti platforms shows it. "
    "If the LMS has moved to another trust, the old connection has to be removed first: ./run flask lti "
    "remove-platform.",
)

# Those that may look otherwise in a moment, without anything being begun anew in the LMS.
WORTH_ANOTHER_TRY = frozenset({NO_ANSWER, INVITE_BUSY, ADDRESS_REFUSED, TOO_MANY_WAIT})


class RegistrationError(Exception):
    """A registration that did not come about; ``said`` are the LMS's own words, or what exactly was wrong."""

    def __init__(self, trouble: Trouble, said: str = "") -> None:
        """Say what kind of trouble it is, and what more is known of it."""
        super().__init__(trouble.code)
        self.trouble = trouble
        self.said = said

    @property
    def is_worth_another_try(self) -> bool:
        """Say whether the same address may work in a moment."""
        return self.trouble in WORTH_ANOTHER_TRY
