"""Commands for administrators: ``flask jobs …``."""

import click
from flask.cli import AppGroup

from core.queue.failures import arguments_of, failures, forget, retry
from core.queue.models import JobFailure
from core.queue.queue import LOOK_AGAIN, Queue
from core.services import service
from db import database, require_tables, transaction, utcnow

jobs = AppGroup("jobs", help="Background jobs that have failed.", callback=require_tables)


@jobs.command("list")
def list_failures() -> None:
    """List the jobs that failed at their last try, and what went wrong."""
    with database().reading() as session:
        lines = [_line_of(failure, service(Queue)) for failure in failures(session)]
    click.echo("\n".join(lines) or "No job is failing.")


def _line_of(failure: JobFailure, queue: Queue) -> str:
    name = " ".join([failure.name, *map(str, arguments_of(failure))])
    tried = f"{failure.tries} {'try' if failure.tries == 1 else 'tries'} since {failure.first_at:%Y-%m-%d %H:%M} UTC"
    return f"{failure.id}: {name} ({tried}, {_next_of(failure, queue)}). {failure.words}"


def _next_of(failure: JobFailure, queue: Queue) -> str:
    if failure.name not in queue.names:
        return f"no such job any more: jobs forget {failure.id}"
    if failure.due_at:
        return f"next try at {failure.due_at:%Y-%m-%d %H:%M} UTC"
    if queue.is_periodic(failure.name, *arguments_of(failure)):
        return "begins again by itself at its time"
    return "no longer tried by itself"


@jobs.command("retry")
@click.argument("numbers", nargs=-1, type=int, metavar="NUMBER…")
@click.option("--all", "all_of_them", is_flag=True, help="Every job in the list.")
def retry_failures(numbers: tuple[int, ...], all_of_them: bool) -> None:
    """Try failed jobs again now; NUMBER is the one at the beginning of the line in the list."""
    if bool(numbers) is all_of_them:
        raise click.UsageError("Give the numbers of jobs, or --all.")
    with transaction() as session:
        count = retry(session, None if all_of_them else numbers, service(Queue).names, utcnow())
    if numbers and not count:
        raise click.ClickException(f"There is no failed job {', '.join(map(str, numbers))}. See: jobs list")
    service(Queue).put(LOOK_AGAIN)
    click.echo(f"{count} {'job is' if count == 1 else 'jobs are'} tried again now, where a worker runs.")


@jobs.command("forget")
@click.argument("number", type=int)
def forget_failure(number: int) -> None:
    """Take a failed job off the list, as one whose cause is gone for good."""
    with transaction() as session:
        if not forget(session, number):
            raise click.ClickException(f"There is no failed job {number}. See: jobs list")
    click.echo(f"Job {number} is off the list. If it fails again, it is back.")
