from html.parser import HTMLParser

import pytest
from django.conf import settings as django_settings

from notifications import kinds
from notifications.emails import one_line, render

KIND = kinds.MessageKind(code="demo.message", title="Message", trigger="a test says so")
MESSAGE = """{% if name %}Sign off {{ name }}'s checkpoint by 4 March 2027{% endif %}

Hello {{ name }},


# Needs you

- First: {{ note }}
- Second
  goes on

Open the plan:
{{ site_url }}/induction/7/

Open the plan:
{{ note }}

Kind regards
{{ note }}
"""


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.hrefs, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "a":
            self.hrefs.append(dict(attrs)["href"])


@pytest.fixture
def message(settings, tmp_path):
    (tmp_path / "demo" / "emails").mkdir(parents=True)
    (tmp_path / "demo" / "emails" / "message.txt").write_text(MESSAGE)
    engine = {**django_settings.TEMPLATES[0], "DIRS": [*django_settings.TEMPLATES[0]["DIRS"], tmp_path]}
    settings.TEMPLATES = [engine]
    settings.SITE_URL = "https://learning.bexley.example"

    def rendered(**context):
        return render("demo/emails/message", {"name": "Amara", "note": "well done", **context}, kind=KIND)

    rendered.folder = tmp_path / "demo" / "emails"
    return rendered


def links(html):
    parser = Links()
    parser.feed(html)
    return parser


def test_the_first_line_is_the_subject_and_nothing_is_escaped_in_text(message):
    content = message(name="O'Neil & Test")
    assert content.subject == "Sign off O'Neil & Test's checkpoint by 4 March 2027"
    assert content.text_body.startswith("Hello O'Neil & Test,\n\nNeeds you\n---------\n\n- First")


def test_text_and_html_say_the_same(message):
    content = message(why="You are Amara's line manager. Nobody else got this.")
    for words in ("Hello Amara", "Needs you", "First: well done", "/induction/7/", "Nobody else got this."):
        assert words in content.text_body
        assert words.replace("'", "&#x27;") in content.html_body


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><a href="https://evil.example">go</a>',
        "https://evil.example/now",
        "javascript:alert(1)",
        "https://learning.bexley.example.evil.example/",
        "https://learning.bexley.example@evil.example/",
    ],
)
def test_typed_text_is_never_markup_nor_a_link(message, typed):
    found = links(message(note=typed, name=typed, why=typed).html_body)
    assert set(found.hrefs) == {
        "https://learning.bexley.example/induction/7/",
        "https://learning.bexley.example",
    }
    assert not {"script", "img"} & set(found.tags)


def test_the_style_is_on_the_elements_and_nothing_is_fetched(message):
    html = message().html_body
    assert 'class="button" href="https://learning.bexley.example/induction/7/" style="' in html
    assert "prefers-color-scheme: dark" in html
    assert not {"img", "link", "script"} & set(links(html).tags)
    assert "url(" not in html


def test_a_message_may_bring_its_own_html_in_the_same_layout(message):
    (message.folder / "message.html").write_text(
        '{% extends "emails/layout.html" %}{% block content %}<h2>Mine: {{ note }}</h2>{% endblock %}'
    )
    html = message(note="<b>").html_body
    assert "Mine: &lt;b&gt;</h2>" in html
    assert "Bexley Learning and Development" in html


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb", "a b"),
        ("a\r\n\tb", "a b"),
        ("a\u2029b\x7f", "a b"),
        ("  é 😀 ", "é 😀"),
        ("\u202egnp", "gnp"),
    ],
)
def test_one_line(text, line):
    assert one_line(text) == line
