"""HTTP as the client needs it: a deadline for all of an answer, whatever the server does."""

from __future__ import annotations

import io
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from .clock import Clock
from .dial import Deadline, TimedOutError, TransportError, dial

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LENGTH = 64 * 1024 * 1024
"""Bytes of an answer or an event, beyond which it is given up."""

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65536


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked."""

    path: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Http:
    """Calls to one server."""

    def __init__(self, url: str, token: str | None, clock: Clock) -> None:
        self._base = url.rstrip("/")
        self._clock = clock
        self._headers = {"User-Agent": "featureflags-client-python", "Connection": "close"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(self, request: Request, timeout: float) -> Answer:
        """Gets a whole answer. Raises TransportError."""
        stream = self.open(request, timeout)
        try:
            return Answer(stream.status, stream.headers, stream.read_all())
        finally:
            stream.close()

    def open(self, request: Request, timeout: float) -> Stream:
        """Gets the beginning of an answer. Raises TransportError."""
        deadline = Deadline(self._clock, timeout)
        url = self._base + request.path
        for _ in range(_MAX_REDIRECTS + 1):
            stream = _send(url, request, {**self._headers, **request.headers}, deadline)
            target = _redirected(url, stream)
            if target is None:
                return stream
            stream.close()
            url = target
        raise TransportError(f"more than {_MAX_REDIRECTS} redirects")


def with_environment(path: str, environment: str | None) -> str:
    """The path with its query."""
    return path if environment is None else f"{path}?environment={quote(environment, safe='')}"


class Stream:
    """An answer whose body is read as it comes."""

    def __init__(self, connection: _Connection, response: HTTPResponse, deadline: Deadline) -> None:
        self._connection = connection
        self._response = response
        self._deadline = deadline
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    def read(self, timeout: float) -> bytes:
        """The next bytes; none at the end. Raises TransportError."""
        self._deadline.move(timeout)
        return self._read()

    def read_all(self) -> bytes:
        """The whole body, unpacked."""
        unpack = zlib.decompressobj(31) if self.headers.get("content-encoding") == "gzip" else None
        body = bytearray()
        try:
            while data := self._read():
                room = MAX_LENGTH + 1 - len(body)
                body += data if unpack is None else unpack.decompress(data, room)
                if len(body) > MAX_LENGTH:
                    raise TransportError(f"the answer is longer than {MAX_LENGTH} bytes")
        except zlib.error as error:
            raise TransportError(f"the answer cannot be unpacked: {error}") from None
        if unpack is not None and not unpack.eof:
            raise TransportError("the answer was cut off")
        return bytes(body)

    def abort(self) -> None:
        """Ends it from another thread: whoever reads is woken."""
        self._connection.abort()

    def close(self) -> None:
        """Lets go of the connection."""
        self._response.close()
        self._connection.close()

    def _read(self) -> bytes:
        try:
            data = self._response.read1(_CHUNK)
            # http.client takes an early end for the end, where it does not count chunks itself.
            if not data and self._response.length:
                raise IncompleteRead(b"", self._response.length)
        except IncompleteRead:
            raise TransportError("the answer was cut off") from None
        except (OSError, HTTPException, ValueError) as error:
            raise _told(error) from error
        return data


def _send(url: str, request: Request, headers: Mapping[str, str], deadline: Deadline) -> Stream:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = _Connection(parts.hostname or "", parts.port, parts.scheme == "https", deadline)
    try:
        method = "GET" if request.body is None else "POST"
        connection.request(method, path or "/", request.body, headers)
        return Stream(connection, connection.getresponse(), deadline)
    except (OSError, HTTPException, ValueError) as error:
        connection.close()
        raise _told(error) from error
    except TransportError:
        connection.close()
        raise


def _told(error: Exception) -> TransportError:
    if isinstance(error, TimeoutError):
        return TimedOutError("no answer in time")
    if isinstance(error, HTTPException):
        return TransportError(f"the answer is not HTTP ({type(error).__name__}: {error})")
    return TransportError(str(error) or type(error).__name__)


def _redirected(url: str, stream: Stream) -> str | None:
    """Where the answer sends us, if that is the same origin: a token goes to nobody else."""
    location = stream.headers.get("location")
    if stream.status not in _REDIRECTS or location is None:
        return None
    try:
        target = urljoin(url, location)
        is_same = urlsplit(target)[:2] == urlsplit(url)[:2]
    except ValueError:
        # Not an address; the status says what came.
        return None
    return target if is_same else None


class _Connection(HTTPConnection):
    """A connection whose every step keeps one deadline."""

    def __init__(self, host: str, port: int | None, is_secure: bool, deadline: Deadline) -> None:
        super().__init__(host, port or (443 if is_secure else 80))
        self._is_secure = is_secure
        self._deadline = deadline
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        """Connects to the first address that answers."""
        plain = dial(self.host, self.port, self._deadline)
        self._socket = plain
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._is_secure:
            plain.settimeout(self._deadline.left())
            self._socket = ssl.create_default_context().wrap_socket(
                plain, server_hostname=self.host
            )
        self.sock = _TimedSocket(self._socket, self._deadline)

    def abort(self) -> None:
        """Wakes whoever reads."""
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It has ended by itself: nobody is left to be woken.
                return


class _TimedSocket:
    """What http.client needs of a socket."""

    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._inner.settimeout(self._deadline.left())
        self._inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._inner, self._deadline))

    def close(self) -> None:
        self._inner.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, inner: socket.socket, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        # Keeps the socket open while the answer is read: http.client closes it before.
        self._raw = inner.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._inner.settimeout(self._deadline.left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
