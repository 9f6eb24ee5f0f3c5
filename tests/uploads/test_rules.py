"""What is taken and what is not: by name, first bytes and inner structure."""

from __future__ import annotations

import io

import pytest

from tests.uploads.samples import PDF, office, picture
from uploads import rules

BOMB = b"\0" * (2 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("view.pdf", PDF, "pdf"),
        ("VIEW.PDF", PDF, "pdf"),
        ("view.docx", office("docx"), "docx"),
        ("hours.xlsx", office("xlsx"), "xlsx"),
        ("talk.pptx", office("pptx"), "pptx"),
        ("board.jpg", picture(), "jpeg"),
        ("board.jpeg", picture(), "jpeg"),
        ("board.png", picture("PNG"), "png"),
        ("note.txt", "What I learned – in short".encode(), "txt"),
    ],
)
def test_what_is_taken(name: str, content: bytes, kind: str) -> None:
    assert rules.kind_of(name, len(content), io.BytesIO(content)).code == kind


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.html", b"<html>", "Choose a file of one of these kinds"),
        ("drawing.svg", b"<svg/>", "Choose a file of one of these kinds"),
        ("all.zip", office("docx"), "Choose a file of one of these kinds"),
        ("macro.docm", office("docx"), "Choose a file of one of these kinds"),
        ("noending", PDF, "Choose a file of one of these kinds"),
        ("empty.pdf", b"", "The file is empty"),
        ("view.pdf", b"<html>", "called a PDF"),
        ("view.pdf", PDF + b"/Encrypt 5 0 R", "protected by a password"),
        ("page.txt", b"\xef\xbb\xbf <!DOCTYPE html><script>", "called a text file"),
        ("page.txt", b"<svg onload=x>", "called a text file"),
        ("prog.txt", b"MZ\x90\x00", "called a text file"),
        ("old.txt", "Bexley café".encode("cp1252"), "Save it as UTF-8"),
        ("view.docx", office("xlsx"), "called a Word document"),
        ("view.docx", b"PK\x03\x04broken", "called a Word document"),
        ("view.docx", b"\xd0\xcf\x11\xe0old or locked", "protected by a password"),
        ("view.docx", office("docx", **{"word/vbaProject.bin": b"x"}), "has macros"),
        ("view.docx", office("docx", **{"../../out.txt": b"x"}), "called a Word document"),
        ("view.docx", office("docx", **{"/etc/out.txt": b"x"}), "called a Word document"),
        ("view.xlsx", office("xlsx", **{"xl/big.xml": BOMB}), "unpacks to far more"),
        ("view.pptx", office("pptx", **{f"ppt/{n}.xml": b"" for n in range(1000)}), "unpacks to far more"),
        ("board.jpg", picture("PNG"), "called a JPEG picture"),
        ("board.png", b"\x89PNG\r\n\x1a\nbroken", "called a PNG picture"),
    ],
)
def test_what_is_not(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(rules.Refused, match=reason):
        rules.kind_of(name, len(content), io.BytesIO(content))


def test_the_size_is_said() -> None:
    with pytest.raises(rules.Refused, match=r"The file is 12\.5 MB\. Choose one of at most 10 MB"):
        rules.kind_of("view.pdf", int(12.5 * rules.MEGABYTE), io.BytesIO(b""))


def test_pictures_have_at_most_forty_megapixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PIXELS_AT_MOST", 40 * 30 - 1)
    with pytest.raises(rules.Refused, match="larger than 40 megapixels"):
        rules.kind_of("board.png", 1, io.BytesIO(picture("PNG")))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("My view.pdf", "My view.pdf"),
        ("C:\\Documents\\view.pdf", "view.pdf"),
        ("../../etc/view.pdf", "view.pdf"),
        ("view\u202efdp.exe.pdf", "viewfdp.exe.pdf"),
        ("vi\x00e\nw.pdf", "view.pdf"),
        ("Cafe\u0301.pdf", "Café.pdf"),
        ("a" * 200 + ".pdf", "a" * 146 + ".pdf"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_names_as_they_are_shown(given: str, shown: str) -> None:
    assert rules.shown_name(given) == shown


def test_room_of_a_record_and_of_a_person() -> None:
    rules.check_room(files=19, bytes_used=0, size=rules.BYTES_OF_A_PERSON)
    with pytest.raises(rules.Refused, match="20 files already"):
        rules.check_room(files=20, bytes_used=0, size=1)
    with pytest.raises(rules.Refused, match="more than 500 MB"):
        rules.check_room(files=0, bytes_used=1, size=rules.BYTES_OF_A_PERSON)
