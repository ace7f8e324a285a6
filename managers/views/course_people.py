"""The list of a course's people, as a page and as a file."""

from flask import render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from config import Settings
from core.domain.days import day_of
from core.domain.tolerant import storable
from core.services import service
from db import reading, utcnow
from lti.grades.jobs import GradeJobs
from lti.services.roster_jobs import RosterJobs
from lti.visits.permission import current_visit
from managers.course_file import course_export, course_rows
from managers.course_list import MemberFacts, Narrowed, Tallies, staff_facts
from managers.exports.views.download import asker, exported
from managers.listing.choices import Options, schools_in
from managers.listing.conditions import PeopleList
from managers.listing.domain.columns import OF_COURSE, shown
from managers.listing.domain.query import ListStatus
from managers.listing.views.address import asked_for
from managers.listing.views.staff import words_of_page
from managers.listing.views.tiles import Numbers
from managers.people import CourseOfPage, course_of_page, course_query, people_page
from managers.role_differences import role_differences
from managers.scope import StaffScope, scopes_here
from modules.content.publish import NotPublished, contents_and_policy
from modules.domain.content import Content
from modules.passes.course_progress import ProgressQuery
from policies.domain.policy import Policy

OF_STAFF_FACTS = frozenset({"due", "school"})


def chosen_module() -> str | None:
    """Return the module whose people someone chose to see; in a visit from an activity there is no choice."""
    return storable(request.args.get("module", "")) or None if current_visit().module is None else None


def course_page(scope: StaffScope) -> str:
    """Show one page of the course's people, with counts that act as filters."""
    visit, session, now = current_visit(), reading(), utcnow()
    content, policy = _content(scope.trust)
    module, narrowed, here = content.module, _narrowed(scope, content, _schools(scope)), _course(content)
    question, size = _question(content, policy, here, narrowed), service(Settings).people_per_page
    people = people_page(session, question, narrowed.only, narrowed.asked.page, size, narrowed)
    return render_template(
        "people/index.html",
        content=content,
        course=here.course,
        has_activity=here.has_activity,
        role_differences=role_differences(session, here.course),
        family=visit.lms_family,
        people=people,
        now=now,
        requests=here.requests,
        asked_again=request.args.get("asked"),
        sent=request.args.get("sent", type=int),
        chosen=chosen_module(),
        chosen_here=visit.chosen_here,
        at_activity=visit.activity_id,
        carried=request.args.get("carried", type=int),
        columns=shown(OF_COURSE, narrowed.asked.columns),
        all_columns=OF_COURSE,
        facts=_facts(narrowed, [row.person_id for row in people.rows]),
        form=FlaskForm(),
        **words_of_page(narrowed.staff, _numbers(people.tallies, module.acknowledges)),
    )


def _numbers(counted: Tallies, acknowledges: bool) -> Numbers:
    statuses = {ListStatus(each.value): number for each, number in counted.standings.items()}
    if not acknowledges:
        del statuses[ListStatus.UNCONFIRMED]
    statuses[ListStatus.EXPIRING] = counted.expiring
    return Numbers(counted.everyone, statuses, counted.dues, counted.needing_attention)


def _facts(narrowed: Narrowed, ids: list[int]) -> dict[int, MemberFacts]:
    """Return what is known of these people as staff, where the list is to say so."""
    if not OF_STAFF_FACTS & set(narrowed.asked.columns):
        return {}
    return staff_facts(reading(), ids, narrowed.module)


def _content(trust: str) -> tuple[Content, Policy]:
    """Return the module whose people are asked for, as it is now, and the policy in force."""
    contents, policy = contents_and_policy(reading(), trust)
    wanted = current_visit().module or chosen_module()
    if wanted not in contents:
        raise NotPublished(wanted)
    return contents[wanted], policy


def _course(content: Content) -> CourseOfPage:
    """Return the course, whose list is read and whose grades are compared behind the page where it is time."""
    here = course_of_page(reading(), current_visit().course_id, content.module.key, utcnow())
    service(RosterJobs).ask(here.course)
    if here.stale_activity:
        service(GradeJobs).compare_module(here.stale_activity)
    return here


def _schools(scope: StaffScope) -> Options:
    """Return the schools of the trust, where the list is to be narrowed to one."""
    return schools_in(reading(), scope) if request.args.get("school") else []


def _narrowed(scope: StaffScope, content: Content, schools: Options) -> Narrowed:
    """Return what the address asks the list for; the scope is in it where there are others."""
    word = scope.kind.value if len(scopes_here()) > 1 else ""
    asked = asked_for(word, chosen_module(), schools)
    staff = PeopleList(asked, scope, content.module, day_of(utcnow()), (), ())
    return Narrowed(current_visit().course_id, content.module.key, asked, staff)


def _question(content: Content, policy: Policy, here: CourseOfPage, narrowed: Narrowed) -> ProgressQuery:
    is_restricted = here.course.restricted_count > 0
    where = reading(), narrowed.course_id, content.module, utcnow()
    return course_query(*where, policy, is_restricted, narrowed.among())


def course_file(scope: StaffScope, ending: str) -> Response:
    """Answer with all of the course's people whom the page shows a part of, as a file."""
    visit, now, schools = current_visit(), utcnow(), _schools(scope)
    content, policy = _content(scope.trust)
    narrowed, here = _narrowed(scope, content, schools), _course(content)
    question = _question(content, policy, here, narrowed)
    export = course_export(content.module, narrowed, dict(schools), visit.course_title, asker(visit), now)
    return exported(ending, export, lambda session: course_rows(session, question, narrowed))
