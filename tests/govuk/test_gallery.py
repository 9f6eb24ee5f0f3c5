"""The gallery is true: it shows every component and every state, and stays away from production."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from govuk.states import STATES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
pytestmark = pytest.mark.urls("tests.govuk.urls")


@pytest.fixture
def html(client, db):
    response = client.get("/design/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_component_is_named_and_used(html):
    source = (TEMPLATES / "govuk" / "gallery.html").read_text()
    for path in (*(TEMPLATES / "components").glob("*.html"), *(TEMPLATES / "rows").glob("*.html")):
        assert f"<code>{path.name}</code>" in html, path.name
        tag = re.search(rf"{{% {path.stem}[ %]", source)
        included = f"components/{path.name}" in source or f'rows "{path.name}"' in source
        inner = path.name in {"cell.html"}
        assert tag or included or inner, path.name


def test_every_component_documents_its_arguments():
    for path in (TEMPLATES / "components").glob("*.html"):
        assert "{% comment %}" in path.read_text()[:120], path.name
    for path in (TEMPLATES / "rows").glob("*.html"):
        assert path.read_text().startswith("{#"), path.name


def test_every_state_is_shown(html):
    for code, state in STATES.items():
        assert f"<code>{code}</code>" in html
        assert state.word in html


@override_settings(PORTAL_MODE="production")
def test_gallery_is_not_there_in_production(client, db):
    assert client.get("/design/").status_code == 404


def test_one_heading_of_the_first_level(html):
    assert html.count("<h1") == 1


@pytest.mark.parametrize("code", [400, 403, 404, 409, 500, 503])
def test_error_pages_wear_the_same_dress(client, db, code):
    response = client.get(f"/error/{code}/")
    html = response.content.decode()
    assert response.status_code == code
    assert html.count("<h1") == 1
    assert "Learning and Development" in html
    assert ("Only Amara’s line manager" in html) is (code in {403, 409})
    assert ("Two visits &lt;b&gt;with&lt;/b&gt; the team." in html) is (code in {404, 409})
    assert ("9f2c4a77" in html) is (code in {500, 503})


@pytest.mark.parametrize("code", [500, 503])
def test_pages_for_the_worst_day_need_nothing(code):
    source = (TEMPLATES / f"{code}.html").read_text()
    assert not re.search(r"{% (extends|include|load|url|static)", source)


def test_no_inline_style_script_or_handler_anywhere():
    """The content security policy allows none."""
    wrong = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = {
        str(path.relative_to(TEMPLATES)): wrong.findall(path.read_text())
        for path in TEMPLATES.rglob("*.html")
        if "emails" not in path.parts and wrong.search(path.read_text())
    }
    assert found == {}


def test_templates_never_switch_escaping_off():
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape off|\|\s*safeseq", path.read_text()), path


def test_no_crown_and_no_typeface_of_government():
    for path in [*TEMPLATES.rglob("*.html"), *(Path(settings.BASE_DIR) / "static" / "src").iterdir()]:
        assert not re.search(r"govuk-header|govuk-footer|GDS Transport|crest", path.read_text()), path
