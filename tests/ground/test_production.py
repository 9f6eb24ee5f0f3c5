"""gunicorn as in production: hashed and compressed files, safe headers, safe cookies, logs without secrets."""

import gzip
import http.client
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from tests.real.servers import PRODUCTION, ROOT, Process

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
PROXY = {"Host": "portal.example", "X-Forwarded-Proto": "https"}
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as the container has them."""
    folder = tmp_path_factory.mktemp("static")
    environment = {
        "PATH": "/usr/bin:/bin",
        **PRODUCTION,
        "DATABASE_URL": "sqlite://:memory:",
        "BROKER_URL": "memory://",
        "STATIC_ROOT": str(folder),
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder


@pytest.fixture
def web(start_web: Callable[..., Process], collected: Path) -> Process:
    return start_web(processes=2, STATIC_ROOT=str(collected), **PRODUCTION)


def get(web: Process, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(web.url.removeprefix("http://"), timeout=10)
    connection.request("GET", path, headers={**PROXY, **headers})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


def test_the_sign_in_page_is_dressed_for_production(web: Process) -> None:
    response, body = get(web, "/account/login/")
    assert response.status == 200
    headers = response.headers
    assert directives(headers["Content-Security-Policy"]) == directives(CONTENT_SECURITY_POLICY)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    permissions = headers["Permissions-Policy"]
    assert "camera=()" in permissions
    assert all(part.strip().endswith("=()") for part in permissions.split(","))
    cookies = headers.get_all("Set-Cookie") or []
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_hashed_stylesheet_is_compressed_and_kept_for_ever(web: Process) -> None:
    _, page = get(web, "/account/login/")
    found = re.search(rb'href="(/static/app\.[0-9a-f]{12}\.css)"', page)
    assert found, "the page names no hashed stylesheet"
    address = found[1].decode()
    _, plain = get(web, address, **{"Accept-Encoding": "identity"})
    response, body = get(web, address, **{"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "br"
    assert "immutable" in response.headers["Cache-Control"]
    assert brotli.decompress(body) == plain
    response, body = get(web, address, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(body) == plain


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Forwarded-Proto": "http"}, 301),
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1"}, 400),
    ],
)
def test_other_hosts_and_plain_http_get_no_page(web: Process, headers: dict[str, str], status: int) -> None:
    response, body = get(web, "/account/login/", **headers)
    assert response.status == status
    assert "evil" not in (response.headers["Location"] or "")


def test_a_stranger_learns_no_version(web: Process) -> None:
    for path in ("/health/ready", "/account/login/", "/no-such-page/"):
        response, body = get(web, path)
        text = f"{response.headers}{body.decode()}".lower()
        for word in ("django/", "python/", "postgres", "redis", "gunicorn/"):
            assert word not in text, (path, word)


def test_logs_are_json_lines_without_query_values_or_secret_links(web: Process) -> None:
    get(web, "/account/login/?next=/secret-value/")
    get(web, "/account/password/reset/key/3-abcdef-secret/")
    get(web, "/no-such-page/%0d%0aforged-line")
    lines = [line for line in web.log().splitlines() if line.startswith("{")]
    rows = [json.loads(line) for line in lines]
    finished = [row for row in rows if row.get("event") == "request_finished"]
    assert {"GET /account/login/", "GET /account/password/reset/key/…"} <= {row["request"] for row in finished}
    assert all(row["request_id"] and row["timestamp"].endswith("Z") for row in finished)
    assert "secret" not in web.log()
    assert not [line for line in web.log().splitlines() if line.startswith("forged")]
