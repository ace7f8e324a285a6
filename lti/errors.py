"""What can go wrong with a message from an LMS, each with words for the person in front of it."""

from core.domain.trouble import Trouble

OPEN_AGAIN = "Go back to your course and open the activity again."
TELL_ADMINISTRATOR = "Tell the people who look after your LMS, and give them the reference below."

OPENED_BEFORE = Trouble(
    "opened-before",
    400,
    "Open the activity again",
    "This link to the training works only once. It has already been used, or it has expired.",
    OPEN_AGAIN,
    "The sign-in has to be completed within the time set by LOGIN_SECONDS.",
)
SENT_FROM_ELSEWHERE = Trouble(
    "sent-from-elsewhere",
    403,
    "Open the activity again",
    "The request to continue did not come from our site, or your browser does not say where it came from.",
    OPEN_AGAIN,
)
NOT_REGISTERED = Trouble(
    "not-registered",
    403,
    "We do not know this LMS",
    "The message comes from an LMS or a registration that has not been set up with us.",
    TELL_ADMINISTRATOR,
    "The message names an issuer and a client id that are not connected here. See what is connected with: ./run "
    "flask lti platforms. Connect the LMS with an invitation, ./run flask lti invite, or by hand, ./run flask "
    "lti add-platform.",
)
SWITCHED_OFF = Trouble(
    "switched-off",
    403,
    "Your course is no longer connected to this training",
    "The people who run the training have disconnected your LMS. Your earlier results and certificates are kept.",
    TELL_ADMINISTRATOR,
    "See the number of the LMS with ./run flask lti platforms, and connect it again with: ./run flask lti "
    "switch-on-platform NUMBER",
)
UNKNOWN_DEPLOYMENT = Trouble(
    "unknown-deployment",
    403,
    "The training is not set up in this part of your LMS",
    "Your LMS is known to us, but not the place in it that sent you here.",
    TELL_ADMINISTRATOR,
    "This deployment is not allowed. See and change the allowed ones with: ./run flask lti deployments NUMBER "
    "--add ID, or --allow-new for all of this LMS.",
)
BAD_SIGNATURE = Trouble(
    "bad-signature",
    401,
    "We could not check that this came from your LMS",
    "The message is not signed with a key that your LMS publishes.",
    f"{OPEN_AGAIN} If it happens twice: {TELL_ADMINISTRATOR[0].lower()}{TELL_ADMINISTRATOR[1:]}",
    "The key in the message has to be one of those at the LMS’s key set address. ./run flask lti platforms shows "
    "what is connected; --jwks-url of ./run flask lti add-platform changes the address. We look for new keys again "
    "after KEYS_AGAIN_SECONDS.",
)
CLOCK = Trouble(
    "expired",
    400,
    "Open the activity again",
    "The message from your LMS arrived too late or has the wrong time.",
    f"{OPEN_AGAIN} If it happens twice, the clock of your LMS may be wrong: tell the people who look after it.",
    "Compare the clocks of both servers. They may differ by the setting LEEWAY_SECONDS, and a message may be as old as "
    "LOGIN_SECONDS.",
)
INCOMPLETE = Trouble(
    "incomplete",
    400,
    "Your LMS sent us an incomplete message",
    "Something that we need in order to open the training is missing, or is not in the form we expect.",
    TELL_ADMINISTRATOR,
    "The log of Fit to Post names the part of the message that is missing or wrong.",
)
NOBODY = Trouble(
    "nobody",
    400,
    "Your LMS did not say who you are",
    "It opened the training without saying who you are, so we could not keep any of your answers.",
    "Sign in to your LMS under your own name and open the activity again. If you are signed in, your LMS is set to "
    "keep people anonymous here: tell the people who look after it.",
)
WRONG_VERSION = Trouble(
    "wrong-version",
    400,
    "Your LMS uses a different version of LTI",
    "The training needs LTI 1.3.",
    TELL_ADMINISTRATOR,
)
UNKNOWN_MESSAGE = Trouble(
    "unknown-message",
    400,
    "We cannot do what your LMS asks",
    "It sent a kind of message that this training cannot use.",
    OPEN_AGAIN,
)
FOREIGN_TARGET = Trouble(
    "foreign-target",
    400,
    "This link leads somewhere else",
    "The message names an address that is not part of this training, or not the address that you started from.",
    TELL_ADMINISTRATOR,
    "The address in the LMS’s settings for this activity or tool has to begin exactly as the setting PUBLIC_URL does.",
)
REFUSED_BY_LMS = Trouble(
    "refused-by-lms",
    400,
    "Open the activity again",
    "Your LMS did not confirm who you are. This happens when a page is reloaded or you have been signed out.",
    f"Sign in to your LMS if it asks you to. {OPEN_AGAIN}",
)
KEYS_UNREACHABLE = Trouble(
    "keys-unreachable",
    424,
    "We could not reach your LMS",
    "We need its public keys to check that it sent you here, and it did not answer.",
    "Wait a minute, then go back to your course and open the activity again.",
    "The log of Fit to Post names the address. Settings that decide what can be called: PRIVATE_HOSTS, OUTGOING_PROXY, "
    "CA_BUNDLE.",
)
KEYS_SLOW = Trouble(
    "keys-slow",
    503,
    "Your LMS is slow to answer",
    "We need its public keys to check that it sent you here, and they did not arrive in time.",
    "Wait half a minute, then go back to your course and open the activity again.",
    "The setting PAGE_CALL_SECONDS decides how long a page waits for the LMS.",
)
TOO_MANY_LOGINS = Trouble(
    "too-many-logins",
    429,
    "Too many people are opening the training at once",
    "More people have opened it in the last minute than we can serve at once.",
    "Wait a minute, then go back to your course and open the activity again.",
)
TOO_MANY_WAIT = Trouble(
    "too-many-wait",
    503,
    "Too many people are waiting at the moment",
    "This page needs an answer from another system, and too many people are already waiting for one.",
    "Wait half a minute, then try again.",
    "At most half of the threads wait for LMSs at once. The setting THREADS says how many threads there are.",
)


class LaunchError(Exception):
    """A message from an LMS that we do not accept; ``detail`` is for logs and never holds personal data.

    ``return_url`` is the course's address, where the message is signed by its LMS and names one.
    """

    def __init__(self, trouble: Trouble, detail: str = "", remedy: str = "") -> None:
        """Say what kind of trouble it is, for the log what exactly was wrong, and what an administrator can do."""
        super().__init__(f"{trouble.code}: {detail}" if detail else trouble.code)
        self.trouble = trouble
        self.detail = detail
        self.remedy = remedy or trouble.remedy
        self.return_url: str | None = None
