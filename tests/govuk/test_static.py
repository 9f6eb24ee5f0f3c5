"""What is served to a first visitor: built, light, from this host alone."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings

from scripts.build_static import build

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def built():
    build()
    return ROOT / "static" / "build"


def test_a_second_build_has_nothing_to_do(built):
    assert build() is False


def test_stylesheet_fetches_nothing_and_is_ours(built):
    css = (built / "app.css").read_text()
    for word in ("url(", "GDS Transport", "crest", "@import"):
        assert word not in css
    assert css.startswith((":root", "."))


def test_script_is_one_module_without_imports(built):
    script = (built / "app.js").read_text()
    assert "sourceMappingURL" not in script
    assert "import " not in script.split("initAll();")[-1]
    assert "export{" not in script


@pytest.mark.urls("tests.govuk.urls")
def test_first_visit_weighs_at_most_45_kilobytes(built, client, db):
    """The gallery is longer than any page that people see."""
    page = client.get("/design/").content
    weight = sum(
        len(gzip.compress(content))
        for content in (page, (built / "app.css").read_bytes(), (built / "app.js").read_bytes())
    )
    assert weight <= 45_000


def test_lock_holds_no_download_addresses():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
