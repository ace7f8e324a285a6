"""Audit: who did or changed what, when, to what, and in which visit or by which command. It knows no action by itself.

A use case that changes something people may ask about later takes an ``Actor`` and writes what it did in its own
transaction, so that there is no change without its event and no event without its change::

    record(session, actor, "revoked", Thing("certificate", certificate.id), now, module="photos")

The action is a verb in the past, in plain words, so that a new one needs no change here. A thing and its details are
ids, numbers and keys and never a name, an address or a free text: what someone is called can then be erased elsewhere
without touching the events, which can be neither changed nor deleted. The caller of the use case makes the actor: a
view with ``in_visit``, a command with ``commands.command_actor()``, and a job with ``by_system``.
"""
