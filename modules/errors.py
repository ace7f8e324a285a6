"""What can go wrong for someone in a module, each with words for them."""


class AttemptError(Exception):
    """Something that an attempt does not allow; the page says what happened and what to do next."""

    status = 409
    heading = "That did not work"
    happened = ""
    advice = "Nothing has changed. Continue where you left off."
    # The page of the same visit to continue on, and what its button says, if the address asked for does not tell us.
    leads_to: tuple[str, str] | None = None


class NotYours(AttemptError):
    """A person asks for an attempt that is not theirs, or that does not exist: they are told the same."""

    status = 404
    heading = "We cannot find that attempt"
    happened = "It is not yours, or it does not exist."
    advice = "Go back to the module. Your attempts are listed there."
    leads_to = "home.module", "Back to the module"


class NotTheirs(AttemptError):
    """A leader asks for an attempt that is not by the person whose answers they look at, or not from this course."""

    status = 404
    heading = "We cannot find that attempt"
    happened = "It is not one of this person's attempts at this module in this course."
    advice = "Open the answers again from your gradebook."


class NotAskedNow(AttemptError):
    """An answer to a scene that is not the one in front of the person."""

    heading = "You are further on than that page"
    happened = "The answer you sent is for a different scene from the one you are on, so it was not counted."


class NoSuchAnswer(AttemptError):
    """A person asks for a decision of an attempt that they have not made."""

    status = 404
    heading = "We cannot find that decision"
    happened = "You have not made that many decisions in this attempt."
    advice = "Continue where you left off."


class AnsweredAlready(AttemptError):
    """A second, different answer to a scene that has been answered."""

    heading = "You have answered that already"
    happened = "Your first answer to this scene counts. Going back shows it, but does not change it."


class Dropped(AttemptError):
    """A person wants to go on with an attempt that they have dropped."""

    heading = "You have dropped this attempt"
    happened = "What you chose in it stays on record, but nothing can be added to it."
    advice = "Go back to the module. You can start a new attempt there."
    leads_to = "home.module", "Back to the module"


class Finished(AttemptError):
    """A person wants to drop an attempt that has a result."""

    heading = "This attempt is finished"
    happened = "It has been marked, so it can no longer be dropped. Your best attempt counts."
    advice = "See your result. You can try the module again as often as you like."


class HasToBeFinished(AttemptError):
    """A person wants to drop an attempt that already fails because of a serious breach."""

    heading = "This attempt has to be finished"
    happened = (
        "You chose a serious breach of the policy in a scene about keeping pupils and colleagues safe, so you "
        "cannot drop it."
    )
    advice = "Continue where you left off. After that you can try the module again as often as you like."


class UnknownChoice(AttemptError):
    """An answer that is not one of the choices on offer."""

    status = 400
    heading = "That answer is not one of the choices"
    happened = "The answer you sent is not on the list for this scene, so it was not counted."


class PolicyChanged(AttemptError):
    """A person confirms a version of the policy that is no longer the one in force."""

    heading = "The policy has changed since you opened that page"
    happened = "The version you confirmed is no longer in force, so we did not record it."
    advice = "Read the version in force, then confirm that."
    leads_to = "policy.acknowledgement", "Confirm the version in force"


class UnknownStory(AttemptError):
    """A person asks for a story that their module does not have."""

    status = 404
    heading = "We cannot find that story"
    happened = "The training that you came from has no story at this address."
    advice = "Go back to the module. All its stories are listed there."
    leads_to = "home.module", "Back to the module"


class NoSuchCertificate(AttemptError):
    """A person asks for a certificate that is not theirs, or that does not exist: they are told the same."""

    status = 404
    heading = "We cannot find that certificate"
    happened = "It is not yours, or it does not exist."
    advice = "See the list of your certificates."
    leads_to = "certificates.index", "Your certificates"


class NotInThisCourse(AttemptError):
    """A person who leads a course asks for someone who is not in it, or who does not exist: they are told the same."""

    status = 404
    heading = "We cannot find that person"
    happened = "No one in this course has this address."
    advice = "See the list of people. Everyone in the course is on it."


class ItCounts(AttemptError):
    """A person wants to take back a decision of an assessment."""

    heading = "You cannot change this answer"
    happened = "This is not practice, so you make each decision once. At the end you can try the whole module again."


class NothingElsewhere(AttemptError):
    """A person asks to use a certificate from another LMS that is not there, or no longer valid."""

    heading = "There is no certificate that you can use here"
    happened = "We cannot find a valid certificate of yours elsewhere in your trust, so nothing has changed."
    advice = "Go back to the module and take the training here."


class NoDocument(AttemptError):
    """A person asks for their trust's own document, which is not kept here."""

    status = 404
    heading = "Your trust’s own document is not here"
    happened = "Your trust has not put its own policy document here, or has since removed it."
    advice = "Read the policy in our summary, or ask the person who leads your course for the document."
    leads_to = "policy.document", "Read the policy"


class HasTraining(AttemptError):
    """Someone wants to choose training for an activity that already has some: named by the LMS, or already started."""

    heading = "This activity already has its training"
    happened = "Someone has started it, or the activity’s settings name it, so nothing has changed."
    advice = "To offer other training, add another activity to your course."


class NotOnOffer(AttemptError):
    """Someone chooses training that their trust does not have."""

    status = 422
    heading = "That training is not on the list"
    happened = "Your trust does not have the training that was chosen, so nothing has changed."
    advice = "Choose training from the list."
    leads_to = "assign.index", "Back to the list"
