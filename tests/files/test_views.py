"""Pictures and text that we make of files, and what search finds in them."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from app.files.examine import examine
from app.files.law import contents_are_there
from search.document import Document
from tests.api.house import ApiHouse
from tests.files.samples import pdf, picture
from tests.files.test_api import attached, sent


def _shown(answer_content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(answer_content))
    image.load()
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize(("view", "size"), [("thumbnail", (320, 213)), ("image", (900, 600))])
def test_a_picture_is_drawn_anew(house: ApiHouse, kind: str, view: str, size: tuple[int, int]) -> None:
    file = sent(house.cleo, picture(kind), f"photo.{kind.lower()}")
    answer = house.cleo.get(f"/api/v1/files/{file['id']}/views/{view}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert (_shown(answer.content).format, _shown(answer.content).size) == ("WEBP", size)


def test_nothing_hidden_in_a_picture_comes_along(house: ApiHouse) -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home, 52.5 N"
    out = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(out, "JPEG", exif=exif, comment=b"<script>")
    file = sent(house.cleo, out.getvalue() + b"<script>alert(1)</script>", "x.jpg")
    shown = house.cleo.get(f"/api/v1/files/{file['id']}/views/image").content
    assert b"script" not in shown
    assert b"taken at home" not in shown
    assert not _shown(shown).getexif()


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGBA"])
def test_every_kind_of_colour_can_be_shown(house: ApiHouse, mode: str) -> None:
    file = sent(house.cleo, picture("PNG", (64, 64), mode))
    assert house.cleo.get(f"/api/v1/files/{file['id']}/views/thumbnail").status_code == 200


def test_a_pdf_shows_its_first_page(house: ApiHouse) -> None:
    file = sent(house.cleo, pdf("Invoice 4711"))
    page = _shown(house.cleo.get(f"/api/v1/files/{file['id']}/views/image").content)
    assert page.height == 1600
    assert page.convert("L").getextrema()[0] < 60


def test_what_cannot_be_shown_says_so(house: ApiHouse) -> None:
    for content in (b"plain words", b"\x89PNG\r\n\x1a\n broken", b"%PDF-1.4 broken", b"\0\1\2"):
        file = sent(house.cleo, content)
        for _ in range(2):
            answer = house.cleo.get(f"/api/v1/files/{file['id']}/views/thumbnail")
            assert (answer.status_code, answer.json()["code"]) == (404, "no_view")


def test_views_are_kept_and_belong_to_the_law(house: ApiHouse) -> None:
    file = sent(house.cleo, picture("PNG", (70, 70)))
    first, second = [house.cleo.get(f"/api/v1/files/{file['id']}/views/thumbnail") for _ in range(2)]
    assert first.content == second.content
    assert house.cleo.get(first.url.path, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert contents_are_there(house.settings).wrong == 0


def test_whoever_gets_no_file_gets_no_view_of_it(house: ApiHouse) -> None:
    file = attached(house, "ana", "note", picture("PNG", (80, 80)))
    for part in ("views/thumbnail", "text"):
        assert house.cleo.get(f"/api/v1/files/{file}/{part}").json()["code"] == "not_found"
    assert house.ana.get(f"/api/v1/files/{file}/views/thumbnail").status_code == 200


@pytest.mark.parametrize("content", [b"The pump hums in B flat.", pdf("The pump hums in B flat.")], ids=["text", "pdf"])
def test_the_text_of_a_file_can_be_read(house: ApiHouse, content: bytes) -> None:
    file = attached(house, "cleo", content=content)
    assert house.cleo.get(f"/api/v1/files/{file}/text").status_code == 404
    examine(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file}/text").json() == {"text": "The pump hums in B flat."}


@pytest.mark.parametrize(("how", "side"), [("reply", "bodies_public"), ("note", "bodies_internal")])
def test_search_knows_the_text_on_the_side_of_its_message(house: ApiHouse, how: str, side: str) -> None:
    words = f"Flux capacitor of the {how}"
    file = attached(house, "ana", how, words.encode())
    examine(house.settings)
    with house.database.reading() as session:
        ticket = session.execute(
            sa.text("select m.ticket_id from message m join attachment a on a.message_id = m.id where a.id = :id"),
            {"id": file},
        ).scalar_one()
        row = session.execute(sa.text("select * from ticket_document where ticket_id = :id"), {"id": ticket})
        document = Document.from_row(dict(row.mappings().one()))
    others = {"bodies_public", "bodies_internal"} - {side}
    assert words in getattr(document, side)
    assert all(words not in getattr(document, other) for other in others)


def test_reading_is_told_once_for_each_message_that_has_the_file(house: ApiHouse) -> None:
    content = b"Sent to two tickets."
    told = [attached(house, "cleo", content=content), attached(house, "ana", content=content)]
    sent(house.cleo, content)
    examine(house.settings)
    examine(house.settings)
    with house.database.reading() as session:
        rows = session.execute(
            sa.text("select payload ->> 'attachment_id' from event_pending where kind = 'file.read'")
        ).scalars()
        assert sorted(row for row in rows if row in told) == sorted(told)
