"""Open Badges, read as a verifier would: from the file and from what is published, with nothing else known."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from db import Database
from lti.keys import key_set
from lti.models import Person
from modules.certificates.certificates import certificates_of, revoke_certificate
from modules.domain.check_code import in_groups
from modules.models import BadgeKey
from policies.shipped import policies
from tests.support.factories import ADMINISTRATOR, CONTENT, NOW
from tests.support.school import Browser, School

# A badge is made of a certificate, and tests of certificates try on every kind how those are kept.
pytestmark = pytest.mark.databases("sqlite")
YEARLY = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
ADDRESS = "ada.okafor@school.example"
DATE_TIME = "%Y-%m-%dT%H:%M:%SZ"
OPEN_BADGES = "{https://purl.imsglobal.org/ob/v3p0}credential"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def code(school: School, ada: Browser, database: Database) -> str:
    """Certify Ada, and return her certificate's code."""
    school.publish(YEARLY, days_later=0)
    with database.transaction() as session:
        session.get_one(Person, ada.person_id).email = ADDRESS
    ada.play()
    with database.reading() as session:
        return in_groups(certificates_of(session, ada.person_id)[0].code)


@pytest.fixture
def token(ada: Browser, code: str) -> str:
    return ada.get(f"/certificates/{code}/badge.jwt").text


def header_of(token: str) -> dict[str, Any]:
    return json.loads(part_of(token, 0))


def claims_in(token: str) -> dict[str, Any]:
    return json.loads(part_of(token, 1))


def part_of(token: str, number: int) -> bytes:
    part = token.split(".")[number]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def fetched(world: FlaskClient, address: str) -> Any:
    """Ask for what stands at an address of ours."""
    assert address.startswith("http://localhost/")
    answer = world.get(urlsplit(address).path)
    assert answer.status_code == 200
    return answer


def signed_with_published_key(world: FlaskClient, token: str) -> bool:
    """Check a signature as Open Badges 3.0 says (8.2.4): RSA with SHA-256, by the key at the address in the header.

    The sum is done by hand (RFC 8017, section 8.2.2), so that no library of ours checks itself.
    """
    key = fetched(world, header_of(token)["kid"]).json
    modulus, exponent = (int.from_bytes(part_of(key[name], 0)) for name in ("n", "e"))
    size = (modulus.bit_length() + 7) // 8
    opened = pow(int.from_bytes(part_of(token, 2)), exponent, modulus).to_bytes(size)
    digest = sha256(token.rpartition(".")[0].encode()).digest()
    algorithm = bytes.fromhex("3031300d060960864801650304020105000420")
    return opened == b"\0\1" + b"\xff" * (size - 3 - len(algorithm + digest)) + b"\0" + algorithm + digest


def test_the_signature_is_checked_from_the_published_key_alone(world: FlaskClient, token: str) -> None:
    assert signed_with_published_key(world, token)
    header, _, signature = token.split(".")
    changed = base64.urlsafe_b64encode(part_of(token, 1).replace(b"Photos", b"Motors")).rstrip(b"=").decode()
    assert not signed_with_published_key(world, f"{header}.{changed}.{signature}")


def test_a_library_for_signed_messages_takes_it_too(world: FlaskClient, token: str) -> None:
    key = jwt.PyJWK(fetched(world, header_of(token)["kid"]).json)
    assert jwt.decode(token, key, algorithms=["RS256"])["name"] == "Photos"


def test_the_header_holds_what_the_specification_allows_and_no_more(token: str) -> None:
    assert header_of(token).keys() == {"alg", "typ", "kid"}
    assert (header_of(token)["alg"], header_of(token)["typ"]) == ("RS256", "JWT")


def test_the_published_key_is_public_and_of_its_own_kind(
    world: FlaskClient, token: str, database: Database, settings: Settings
) -> None:
    key = fetched(world, header_of(token)["kid"]).json
    assert key.keys() == {"kty", "use", "alg", "kid", "n", "e"}
    with database.reading() as session:
        assert key["n"] not in [other["n"] for other in key_set(session, settings)["keys"]]


def test_what_is_signed_agrees_with_the_credential(token: str) -> None:
    """Open Badges 3.0, section 8.2.4.1."""
    claims = claims_in(token)
    assert "vc" not in claims
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["nbf"] == at(claims["validFrom"]) and claims["exp"] == at(claims["validUntil"])


def at(written: str) -> float:
    return datetime.strptime(written, DATE_TIME).replace(tzinfo=UTC).timestamp()


# What the JSON schema of AchievementCredential asks for (Open Badges 3.0, section B.1 and the schema's own file):
# for each kind of object its required members, and those that must be lists.
REQUIRED = {
    "": {"@context", "id", "type", "credentialSubject", "issuer", "validFrom"},
    "issuer": {"id", "type"},
    "credentialSubject": {"type", "achievement"},
    "credentialSubject.achievement": {"id", "type", "criteria", "description", "name"},
    "credentialSubject.achievement.image": {"id", "type"},
    "credentialSubject.identifier.0": {"type", "hashed", "identityHash", "identityType"},
    "credentialStatus": {"id", "type"},
    "credentialSchema.0": {"id", "type"},
}
LISTS = {
    "@context",
    "type",
    "issuer.type",
    "credentialSubject.type",
    "credentialSubject.identifier",
    "credentialSubject.achievement.type",
    "credentialSchema",
}
KINDS = {
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer.type": ["Profile"],
    "credentialSubject.type": ["AchievementSubject"],
    "credentialSubject.achievement.type": ["Achievement"],
    "credentialSubject.achievement.image.type": "Image",
    "credentialSubject.identifier.0.type": "IdentityObject",
    "credentialStatus.type": "1EdTechRevocationList",
    "credentialSchema.0.type": "1EdTechJsonSchemaValidator2019",
}
URIS = {
    "id",
    "issuer.id",
    "issuer.url",
    "credentialSubject.id",
    "credentialSubject.achievement.id",
    "credentialSubject.achievement.image.id",
    "credentialStatus.id",
    "credentialSchema.0.id",
}


def at_path(value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        value = value[int(step) if isinstance(value, list) else step]
    return value


def values_in(value: Any) -> Iterator[Any]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from values_in(part)


@pytest.mark.parametrize("path", REQUIRED)
def test_no_required_member_is_missing(token: str, path: str) -> None:
    assert REQUIRED[path] <= at_path(claims_in(token), path).keys()


def test_kinds_lists_addresses_and_times_are_as_the_schema_wants_them(token: str) -> None:
    claims = claims_in(token)
    assert {path: at_path(claims, path) for path in KINDS} == KINDS
    assert all(isinstance(at_path(claims, path), list) for path in LISTS)
    assert all(urlsplit(at_path(claims, path)).scheme in {"http", "https"} for path in URIS)
    assert claims["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    for name in ("validFrom", "validUntil"):
        assert datetime.strptime(claims[name], DATE_TIME)


def test_nothing_is_null_or_empty(token: str) -> None:
    assert [value for value in values_in(claims_in(token)) if value in (None, "", [], {})] == []


def test_the_badge_says_what_was_tested_and_an_earlier_one_says_what_it_always_said(
    ada: Browser, code: str, database: Database
) -> None:
    def narrative(decisions: int | None) -> str:
        with database.transaction() as session:
            held = certificates_of(session, ada.person_id)[0]
            held.tested_decisions, held.tested_rules = decisions, decisions and 32
        claims = claims_in(ada.get(f"/certificates/{code}/badge.jwt").text)
        return claims["credentialSubject"]["achievement"]["criteria"]["narrative"]

    assert narrative(14) == (
        "Was tested on 14 decisions and 32 rules of Oak Tree Trust’s Social media policy (version 1) "
        "and reached 80% of the marks or more."
    )
    assert narrative(None) == (
        "Decided what staff do in the stories of this training and reached 80% of the marks or more "
        "under Oak Tree Trust’s Social media policy (version 1)."
    )


def test_the_badge_says_what_the_certificate_says(token: str, code: str) -> None:
    claims = claims_in(token)
    achievement = claims["credentialSubject"]["achievement"]
    assert claims["id"] == f"http://localhost/verify/{code}"
    assert (claims["issuer"]["name"], achievement["name"]) == ("Oak Tree Trust", "Photos")
    assert (achievement["description"], achievement["version"]) == ("About photos.", "2")
    assert (
        "80%" in achievement["criteria"]["narrative"] and "Social media policy" in achievement["criteria"]["narrative"]
    )
    assert (claims["validFrom"], claims["validUntil"]) == ("2026-11-20T09:00:00Z", "2027-11-20T23:59:59Z")


def test_the_holder_claims_it_by_their_address_which_does_not_stand_in_it(token: str) -> None:
    (identity,) = claims_in(token)["credentialSubject"]["identifier"]
    assert identity["identityType"] == "emailAddress" and identity["hashed"] is True
    assert identity["identityHash"] == "sha256$" + sha256((ADDRESS + identity["salt"]).encode()).hexdigest()
    assert ADDRESS.encode() not in part_of(token, 1) and b"Ada" not in part_of(token, 1)


def test_without_an_address_or_an_end_those_members_are_left_out(school: School, database: Database) -> None:
    ben = school.visit("Ben Cole")
    ben.play()
    with database.reading() as session:
        code = certificates_of(session, ben.person_id)[0].code
    claims = claims_in(ben.get(f"/certificates/{code}/badge.jwt").text)
    assert "identifier" not in claims["credentialSubject"]
    assert "validUntil" not in claims and "exp" not in claims
    assert [value for value in values_in(claims) if value is None] == []


def test_the_same_certificate_gives_the_same_badge_each_time(ada: Browser, code: str, token: str) -> None:
    assert ada.get(f"/certificates/{code}/badge.jwt").text == token


def test_the_issuer_and_the_picture_stand_where_the_badge_says(world: FlaskClient, token: str) -> None:
    claims = claims_in(token)
    profile = fetched(world, claims["issuer"]["id"])
    assert profile.json["id"] == claims["issuer"]["id"] and profile.json["type"] == ["Profile"]
    assert profile.json["name"] == policies()["invictus"].trust
    picture = fetched(world, claims["credentialSubject"]["achievement"]["image"]["id"])
    assert picture.mimetype == "image/png" and picture.data.startswith(b"\x89PNG")
    assert "This certificate is valid" in fetched(world, claims["id"]).text


def test_the_status_lists_the_badge_once_it_is_revoked(
    world: FlaskClient, token: str, code: str, database: Database
) -> None:
    """1EdTech Revocation List Status Method 1.0: a credential is revoked where its id is in the list."""
    claims = claims_in(token)
    listed = fetched(world, claims["credentialStatus"]["id"]).json
    assert listed["id"] == claims["credentialStatus"]["id"] and listed["issuer"] == claims["issuer"]["id"]
    assert listed["revokedCredential"] == listed["revokedCredentials"] == []
    with database.transaction() as session:
        revoke_certificate(session, code, "A reason.", "Mo Aziz", ADMINISTRATOR, NOW)
    listed = fetched(world, claims["credentialStatus"]["id"])
    assert listed.json["revokedCredential"] == [{"id": claims["id"], "revoked": True}]
    assert "A reason." not in listed.text


def test_a_revoked_certificate_gives_no_badge(ada: Browser, code: str, database: Database) -> None:
    with database.transaction() as session:
        revoke_certificate(session, code, "A reason.", "Mo Aziz", ADMINISTRATOR, NOW)
    assert ada.get(f"/certificates/{code}/badge.png").status_code == 404


@pytest.mark.parametrize(
    "path", ["/issuers/nobody.json", "/issuers/nobody.png", "/badge-keys/none.json", "/verify/nothing/revocations.json"]
)
def test_what_was_never_issued_is_not_there(world: FlaskClient, path: str) -> None:
    assert world.get(path).status_code == 404


def test_programs_of_other_sites_may_read_what_is_published(world: FlaskClient, token: str) -> None:
    claims = claims_in(token)
    for address in (
        claims["issuer"]["id"],
        claims["credentialStatus"]["id"],
        header_of(token)["kid"],
        claims["id"] + ".json",
    ):
        assert fetched(world, address).headers["Access-Control-Allow-Origin"] == "*"


def chunks_of(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks of a PNG; each must be sound (PNG specification, section 5)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, inside = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length]) == (zlib.crc32(name + inside),)
        yield name, inside
        place += 12 + length


def test_the_picture_holds_the_badge_in_one_text_chunk(ada: Browser, code: str, token: str) -> None:
    answer = ada.get(f"/certificates/{code}/badge.png")
    chunks = list(chunks_of(answer.data))
    assert [chunks[0][0], chunks[-1][0]] == [b"IHDR", b"IEND"]
    (text,) = [inside for name, inside in chunks if name == b"iTXt"]
    keyword, compressed, method, rest = text.partition(b"\0")[0], text[20], text[21], text[22:]
    assert (keyword, compressed, method) == (b"openbadgecredential", 0, 0)
    assert rest.split(b"\0") == [b"", b"", token.encode()]
    assert answer.headers["Content-Disposition"] == f"attachment; filename=badge-{code}.png"


def test_the_drawing_holds_the_badge_as_its_first_element(ada: Browser, code: str, token: str) -> None:
    answer = ada.get(f"/certificates/{code}/badge.svg")
    drawing = ElementTree.fromstring(answer.data)
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing[0].tag == OPEN_BADGES and drawing[0].attrib == {"verify": token} and not drawing[0].text
    assert len(drawing.findall(f".//{OPEN_BADGES}")) == 1
    assert b"<script" not in answer.data


def test_an_older_key_stays_published_when_a_new_one_signs(
    world: FlaskClient, ada: Browser, code: str, token: str, database: Database
) -> None:
    with database.transaction() as session:
        old = session.get_one(BadgeKey, header_of(token)["kid"].rpartition("/")[2].removesuffix(".json"))
        session.add(BadgeKey(kid="newer", private_pem=old.private_pem, created_at=NOW + timedelta(days=1)))
    assert header_of(ada.get(f"/certificates/{code}/badge.jwt").text)["kid"].endswith("/newer.json")
    assert signed_with_published_key(world, token)


def test_preparing_the_database_makes_one_key_for_badges(app: Flask, school: School) -> None:
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    assert school.count(BadgeKey) == 1
