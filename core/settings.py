"""Every setting, read once from the environment (`CLEARQUEUE_…`) by `asgi.py` or `cli.py`, then handed down frozen.

A secret can come from a file: `CLEARQUEUE_SECRET_KEY_FILE=/run/secrets/key` fills `secret_key`.
"""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CLEARQUEUE_"


class Settings(BaseSettings):
    """What an operator can set. Defaults are the embedded platform in one data folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path("data"), description="Folder for everything the embedded platform keeps.")
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8600, ge=0, le=65535, description="Port that the web server listens on.")
    base_url: str = Field("", description="Public address in links and mails; empty: made from host and port.")
    company: str = Field("Clearqueue", description="Name of the company whose helpdesk this is.")

    fiscal_year_starts: str = Field(
        "01-01",
        pattern=r"^\d\d-\d\d( [a-z]+day)?$",
        description="First day of the fiscal year (month and day), and of fiscal weeks if not Monday: 04-06 sunday.",
    )

    database_url: str = Field(
        "", description="PostgreSQL address (libpq form); empty: the embedded server in the data folder."
    )
    web_database_url: str = Field(
        "",
        description="PostgreSQL address for web requests, with a login that owns nothing (docs/operations.md); empty:"
        " the database's.",
    )
    lake_catalog_url: str = Field("", description="PostgreSQL of the lake's catalogue; empty: same as the database.")
    lake_data_path: str = Field("", description="Folder (or s3://…) of the lake's Parquet files; empty: data/lake.")
    search_engine: Literal["tantivy", "meilisearch"] = Field(
        "tantivy", description="tantivy: in process, in the data folder. meilisearch: a server."
    )
    meilisearch_url: str = Field("http://127.0.0.1:7700", description="Address of the Meilisearch server.")
    meilisearch_key: str = Field("", description="API key of the Meilisearch server.")
    broker_url: str = Field("", description="Celery broker; empty: the same PostgreSQL.")
    secret_key: str = Field("", description="Key for signing, at least 32 bytes; empty: made once in the data folder.")

    files: str = Field("", description="Where attachments are kept: a folder or s3://bucket/prefix; empty: data/files.")
    files_endpoint: str = Field("", description="Address of the S3 server; empty: Amazon's.")
    files_region: str = Field("us-east-1", description="Region of the S3 bucket.")
    files_key_id: str = Field("", description="S3 access key id.")
    files_key_secret: str = Field("", description="S3 secret access key.")
    largest_file_mb: int = Field(25, ge=1, le=2000, description="Largest file that can be sent along, in MiB.")
    unused_file_days: int = Field(7, ge=1, le=365, description="Days until a file that nothing uses is deleted.")
    clamd: str = Field(
        "", description="Virus scanner: host:port or the path of clamd's socket; empty: files are not scanned."
    )
    too_large_to_scan: Literal["hold", "hand_out"] = Field(
        "hold", description="What becomes of files that are too large for clamd: held back, or handed out unscanned."
    )
    rescan_mb_per_hour: int = Field(
        2000, ge=0, le=1_000_000, description="So much of old files is scanned again each hour after new signatures."
    )

    smtp_url: str = Field(
        "",
        pattern=r"^(smtps?://\S+)?$",
        description="Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://…; empty: no mail goes out.",
    )
    mail_from: str = Field("", description="Sender of mails; empty: clearqueue@ the host of base_url.")

    demo: bool = Field(True, description="Load the demo company on the first start.")
    simulate: bool = Field(True, description="Keep working the demo company's tickets in real time.")
    web_workers: int = Field(
        1, ge=1, le=64, description="Web server processes: at most one a core; each takes a few hundred MB."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")
    log_json: bool = Field(False, description="Logs as one JSON object a line.")
    secure_cookies: bool = Field(
        False, description="Session cookies over https only (__Host- prefix); set it behind TLS."
    )
    undo_send_seconds: int = Field(
        0,
        ge=0,
        le=600,
        description="Seconds that replies from the pages wait, to be taken back; people choose their own.",
    )
    survey_questions: str = Field(
        "csat",
        pattern=r"^csat(,ces)?(,nps)?$",
        description="What whoever asked is asked once it is solved: csat, and with commas ces (effort), nps "
        "(recommendation).",
    )
    session_hours: int = Field(12, ge=1, le=720, description="Hours until a session ends, whatever happens.")
    lake_memory: str = Field("1GB", description="Most memory that one process gives to the lake's queries.")

    @property
    def files_path(self) -> str:
        """Where attachments are kept."""
        return self.files or str(self.data_dir.resolve() / "files")

    @property
    def incoming_path(self) -> Path:
        """Where uploads wait while they come in."""
        return self.data_dir.resolve() / "incoming"

    @property
    def lake_path(self) -> str:
        """Where the lake's Parquet files are."""
        return self.lake_data_path or str(self.data_dir.resolve() / "lake")

    @property
    def lake_catalog(self) -> str:
        """The PostgreSQL that keeps the lake's catalogue."""
        return self.lake_catalog_url or self.database_url

    @property
    def search_path(self) -> Path:
        """Where the embedded search index is."""
        return self.data_dir.resolve() / "search"


def read(**overrides: Any) -> Settings:
    """The settings from the environment, `…_FILE` variables and `overrides`, the last being the strongest."""
    from_files = {
        name: Path(path).read_text(encoding="utf-8").strip()
        for name in Settings.model_fields
        if (path := os.environ.get(f"{PREFIX}{name.upper()}_FILE"))
    }
    return Settings(**{**from_files, **overrides})
