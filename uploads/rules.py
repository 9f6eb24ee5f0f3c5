"""Which files are taken, by name, first bytes and inner structure (reliability-and-security.md §3, Uploads)."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

MEGABYTE = 1024 * 1024
FILE_AT_MOST = 10 * MEGABYTE
FILES_OF_A_RECORD = 20
BYTES_OF_A_PERSON = 500 * MEGABYTE
NAME_AT_MOST = 150

MEMBERS_AT_MOST = 1000
UNPACKED_AT_MOST = 100 * MEGABYTE
RATIO_AT_MOST = 100
PIXELS_AT_MOST = 40_000_000
# How files begin that are something else, or that a browser would take for a page.
NOT_TEXT = (b"%pdf-", b"pk\x03\x04", b"mz", b"{\\rtf", b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")


class Refused(ValueError):
    """The file is not taken; the message says why, and what to do."""


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what it is called, its media type, and what its inside has to be."""

    code: str
    words: str
    media_type: str
    check: Callable[[BinaryIO], None]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


def shown_name(name: str) -> str:
    """The name as pages and downloads show it: composed, without control and direction characters or folders, at most
    150 characters, the ending kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(one for one in name if unicodedata.category(one)[0] != "C").strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:NAME_AT_MOST]
    return f"{stem[: NAME_AT_MOST - len(ending) - 1]}.{ending}" if len(ending) < 10 else name[:NAME_AT_MOST]


def kind_of(name: str, size: int, content: BinaryIO) -> Kind:
    """The kind of the file, when it is one that is taken. Raises Refused."""
    ending = name.rpartition(".")[2].lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise Refused(f"Choose a file of one of these kinds: {WORDS}.")
    if size > FILE_AT_MOST:
        raise Refused(f"The file is {_megabytes(size)} MB. Choose one of at most {_megabytes(FILE_AT_MOST)} MB.")
    if not size:
        raise Refused("The file is empty. Choose another one.")
    content.seek(0)
    kind.check(content)
    content.seek(0)
    return kind


def check_room(*, files: int, bytes_used: int, size: int) -> None:
    """Whether the record and its person have room for one more. Raises Refused."""
    if files >= FILES_OF_A_RECORD:
        raise Refused(f"There are {FILES_OF_A_RECORD} files already. Take one off before you add another.")
    if bytes_used + size > BYTES_OF_A_PERSON:
        most = _megabytes(BYTES_OF_A_PERSON)
        raise Refused(f"Your files would be more than {most} MB together. Take some off first.")


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0")


def _begins(content: BinaryIO, *signatures: bytes) -> bool:
    content.seek(0)
    return content.read(16).startswith(signatures)


def _other(what: str) -> Refused:
    return Refused(f"The file is called {what} and is something else inside. Save it again as {what}, then add it.")


def _pdf(content: BinaryIO) -> None:
    if not _begins(content, b"%PDF-"):
        raise _other("a PDF")
    content.seek(0)
    if b"/Encrypt" in content.read():
        raise Refused("The PDF is protected by a password. Save it without one, then add it.")


def _text(content: BinaryIO) -> None:
    content.seek(0)
    data = content.read()
    if b"\0" in data or data.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(NOT_TEXT):
        raise _other("a text file")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("The text file is written in another encoding. Save it as UTF-8, then add it.") from None


def _image(form: str) -> Callable[[BinaryIO], None]:
    what = f"a {form} picture"

    def check(content: BinaryIO) -> None:
        content.seek(0)
        try:
            # The size stands in the header; nothing is unpacked before it is known to be small enough.
            with Image.open(content, formats=[form]) as picture:
                width, height = picture.size
        except Image.DecompressionBombError:
            raise Refused("The picture is larger than 40 megapixels. Make it smaller, then add it.") from None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
            raise _other(what) from None
        if width * height > PIXELS_AT_MOST:
            raise Refused("The picture is larger than 40 megapixels. Make it smaller, then add it.")

    return check


def _office(what: str, main_part: str) -> Callable[[BinaryIO], None]:
    def check(content: BinaryIO) -> None:
        if not _begins(content, b"PK\x03\x04"):
            raise Refused(f"The file is not {what}, or is protected by a password. Save it again without one.")
        try:
            with zipfile.ZipFile(content) as packed:
                members = packed.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise _other(what) from None
        names = {member.filename for member in members}
        if not {"[Content_Types].xml", main_part} <= names:
            raise _other(what)
        if any(member.flag_bits & 1 for member in members):
            raise Refused("The file is protected by a password. Save it without one, then add it.")
        if any(_leads_out(name) for name in names):
            raise _other(what)
        if any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in names):
            raise Refused("The file has macros. Save it without them, then add it.")
        unpacked = sum(member.file_size for member in members)
        packed_size = max(1, sum(member.compress_size for member in members))
        if len(members) > MEMBERS_AT_MOST or unpacked > UNPACKED_AT_MOST or unpacked > RATIO_AT_MOST * packed_size:
            raise Refused("The file unpacks to far more than it seems to hold. Save it as a PDF, then add that.")

    return check


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


_MEDIA = "application/vnd.openxmlformats-officedocument"
_JPEG = Kind("jpeg", "JPEG", "image/jpeg", _image("JPEG"))
KINDS = {
    "pdf": Kind("pdf", "PDF", "application/pdf", _pdf),
    "docx": Kind(
        "docx", "Word (.docx)", f"{_MEDIA}.wordprocessingml.document", _office("a Word document", "word/document.xml")
    ),
    "xlsx": Kind(
        "xlsx", "Excel (.xlsx)", f"{_MEDIA}.spreadsheetml.sheet", _office("an Excel workbook", "xl/workbook.xml")
    ),
    "pptx": Kind(
        "pptx",
        "PowerPoint (.pptx)",
        f"{_MEDIA}.presentationml.presentation",
        _office("a PowerPoint presentation", "ppt/presentation.xml"),
    ),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("png", "PNG", "image/png", _image("PNG")),
    "txt": Kind("txt", "plain text (.txt)", "text/plain; charset=utf-8", _text),
}
WORDS = ", ".join(dict.fromkeys(kind.words for kind in KINDS.values()))
ENDINGS = ",".join(f".{ending}" for ending in KINDS)
