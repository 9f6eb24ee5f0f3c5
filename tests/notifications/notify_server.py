"""A stand-in for the API of GOV.UK Notify, on loopback, that answers by the words in the address."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

SERVICE = "11111111-1111-4111-8111-111111111111"
SECRET = "22222222-2222-4222-8222-222222222222"
KEY = f"portal-{SERVICE}-{SECRET}"
TEMPLATE = "33333333-3333-4333-8333-333333333333"
# What Notify answers, as its documentation words it.
ANSWERS = {
    "team403": (403, {"error": "BadRequestError", "message": "Can't send to this recipient using a team-only API key"}),
    "bad400": (400, {"error": "ValidationError", "message": "email_address Not a valid email address"}),
    "limit429": (429, {"error": "RateLimitError", "message": "Exceeded rate limit for key type LIVE"}),
    "broken500": (500, {"error": "Exception", "message": "Internal server error"}),
    "away503": (503, {"error": "Exception", "message": "Down for maintenance"}),
}


class Notify:
    """Keeps what it took, with the tokens checked; `lost@` is taken and the answer is lost."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = "sending"

    def post(self, data: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        name = data["email_address"].partition("@")[0]
        if name in ANSWERS:
            code, error = ANSWERS[name]
            return code, {"status_code": code, "errors": [error]}
        if data["template_id"] != TEMPLATE:
            return 400, {"status_code": 400, "errors": [{"error": "BadRequestError", "message": "Template not found"}]}
        self.taken.append(data)
        if name == "lost":
            return None
        return 201, {"id": "44444444-4444-4444-8444-444444444444", "reference": data["reference"]}

    def find(self, query: dict[str, list[str]]) -> dict[str, Any]:
        (reference,) = query["reference"]
        self.asked.append(reference)
        found = [{"status": self.status} for data in self.taken if data["reference"] == reference]
        return {"notifications": found, "links": {}}


def _handler(notify: Notify) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = self._refusal() or notify.post(data)
            if answer is None:
                time.sleep(1)
                self.close_connection = True
                return
            self._answer(*answer)

        def do_GET(self) -> None:
            self._answer(*(self._refusal() or (200, notify.find(parse_qs(urlsplit(self.path).query)))))

        def _refusal(self) -> tuple[int, dict[str, Any]] | None:
            token = self.headers["Authorization"].removeprefix("Bearer ")
            try:
                claims = jwt.decode(token, SECRET, algorithms=["HS256"])
            except jwt.InvalidTokenError:
                claims = {}
            if claims.get("iss") == SERVICE:
                return None
            return 403, {"status_code": 403, "errors": [{"error": "AuthError", "message": "Invalid token: signature"}]}

        def _answer(self, code: int, body: dict[str, Any]) -> None:
            words = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *args: Any) -> None:
            return

    return Handler


@contextlib.contextmanager
def notify_server() -> Iterator[tuple[Notify, str]]:
    """The stand-in and its address."""
    notify = Notify()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(notify))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield notify, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
