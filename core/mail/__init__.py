"""Mail: a message is written with the change that it is about, and sent in the background. It knows no message by name.

A use case puts a message into the outbox in its own transaction, so that what is rolled back is never sent::

    message = letter(app.jinja_env, "reminder", person.email, "Your training is due", module=module)
    put_in_outbox(session, message, now)

and a view or a job then wakes the sender with ``queue.put(SEND_MAIL)``; a look every minute makes up for a wake-up that
was lost. ``templates/mail/`` holds each message twice, as plain text and as HTML. A message is claimed under a lease,
handed over and settled in separate transactions, as a grade is (``lease.py``); what a crash can and cannot do is said
in ``smtp.py``. MAIL_URL names the server, or a folder for development. Recipients and words never go into a log.
"""
