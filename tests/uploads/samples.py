"""Files made for the tests, whole and broken."""

import io
import zipfile
from typing import Any

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"
PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def office(ending: str, **more: bytes) -> bytes:
    """An Office file as far as its structure goes, with more members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {"[Content_Types].xml": b"<Types/>", PARTS[ending]: b"<x/>", **more}.items():
            packed.writestr(name, content)
    return out.getvalue()


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, form, **more)
    return out.getvalue()


def picture_with_place() -> bytes:
    """A photograph, lying on its side, that says where it was taken, with what, and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SampleCamera"
    exif.get_ifd(0x8825)[2] = (51.0, 27.0, 0.0)
    return picture(exif=exif, comment=b"Taken at the sample house")
