"""What can go wrong for someone in a module, each with words for them."""

from core.domain.trouble import Trouble


class AttemptError(Exception):
    """Something that an attempt does not allow; the page says what happened and what to do next."""

    trouble: Trouble


class NotYours(AttemptError):
    """A person asks for an attempt that is not theirs, or that does not exist: they are told the same."""

    trouble = Trouble(
        "not-yours",
        404,
        "We cannot find that attempt",
        "It is not yours, or it does not exist.",
        "Go back to the module. Your attempts are listed there.",
        leads_to=("home.module", "Back to the module"),
    )


class NotTheirs(AttemptError):
    """A leader asks for an attempt that is not by the person whose answers they look at, or not from this course."""

    trouble = Trouble(
        "not-theirs",
        404,
        "We cannot find that attempt",
        "It is not one of this person's attempts at this module in this course.",
        "Open the answers again from your gradebook.",
    )


class NotAskedNow(AttemptError):
    """An answer to a question that is not the one in front of the person."""

    trouble = Trouble(
        "not-asked-now",
        409,
        "You are further on than that page",
        "The answer you sent is for a different question from the one you are on, so it was not counted.",
        "Nothing has changed. Continue where you left off.",
    )


class NoSuchAnswer(AttemptError):
    """A person asks for an answer of an attempt that they have not given."""

    trouble = Trouble(
        "no-such-answer",
        404,
        "We cannot find that answer",
        "You have not answered that many questions in this attempt.",
        "Continue where you left off.",
    )


class AnsweredAlready(AttemptError):
    """A second, different answer to a question that has been answered."""

    trouble = Trouble(
        "answered-already",
        409,
        "You have answered that already",
        "Your first answer to this question counts. Going back shows it, but does not change it.",
        "Nothing has changed. Continue where you left off.",
    )


class Dropped(AttemptError):
    """A person wants to go on with an attempt that they have dropped."""

    trouble = Trouble(
        "dropped",
        409,
        "You have dropped this attempt",
        "What you chose in it stays on record, but nothing can be added to it.",
        "Go back to the module. You can start a new attempt there.",
        leads_to=("home.module", "Back to the module"),
    )


class Finished(AttemptError):
    """A person wants to drop an attempt that has a result."""

    trouble = Trouble(
        "finished",
        409,
        "This attempt is finished",
        "It has been marked, so it can no longer be dropped. Your best attempt counts.",
        "See your result. You can try the module again as often as you like.",
    )


class HasToBeFinished(AttemptError):
    """A person wants to drop an attempt that already fails because of a serious breach."""

    trouble = Trouble(
        "has-to-be-finished",
        409,
        "This attempt has to be finished",
        "You chose a serious breach of the policy in a scene about keeping pupils and colleagues safe, so you "
        "cannot drop it.",
        "Continue where you left off. After that you can try the module again as often as you like.",
    )


class UnknownChoice(AttemptError):
    """An answer that is not one of the choices on offer."""

    trouble = Trouble(
        "unknown-choice",
        400,
        "That answer is not one of the choices",
        "The answer you sent is not on the list for this question, so it was not counted.",
        "Nothing has changed. Continue where you left off.",
    )


class PolicyChanged(AttemptError):
    """A person confirms a version of the policy that is no longer the one in force."""

    trouble = Trouble(
        "policy-changed",
        409,
        "The policy has changed since you opened that page",
        "The version you confirmed is no longer in force, so we did not record it.",
        "Read the version in force, then confirm that.",
        leads_to=("policy.acknowledgement", "Confirm the version in force"),
    )


class UnknownStory(AttemptError):
    """A person asks for a story that their module does not have."""

    trouble = Trouble(
        "unknown-story",
        404,
        "We cannot find that story",
        "The training that you came from has no story at this address.",
        "Go back to the module. All its stories are listed there.",
        leads_to=("home.module", "Back to the module"),
    )


class NoSuchCertificate(AttemptError):
    """A person asks for a certificate that is not theirs, or that does not exist: they are told the same."""

    trouble = Trouble(
        "no-such-certificate",
        404,
        "We cannot find that certificate",
        "It is not yours, or it does not exist.",
        "See the list of your certificates.",
        leads_to=("certificates.index", "Your certificates"),
    )


class NotInThisCourse(AttemptError):
    """A person who leads a course asks for someone who is not in it, or who does not exist: they are told the same."""

    trouble = Trouble(
        "not-in-this-course",
        404,
        "We cannot find that person",
        "No one in this course has this address.",
        "See the list of people. Everyone in the course is on it.",
    )


class ItCounts(AttemptError):
    """A person wants to take back an answer of an assessment."""

    trouble = Trouble(
        "it-counts",
        409,
        "You cannot change this answer",
        "This is not practice, so you answer each question once. At the end you can try the whole module again.",
        "Nothing has changed. Continue where you left off.",
    )


class NothingElsewhere(AttemptError):
    """A person asks to use a certificate from another LMS that is not there, or no longer valid."""

    trouble = Trouble(
        "nothing-elsewhere",
        409,
        "There is no certificate that you can use here",
        "We cannot find a valid certificate of yours elsewhere in your trust, so nothing has changed.",
        "Go back to the module and take the training here.",
    )


class NoDocument(AttemptError):
    """A person asks for their trust's own document, which is not kept here."""

    trouble = Trouble(
        "no-document",
        404,
        "Your trust’s own document is not here",
        "Your trust has not put its own policy document here, or has since removed it.",
        "Read the policy in our summary, or ask the person who leads your course for the document.",
        leads_to=("policy.document", "Read the policy"),
    )


class HasTraining(AttemptError):
    """Someone wants to choose training for an activity that already has some: named by the LMS, or already started."""

    trouble = Trouble(
        "has-training",
        409,
        "This activity already has its training",
        "Someone has started it, or the activity’s settings name it, so nothing has changed.",
        "To offer other training, add another activity to your course.",
    )


class NotOnOffer(AttemptError):
    """Someone chooses training that their trust does not have."""

    trouble = Trouble(
        "not-on-offer",
        422,
        "That training is not on the list",
        "Your trust does not have the training that was chosen, so nothing has changed.",
        "Choose training from the list.",
        leads_to=("assign.index", "Back to the list"),
    )
