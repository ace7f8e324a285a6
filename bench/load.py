"""A client that costs next to nothing, so that the server has the cores: it sends the same bytes again and again."""

import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

LENGTH = b"content-length: "
END = b"\r\n\r\n"


@dataclass(frozen=True)
class Load:
    """What was answered in some seconds, and what asking for it cost us."""

    answers: int
    seconds: float
    our_cpu: float


def request_of(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return the bytes of a request."""
    told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def load(url: str, request: bytes, connections: int, seconds: float) -> Load:
    """Send a request on so many connections, on each as soon as the one before has been answered."""
    until, began_cpu = time.monotonic() + seconds, time.process_time()
    with ThreadPoolExecutor(connections) as threads:
        counts = [threads.submit(_ask, url, request, until) for _ in range(connections)]
        answers = sum(count.result() for count in counts)
    return Load(answers, seconds, time.process_time() - began_cpu)


def _ask(url: str, request: bytes, until: float) -> int:
    address = urlsplit(url)
    answers = 0
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        while time.monotonic() < until:
            connection.sendall(request)
            _read(connection)
            answers += 1
    return answers


def _read(connection: socket.socket) -> None:
    """Read an answer to its end; RuntimeError if it is a refusal."""
    answer = b""
    while END not in answer:
        answer += _some(connection)
    head, _, body = answer.partition(END)
    if not head.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3")):
        raise RuntimeError(f"the tool answered: {head[:200].decode()}")
    left = int(head.lower().partition(LENGTH)[2].partition(b"\r")[0]) - len(body)
    while left > 0:
        left -= len(_some(connection))


def _some(connection: socket.socket) -> bytes:
    """Return what has arrived; RuntimeError if the other side has ended."""
    if arrived := connection.recv(262_144):
        return arrived
    raise RuntimeError("the tool closed the connection")
