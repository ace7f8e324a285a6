"""Resealing our keys: if the key that seals them may have become known, another has to take its place."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import IO

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from core.sealing import WrongSealingKey, seal, unseal
from core.services import service
from db import transaction
from lti.key_models import SigningKey
from modules.models import BadgeKey


def reseal(session: Session, before: str, settings: Settings) -> int:
    """Seal all private keys as the settings say, in place of the sealing key before, and count them.

    WrongSealingKey where one opens with neither. Access tokens are left: others are asked for in their place.
    """
    former, count = replace(settings, sealing_key=before), 0
    keys: Iterable[SigningKey | BadgeKey] = chain(
        session.scalars(select(SigningKey)), session.scalars(select(BadgeKey))
    )
    for key in keys:
        key.private_pem = seal(_opened(key.private_pem, settings, former), settings)
        count += 1
    return count


def _opened(kept: bytes, settings: Settings, former: Settings) -> bytes:
    try:
        return unseal(kept, settings)
    except WrongSealingKey:
        return unseal(kept, former)


@click.command("reseal-keys")
@click.option(
    "--before", type=click.File("r"), required=True, help="File with the sealing key used before; - reads it."
)
def reseal_keys(before: IO[str]) -> None:
    """Seal our private keys with a new SEALING_KEY. Stop the tool first, and start it with the new one afterwards."""
    settings = service(Settings)
    try:
        with transaction() as session:
            count = reseal(session, before.read().strip(), settings)
    except WrongSealingKey as error:
        raise click.ClickException("Neither SEALING_KEY nor the key in that file opens our keys.") from error
    how = (
        "sealed with the present SEALING_KEY" if settings.sealing_key else "kept unsealed, because SEALING_KEY is empty"
    )
    click.echo(f"{count} keys are {how}.")
