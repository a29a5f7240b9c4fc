"""How requests and raw answers lie in files, the same for both load generators.

Requests: for each its length in bytes as a line, the bytes as they go over the wire, a line's end.
Answers: for each a line `n begun seconds status place length`, and when length is not -1 the body and a line's end.
`n` counts requests from 0; -1 where the generator cannot tell (wrk); -2 marks the beginning. `begun` is seconds since the
epoch: when the request was sent, in an open loop when it was due; of wrk, which cannot tell, when it was answered, with seconds 0.
Status 0: no answer, and the body says why. A body that came before is not written again: `place` is its number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = tuple[int, float, float, int, bytes]  # n, begun, seconds, status, body


@dataclass(frozen=True, slots=True)
class Answer:
    n: int
    begun: float  # seconds since the epoch
    seconds: float
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def post(path: str, body: Any, **headers: str) -> bytes:
    """A request as it goes over the wire. `body` becomes JSON unless it is bytes; `accept_language="en"` is a header."""
    sent = body if isinstance(body, bytes) else json.dumps(body, separators=(",", ":")).encode()
    return _request("POST", path, {"content_type": "application/json", "content_length": str(len(sent)), **headers}) + sent


def get(path: str, **headers: str) -> bytes:
    return _request("GET", path, headers)


def _request(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in {"accept_language": "en", **headers}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for request in requests:
            file.write(b"%d\n%b\n" % (len(request), request))


def read_requests(path: Path) -> list[bytes]:
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        end = data.index(b"\n", at)
        length = int(data[at:end])
        found.append(data[end + 1 : end + 1 + length])
        at = end + length + 2
    return found


def whole_answer(data: bytes) -> tuple[int, bytes, bool] | None:
    """Status, body, and whether the connection stays open, of a complete answer; None while something is missing."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = data[:end].lower()
    status = int(head[9:12])
    stays_open = b"\r\nconnection: close" not in head
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r", at + 2)
        length = int(head[at + 17 : stop if stop > 0 else end])
        body = data[end + 4 : end + 4 + length]
        return (status, body, stays_open) if len(body) == length else None
    if b"\r\ntransfer-encoding: chunked" in head:
        chunks = _chunks(data, end + 4)
        return None if chunks is None else (status, chunks, stays_open)
    return status, b"", stays_open  # 204, 304


def _chunks(data: bytes, at: int) -> bytes | None:
    parts: list[bytes] = []
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        length = int(data[at:end].split(b";")[0], 16)
        if len(data) < end + 2 + length + 2:
            return None
        if length == 0:
            return b"".join(parts)
        parts.append(data[end + 2 : end + 2 + length])
        at = end + 2 + length + 2


def write_records(path: Path, records: Sequence[Record], epoch: float) -> None:
    """`epoch` is what makes seconds since the epoch of the generator's clock."""
    places: dict[bytes, int] = {}
    with path.open("wb") as file:
        for n, begun, seconds, status, body in records:
            known = len(places)
            place = places.setdefault(body, known)
            fresh = place == known
            file.write(b"%d %.6f %.6f %d %d %d\n" % (n, begun + epoch, seconds, status, place, len(body) if fresh else -1))
            if fresh:
                file.write(body + b"\n")


def read_answers(path: Path) -> Iterator[Answer]:
    bodies: list[bytes] = []
    data, at = path.read_bytes(), 0
    while at < len(data):
        end = data.find(b"\n", at)
        if end < 0:
            return
        n, begun, seconds, status, place, length = data[at:end].split()
        at = end + 1
        size = int(length)
        if size >= 0:
            bodies.append(data[at : at + size])
            at += size + 1
        if int(n) != -2:
            yield Answer(int(n), float(begun), float(seconds), int(status), bodies[int(place)])


def began(path: Path) -> float | None:
    """When wrk began, seconds since the epoch."""
    with path.open("rb") as file:
        first = file.readline().split()
    return float(first[1]) if first[:1] == [b"-2"] else None
