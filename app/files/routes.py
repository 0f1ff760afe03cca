"""Files over HTTP: send one in (raw or as a form), read about it, get it back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.files import media, serving
from app.files.answers import FileAnswer, TextAnswer
from app.files.file import FileText
from app.files.keeping import LONGEST_NAME, checked_name, content_of, keep, put
from app.files.seeing import must_be_clean, seen_file
from app.files.spool import Spool, spool
from app.files.store import CHUNK_BYTES, open_store
from app.files.views import PICTURE_TYPE, Kind, NoView, view_of
from app.rest import PREFIX
from app.rest.ask import Ask, Reading, Route, Uploading, claim, write
from app.rest.fields import STORABLE
from app.rest.problem import responses
from core.errors import Invalid

router = APIRouter(prefix=f"{PREFIX}/files", tags=["files"], responses=responses(401, 403, 404, 422, 503))
about = APIRouter(
    prefix=f"{PREFIX}/files", tags=["files"], route_class=Route, responses=responses(401, 404, 409, 422, 423, 503)
)

FORM_FIELDS = 10
BINARY = {"schema": {"type": "string", "format": "binary"}}
SENT = {
    "required": True,
    "content": {
        "application/octet-stream": BINARY,
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}
BYTES: dict[str, Any] = dict.fromkeys(sorted(media.TYPES), BINARY)
CONTENT = {"description": "The bytes.", "content": BYTES}
VIEW = {"description": "A picture.", "content": {PICTURE_TYPE: BINARY}}
Name = Annotated[
    str | None,
    Query(max_length=LONGEST_NAME, description="What the file is called, for raw bodies.", json_schema_extra=STORABLE),
]
Range = Annotated[str | None, Header(description="One range of bytes; of several, the whole is sent.")]


@router.post(
    "", status_code=201, name="upload_file", response_model=FileAnswer,
    responses=responses(409, 413), openapi_extra={"requestBody": SENT},
)  # fmt: skip
async def upload_file(request: Request, ask: Uploading, name: Name = None) -> Response:
    """Send a file in, as the raw body or as the part `file` of a form. Only you know of it until you attach it.

    Its type is decided by its content. Attach it by its id: `attachments` of reply, note and opening a ticket.
    """
    with spool(ask.desk.settings) as came:
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            name = await _from_form(request, came) or name
        else:
            await _fill(came, request.stream())
            if not came.size_bytes:
                raise Invalid("The body is empty: send the bytes of the file.")
        called = checked_name(name)
        claim(ask, request, f"{came.sha256} {called}".encode())
        return await run_in_threadpool(_keep, ask, came, called)


@about.get("/{file_id}/about")
def read_file(ask: Reading, file_id: UUID) -> FileAnswer:
    """What is known of a file: its name, size, type, hash and state."""
    return FileAnswer.of(*seen_file(ask.session, ask.actor, file_id))


@router.get(
    "/{file_id}", name="download_file", response_class=Response,
    responses={200: CONTENT, 206: CONTENT, 304: {"description": "You have it."}, **responses(409, 416, 423)},
)  # fmt: skip
def download_file(
    request: Request,
    ask: Reading,
    file_id: UUID,
    range: Range = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The file's bytes, to be kept rather than shown. Whoever may read the message gets it."""
    with ask.desk.database.reading() as session:
        attachment, content = seen_file(session, ask.actor, file_id)
    must_be_clean(content)
    return serving.send(
        open_store(ask.desk.settings), content.sha256, content.size_bytes, content.media_type,
        download_as=attachment.name, wanted=range, known=if_none_match, if_range=request.headers.get("if-range"),
    )  # fmt: skip


@router.get(
    "/{file_id}/views/{kind}", name="view_file", response_class=Response,
    responses={200: VIEW, 206: VIEW, 304: {"description": "You have it."}, **responses(409, 416, 423)},
)  # fmt: skip
def view_file(
    request: Request, ask: Reading, file_id: UUID, kind: Kind, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """A picture of a file to show: of an image, newly drawn, or of a PDF's first page. 404: there is none."""
    desk = ask.desk
    with desk.database.reading() as session:
        _, content = seen_file(session, ask.actor, file_id)
    must_be_clean(content)
    view = view_of(desk.database, desk.settings, content, kind)
    assert view.view_sha256 is not None
    return serving.send(
        open_store(desk.settings), view.view_sha256, view.size_bytes, PICTURE_TYPE,
        download_as=None, wanted=request.headers.get("range"), known=if_none_match,
    )  # fmt: skip


@about.get("/{file_id}/text")
def read_text(ask: Reading, file_id: UUID) -> TextAnswer:
    """The text inside a file, as far as it was read: the first part of text files and PDFs. 404: there is none."""
    _, content = seen_file(ask.session, ask.actor, file_id)
    must_be_clean(content)
    found = ask.session.get(FileText, content.sha256)
    if found is None:
        raise NoView
    return TextAnswer(text=found.text)


def _keep(ask: Ask, came: Spool, name: str) -> Response:
    settings = ask.desk.settings
    store = open_store(settings)
    put(store, came)

    def work() -> FileAnswer:
        attachment = keep(ask.session, store, ask.actor, came, name, is_scanned=bool(settings.clamd))
        return FileAnswer.of(attachment, content_of(ask.session, came.sha256))

    return write(ask, work, 201)


async def _from_form(request: Request, came: Spool) -> str | None:
    """The part `file`. Starlette keeps large parts on disk while it reads them; other parts do not matter."""
    async with _form(request) as form:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise Invalid("Send the file as the part 'file' of the form.")
        while piece := await part.read(CHUNK_BYTES):
            came.write(piece)
        return part.filename


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    form = request.form(max_files=1, max_fields=FORM_FIELDS, max_part_size=LONGEST_NAME * 8)
    try:
        read = await form
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise Invalid("The form cannot be read; send one file as its part 'file'.") from error
    try:
        yield read
    finally:
        await read.close()


async def _fill(came: Spool, stream: AsyncIterator[bytes]) -> None:
    async for piece in stream:
        came.write(piece)
