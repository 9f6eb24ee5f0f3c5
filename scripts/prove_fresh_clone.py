"""Prove a fresh clone: an empty folder, an empty environment, `make demo`, each demo account, then `make test`.

Only what pip and npm need to reach their registries on this machine is passed on.
"""

import argparse
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import real_servers

ROOT = Path(__file__).resolve().parent.parent
PASSED_ON = re.compile(
    r"PATH|HOME|LANG|PIP_.*|NPM_CONFIG_.*|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE"
    r"|GIT_SSL_CAINFO|CURL_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy"
)
PASSWORD = "everyday-learning"  # noqa: S105 - printed by `make demo`
ACCOUNT = re.compile(r"^\s+(\S+@demo\.bexley\.example)\s", re.MULTILINE)


class NotProven(Exception):
    """What did not hold."""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}


def say(what: str, began: float) -> None:
    print(f"{time.monotonic() - began:7.1f} s  {what}", flush=True)


def processes_of(session: int) -> list[int]:
    """Every living process of these sessions and all that they started, by the parents in /proc."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(status.parent.name)] = int(fields[1])
    found, fresh = set(), {session}
    while fresh:
        found |= fresh
        fresh = {child for child, parent in parents.items() if parent in found} - found
    return sorted(found & set(parents))


def first_page(address: str, email: str) -> tuple[int, str, str]:
    """Sign in as a browser without scripts would; status, address and text of the page that follows."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{address}/account/login/?next=/", timeout=30) as response:
        form = response.read().decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    fields = {**hidden, "login": email, "password": PASSWORD}
    request = urllib.request.Request(
        f"{address}/account/login/", urllib.parse.urlencode(fields).encode(), {"Referer": f"{address}/account/login/"}
    )
    try:
        with browser.open(request, timeout=30) as response:
            return response.status, response.url, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.url, refused.read().decode()


def prove_demo(clone: Path, began: float) -> None:
    port = real_servers.free_port()
    address = f"http://127.0.0.1:{port}"
    log = clone.parent / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env={**environment(), "PORT": str(port)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while "Ctrl-C stops it" not in log.read_text():
            if demo.poll() is not None or time.monotonic() - began > 900:
                raise NotProven(f"`make demo` did not come up:\n{log.read_text()}")
            time.sleep(0.2)
        say("make demo serves", began)
        with urllib.request.urlopen(f"{address}/health/ready", timeout=10) as response:
            say(f"/health/ready: {response.status} {response.read().decode()}", began)
        accounts = ACCOUNT.findall(log.read_text())
        if len(accounts) != 12:
            raise NotProven(f"`make demo` printed {len(accounts)} accounts, not 12.")
        for email in accounts:
            status, url, text = first_page(address, email)
            title = re.search(r"<title>\s*(.*?)\s*</title>", text, re.DOTALL)
            if status != 200 or "/account/login" in url or 'name="password"' in text:
                raise NotProven(f"{email} got {status} at {url}")
            say(f"{email}: {status} {title[1] if title else ''}", began)
        started = processes_of(demo.pid)
        stopping = time.monotonic()
        os.kill(demo.pid, signal.SIGTERM)
        demo.wait(timeout=60)
        left = [pid for pid in started if Path(f"/proc/{pid}").exists()]
        if left:
            raise NotProven(f"Left behind: {left}")
        say(f"stopped {len(started)} processes in {time.monotonic() - stopping:.1f} s, none left", began)
    finally:
        if demo.poll() is None:
            for pid in processes_of(demo.pid):
                os.kill(pid, signal.SIGKILL)


def prove_tests(clone: Path, began: float) -> None:
    if subprocess.run(["make", "test"], cwd=clone, env=environment(), check=False).returncode:
        raise NotProven("`make test` failed.")
    say("make test passed", began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["demo", "test"], help="leave the other half out")
    only = parser.parse_args().only
    with tempfile.TemporaryDirectory(prefix="portal-clone-") as folder:
        clone = Path(folder) / "portal"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        try:
            if only != "test":
                print("First start, from nothing:")
                prove_demo(clone, time.monotonic())
                print("Second start, on the data of the first:")
                prove_demo(clone, time.monotonic())
            if only != "demo":
                print("Tests:")
                prove_tests(clone, time.monotonic())
        except NotProven as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
