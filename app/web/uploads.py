"""Files that come with a page's form: kept like those of the API, then named to the command by their ids.

A browser without scripts sends them with the form (`files`); with scripts each was uploaded as it was chosen, and the
form carries ids (`attachments`, separated by commas). What is refused keeps its files: the ids come back in the page.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from app.files.keeping import checked_name, keep, put
from app.files.spool import spool
from app.files.store import CHUNK_BYTES, open_store
from app.tickets.command import MOST_ATTACHMENTS
from app.web.face import Face
from app.web.field_inputs import PREFIX
from core.actor import Actor
from core.errors import Invalid

MOST_FIELDS = 150
MOST_BYTES = 2_000_000
IDS = "attachments"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: its texts, and the files beside them."""

    typed: dict[str, str]
    files: Sequence[UploadFile]

    def with_files(self, face: Face, actor: Actor) -> dict[str, str]:
        """The texts, with the ids of the files, which are kept now."""
        ids = [*_ids(self.typed), *[str(_kept(face, actor, file)) for file in self.files]]
        return {**self.typed, IDS: ",".join(ids)}


@asynccontextmanager
async def sent_form(request: Request, *, takes_files: bool) -> AsyncIterator[Sent]:
    """The form of a request; what lies on disk of it is let go of after the block."""
    most = MOST_ATTACHMENTS if takes_files else 0
    try:
        form = await request.form(max_fields=MOST_FIELDS, max_files=most, max_part_size=MOST_BYTES)
    except HTTPException as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        raise Invalid(f"The form cannot be read; at most {most} files can be sent along.") from error
    try:
        files = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
        yield Sent(texts(form), files)
    finally:
        await form.close()


def texts(form: FormData) -> dict[str, str]:
    """The text fields of a form; line ends as everybody else writes them, ticked boxes joined by commas."""
    return {name: _joined(name, form.getlist(name)) for name in form if isinstance(form[name], str)}


def _joined(name: str, values: Sequence[object]) -> str:
    said = [value.replace("\r\n", "\n") for value in values if isinstance(value, str)]
    return ",".join(filter(None, said)) if name.startswith(PREFIX) else said[-1]


def attachments(typed: dict[str, str]) -> list[UUID]:
    """The files that a form sends along. `ValueError` for what is no id."""
    return [UUID(one) for one in _ids(typed)]


def _ids(typed: dict[str, str]) -> list[str]:
    return [one for one in typed.get(IDS, "").split(",") if one]


def _kept(face: Face, actor: Actor, file: UploadFile) -> UUID:
    name, store = checked_name(file.filename), open_store(face.settings)
    with spool(face.settings) as came:
        while piece := file.file.read(CHUNK_BYTES):
            came.write(piece)
        put(store, came)
        with face.database.transaction() as session:
            return keep(session, store, actor, came, name, is_scanned=bool(face.settings.clamd)).id
