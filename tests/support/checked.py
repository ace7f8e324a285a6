"""The small module of the tests with rule checks: one about acts after its first story, one about a fact at its end."""

from dataclasses import replace

from policies.domain.fact import Fact, FactAnswer, PolicyFact
from scenarios.domain.rating import Marking
from scenarios.domain.rule_check import RuleCheck
from tests.support.factories import CONTENT, POLICY

WHOM = Fact("doubt.ask", "Who do you ask?", (FactAnswer("head", "The Headteacher"), FactAnswer("no-one", "No one")))
ACTS_ASKED = RuleCheck(
    "pictures", "fork", "What about these?", "It matters.", ("photo.decline", "photo.post", "photo.joke")
)
FACT_ASKED = RuleCheck("whom", "short", WHOM.question, "It matters.", fact=WHOM.key)
OTHER = replace(ACTS_ASKED, key="other", after="short")
KNOWING = replace(POLICY, facts={WHOM.key: PolicyFact("head", ("9",))})
CHECKED = replace(
    CONTENT,
    policy=KNOWING,
    marking=Marking.SECOND,
    facts=(WHOM,),
    draws=((ACTS_ASKED, FACT_ASKED), (FACT_ASKED, OTHER)),
)
RIGHT = {"photo.decline": "allows", "photo.post": "forbids", "photo.joke": "silent"}
