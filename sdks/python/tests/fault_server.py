"""A scripted server for all that a real one never does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Script = Callable[["Asked", socket.socket], None]


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FaultServer:
    """Answers each path by a script, which may be changed at any time."""

    scripts: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.ended = threading.Event()
        self.serve: Callable[[socket.socket], None] = self._serve
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in tuple(self.asked) if asked.path.partition("?")[0] == path]

    def close(self) -> None:
        self.ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            asked = _read(connection)
            if asked is None:
                return
            self.asked.append(asked)
            script = self.scripts.get(asked.path.partition("?")[0], answering(404, b"{}"))
            script(asked, connection)
        except OSError:
            # The client went; it is what some tests are about.
            return
        finally:
            connection.close()


def answering(status: int, body: bytes, **headers: str) -> Script:
    """A plain answer; names of headers have underscores."""

    def script(_asked: Asked, connection: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return script


def streaming(*pieces: bytes, then: threading.Event | None = None) -> Script:
    """A stream of these pieces, which stays open until `then`."""

    def script(_asked: Asked, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for piece in pieces:
            connection.sendall(piece)
        if then is not None:
            then.wait(60)

    return script


def silent(server: FaultServer) -> Script:
    """Says nothing until the server ends."""

    def script(_asked: Asked, _connection: socket.socket) -> None:
        server.ended.wait(60)

    return script


def raw(text: bytes) -> Script:
    """Just these bytes."""
    return lambda _asked, connection: connection.sendall(text)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    return Asked(method, path, headers, body)
