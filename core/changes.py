"""What has changed about people and courses: whoever changes it says so in the same transaction, and others follow.

This package does not know who follows, or what they make of it. A follower is given to a ``Database``, and hears of all
that is changed in its transactions.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from db import Database

FOLLOWERS = "followers"


class Follower(Protocol):
    """Someone who keeps something in step with what is known of people and courses."""

    def people_changed(self, session: Session, people: Collection[int], now: datetime) -> None:
        """Follow a change of these people: who they are, or where they learn."""

    def records_changed(self, session: Session, people: Collection[int], now: datetime) -> None:
        """Follow a change of what these people have done; who they are and where they learn is as it was."""

    def courses_changed(self, session: Session, courses: Collection[int], now: datetime) -> None:
        """Follow a change of these courses as wholes, such as an activity that opens other training."""


def follow(database: Database, follower: Follower) -> None:
    """Let a follower hear of every change from now on."""
    database.session_info.setdefault(FOLLOWERS, []).append(follower)


def people_changed(session: Session, people: Collection[int], now: datetime) -> None:
    """Say that something about these people has changed: who they are, or where they learn."""
    if people:
        for follower in session.info.get(FOLLOWERS, ()):
            follower.people_changed(session, people, now)


def records_changed(session: Session, people: Collection[int], now: datetime) -> None:
    """Say that what these people have begun, finished, passed or confirmed has changed, and nothing else about them."""
    if people:
        for follower in session.info.get(FOLLOWERS, ()):
            follower.records_changed(session, people, now)


def courses_changed(session: Session, courses: Collection[int], now: datetime) -> None:
    """Say that something about these courses has changed for whoever learns there."""
    if courses:
        for follower in session.info.get(FOLLOWERS, ()):
            follower.courses_changed(session, courses, now)
