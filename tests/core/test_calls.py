"""Our calls to other systems: where they go, and that nobody holds them up for ever. The name server is made up."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests
from flask import Flask, redirect

from config import Settings
from core.http import AnswerTooLong, ForeignAddress, check_address, fetch_json, http_client
from tests.support.servers import Running, free_port

STRICT = Settings(http_seconds=2, answer_seconds=2)
LOOSE = replace(STRICT, allow_loopback=True)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What the name server says, answer by answer; a name of which it knows nothing is looked up as ever."""
    answers: dict[str, list[list[str]]] = {}
    look_up = socket.getaddrinfo

    def made_up(host: str, port: int, *args: object, **kwargs: object) -> list:
        if host not in answers:
            return look_up(host, port, *args, **kwargs)
        said = answers[host].pop(0)
        if not said:
            raise socket.gaierror(socket.EAI_NONAME, "unknown name")
        return [found for number in said for found in look_up(number, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", made_up)
    return answers


@pytest.fixture
def peer() -> Iterator[Running]:
    """Run a system that has what we could ask for, and what we must not follow."""
    app = Flask("peer")
    app.add_url_rule("/", "root", lambda: {"fine": True})
    app.add_url_rule("/hops", "hops", lambda: redirect("/"), methods=["GET", "POST"])
    app.add_url_rule("/nothing-new", "nothing_new", lambda: ("", 304), methods=["GET", "POST"])
    app.add_url_rule("/large", "large", lambda: "x" * 200_000)
    with Running(app, free_port()) as running:
        yield running


def test_a_public_address_may_be_called_over_https():
    assert check_address("https://lms.example/token?type=1", STRICT)


FOREIGN = [
    "http://lms.example/",
    "http://localhost/",
    "http://127.0.0.1/",
    "ftp://lms.example/",
    "file:///etc/passwd",
    "gopher://lms.example/",
    "javascript:alert(1)",
    "//lms.example/",
    "lms.example",
    "",
    "https://",
    "https:///path",
    "https://[::1",
    "https://lms.example:port/",
    "https://lms.example:99999/",
    "https://user@lms.example/",
    "https://user:password@lms.example/",
    "https://lms.example@127.0.0.1/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://10.1.2.3/",
    "https://192.168.0.1:8443/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_an_address_that_we_do_not_call_is_refused_as_it_stands(address):
    with pytest.raises(ForeignAddress):
        check_address(address, STRICT)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_this_machine_is_recognised_under_all_its_names(host):
    client = http_client(STRICT)
    with pytest.raises(ForeignAddress):
        client.get(f"https://{host}/")


INNER = ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "::1", "fd00::5", "fe80::1", "::ffff:10.0.0.5"]


@pytest.mark.parametrize("number", INNER)
def test_a_name_that_stands_for_an_inner_address_is_not_called(names, number):
    names["lms.example"] = [[number]]
    with pytest.raises(ForeignAddress):
        http_client(STRICT).post("https://lms.example/token")


def test_one_inner_address_among_public_ones_is_enough_to_refuse(names):
    names["lms.example"] = [["93.184.216.34", "10.0.0.5"]]
    with pytest.raises(ForeignAddress):
        http_client(STRICT).get("https://lms.example/")


def test_a_name_server_that_changes_its_answer_after_the_check_changes_nothing(names, peer):
    # The second answer is never asked for: what was checked is what is called.
    names["localhost"] = [["127.0.0.1"], ["10.0.0.5"]]
    assert fetch_json(http_client(LOOSE), f"{peer.url}/", LOOSE) == {"fine": True}
    assert names["localhost"] == [["10.0.0.5"]]


def test_each_number_of_a_name_is_tried(names, peer):
    names["localhost"] = [["127.0.0.2", "::1", "127.0.0.1"]]
    assert fetch_json(http_client(LOOSE), f"{peer.url}/", LOOSE) == {"fine": True}


@pytest.mark.parametrize("said", [[[]], [["93.184.216.34"]]], ids=["unknown", "silent"])
def test_a_name_that_leads_nowhere_is_a_call_that_fails(names, said, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: (_ for _ in ()).throw(TimeoutError))
    names["lms.example"] = said
    with pytest.raises(requests.RequestException):
        http_client(STRICT).get("https://lms.example/")


def test_a_name_that_cannot_be_one_is_refused():
    with pytest.raises(ValueError, match="parse"):
        http_client(STRICT).get(f"https://{'a' * 70}.example/")


def test_an_lms_in_our_own_network_is_called_where_a_setting_names_it_and_no_other(names):
    settings = replace(STRICT, private_hosts="Moodle.trust.example, lms.trust.example")
    names["moodle.trust.example"], names["wiki.trust.example"] = [["127.0.0.1"]], [["10.0.0.5"]]
    with pytest.raises(ForeignAddress):
        http_client(settings).get("https://moodle.trust.example/")
    with pytest.raises(ForeignAddress):
        http_client(settings).get("https://wiki.trust.example/")
    names["moodle.trust.example"] = [["10.0.0.5"]]
    with refusing_to_connect() as asked_for, pytest.raises(requests.ConnectionError):
        http_client(settings).get("https://moodle.trust.example/")
    assert asked_for == [("10.0.0.5", 443)]


@contextmanager
def refusing_to_connect() -> Iterator[list]:
    """Note where connections would go, and let none through."""
    asked_for: list = []

    def connect(_socket: socket.socket, address: tuple) -> None:
        asked_for.append(address)
        raise ConnectionRefusedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield asked_for


def test_the_environment_can_neither_redirect_our_calls_nor_add_credentials(peer, monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine localhost login us password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    answer = http_client(LOOSE).get(f"{peer.url}/", headers={"Authorization": "Bearer ours"})
    assert answer.json() == {"fine": True}
    assert answer.request.headers["Authorization"] == "Bearer ours"


def test_where_a_proxy_is_set_calls_go_through_it(peer):
    # The proxy answers whatever it is asked for.
    answer = http_client(replace(STRICT, outgoing_proxy=peer.url)).get("http://lms.example/")
    assert answer.json() == {"fine": True}


@pytest.mark.parametrize("path", ["hops", "nothing-new"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_is_neither_followed_nor_taken_for_a_success(peer, method, path):
    with pytest.raises(requests.TooManyRedirects):
        http_client(LOOSE).request(method, f"{peer.url}/{path}")


def test_an_answer_is_read_up_to_its_bound_and_no_further(peer):
    assert len(http_client(LOOSE).get(f"{peer.url}/large").text) == 200_000
    with pytest.raises(AnswerTooLong):
        http_client(replace(LOOSE, answer_bytes=199_999)).get(f"{peer.url}/large")
    with pytest.raises(AnswerTooLong):
        fetch_json(http_client(LOOSE), f"{peer.url}/large", replace(LOOSE, keys_bytes=1_000))


@contextmanager
def serving(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one caller by hand, to say whatever a test wants said, at whatever pace."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(65_536)
                try:
                    say(caller)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://localhost:{server.getsockname()[1]}/"
        thread.join(30)


DROPS = 30
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def trickle(first: bytes, drop: bytes, last: bytes = b"") -> Callable[[socket.socket], None]:
    """Say a right answer in a second and a half, a drop at a time."""

    def say(caller: socket.socket) -> None:
        caller.sendall(first)
        for _ in range(DROPS):
            time.sleep(0.05)
            caller.sendall(drop)
        caller.sendall(last)

    return say


TRICKLES = {
    "head": trickle(HEAD + b"X-Never: ", b"x", b"\r\nContent-Length: 0\r\n\r\n"),
    "body of known length": trickle(HEAD + b"Content-Length: %d\r\n\r\n" % DROPS, b" "),
    "body without length": trickle(HEAD + b"\r\n", b" "),
    "body in pieces": trickle(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", b"0\r\n\r\n"),
    "length of a piece": trickle(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0", b"\r\n\r\n"),
}


@pytest.mark.parametrize("say", TRICKLES.values(), ids=TRICKLES)
def test_an_answer_that_trickles_in_is_broken_off(say):
    client = http_client(replace(LOOSE, http_seconds=1, answer_seconds=1))
    with serving(say) as address, pytest.raises(requests.RequestException):
        client.get(address)


@pytest.mark.parametrize("say", TRICKLES.values(), ids=TRICKLES)
def test_a_call_ends_with_the_time_that_is_left_for_it(say):
    client = http_client(replace(LOOSE, http_seconds=30, answer_seconds=30))
    with serving(say) as address, pytest.raises(requests.RequestException):
        client.get(address, timeout=0.5)


def test_an_agreement_on_tls_that_trickles_in_is_broken_off():
    drawn_out = []

    def never(caller: socket.socket) -> None:
        trickle(b"\x16\x03\x03\x40\x00", b"\x00")(caller)
        drawn_out.append("to its end")

    with serving(never) as address, pytest.raises(requests.RequestException):
        http_client(LOOSE).get(address.replace("http:", "https:"), timeout=0.5)
    assert not drawn_out


def test_who_waits_may_close_the_socket_just_as_it_is_broken_off(monkeypatch):
    """Both come at their time's end: a guard that stumbled would end its thread in a traceback."""
    shut_down = socket.socket.shutdown

    def after_it_was_closed(broken_off: socket.socket, how: int) -> None:
        os.close(broken_off.detach())
        shut_down(broken_off, how)

    monkeypatch.setattr(socket.socket, "shutdown", after_it_was_closed)
    client = http_client(replace(LOOSE, http_seconds=1, answer_seconds=1))
    with serving(TRICKLES["head"]) as address, pytest.raises(requests.RequestException):
        client.get(address)


@pytest.mark.parametrize("say", TRICKLES.values(), ids=TRICKLES)
def test_an_answer_that_comes_slowly_but_in_time_is_taken(say):
    client = http_client(replace(LOOSE, http_seconds=30, answer_seconds=30))
    with serving(say) as address:
        assert client.get(address).status_code == 200


def test_an_answer_that_breaks_off_is_a_call_that_failed():
    cut_short = HEAD + b"Content-Length: 10\r\n\r\n{}"
    with serving(lambda caller: caller.sendall(cut_short)) as address, pytest.raises(requests.RequestException):
        http_client(LOOSE).get(address)


def test_no_cookie_of_an_lms_is_kept():
    with serving(lambda caller: caller.sendall(HEAD + b"Set-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}")) as address:
        client = http_client(LOOSE)
        assert client.get(address).json() == {}
    assert not client.cookies
