"""Background work: packages register named jobs, and the queue begins each when it is asked for or its time has come.

The queue knows no job. A package has a function ``register(queue, …)``, which ``create_app`` calls once::

    queue.register(Job("send_reminders", reminders.send_due, minute="*/10"))
    queue.register(Job("read_roster", rosters.read, lane=platform_of, at_once=2))

and asks for its jobs with ``queue.put("read_roster", course.id)``. Two laws follow from how little a queue can promise:

- *Rows are the truth, and the queue only wakes.* A task that is killed half-way is forgotten, and one may run twice at
  the same time. So a job looks in tables of its own for what is to be done, claims it there under a lease, and has a
  periodic look that finds what a lost wake-up left behind.
- *A job that fails is a visible row.* It raises ``JobFailed`` with words for an administrator, or anything else for a
  fault of ours. Its row in ``job_failures`` has it tried again with growing waits, and goes once it has succeeded.

What is written in the queue is a job's name and numbers and never an object: reading it back cannot run any code.
"""
