"""The key for signing: made once, kept in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path


def key_file(folder: Path) -> Path:
    """The file with the key, made on the first call. Two at once agree on one key."""
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f".secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path
