"""All settings: `rpa.toml` in the folder of data, then `RPA_…` in the environment, then the command line."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from rpa.exceptions import UsageError
from rpa.systems import System


class SystemSettings(BaseModel, extra="forbid"):
    """One target system, under `[systems.NAME]`."""

    address: str
    """Origin of the system, e.g. `https://pas.example.nhs.uk`."""
    credential: str | None = None
    """Name of the sign-in in the secrets."""
    settle: float = Field(default=2.0, ge=0)
    """Seconds in which a write that was sent may still appear."""
    origins: tuple[str, ...] = ()
    """Further origins the browser may load from."""
    options: dict[str, str] = Field(default_factory=dict)
    """Whatever else the system's bot needs to know."""
    max_sessions: int | None = Field(default=None, ge=1)
    """Most sessions at the same moment, of all workers together."""
    hours: tuple[str, ...] = ()
    """When it may be used, e.g. `mon-fri 07:00-19:00`; always if not given."""
    maintenance: tuple[str, ...] = ()
    """When it may not be used, whatever its hours say."""
    breaker: int = Field(default=5, ge=0)
    """System exceptions in a row, from any worker, after which it is left alone; 0 for never."""
    probe_after: float = Field(default=60, gt=0, le=1800)
    """Seconds until a system that is left alone is looked at; doubled after each look that found it no better."""


class BrowserOptions(BaseModel, extra="forbid"):
    """The browser, under `[browser]`."""

    executable: Path | None = None
    """Path of the browser's program; found out if not given."""
    headless: bool = True
    """Whether it works without a window."""
    timeout: float = Field(default=15, gt=0)
    """Seconds an action, a page load or a request may take."""
    recycle_after: int = Field(default=50, ge=1)
    """Page loads after which a fresh context takes over: one context kept for 400 pages slows each by 70 %."""
    recycle_megabytes: int = Field(default=800, ge=100)
    """Memory of the browser after which a fresh context takes over."""


class WorkerOptions(BaseModel, extra="forbid"):
    """What `rpa work` does, under `[worker]`."""

    slots: int = Field(default=1, ge=1, le=64)
    """Child processes that attempt items, each with its own browser."""
    recycle_hours: float = Field(default=12, gt=0)
    """Age of a slot after which a fresh one takes over."""
    recycle_megabytes: int = Field(default=2_000, ge=200)
    """Memory of a slot with its browser after which a fresh one takes over."""


class InboxSettings(BaseModel, extra="forbid"):
    """The drop folder, under `[inbox]`."""

    folder: Path | None = None
    """Where people put files, a folder for each workflow; `inbox` in the folder of data if not given."""
    outbox: Path | None = None
    """Where answers are put; `outbox` in the folder of data if not given."""
    settle: float = Field(default=5, ge=0)
    """Seconds that a file must lie unchanged before it is taken."""
    patience: float = Field(default=900, gt=0)
    """Seconds that a file which is not whole may lie unchanged before it is refused."""
    senders: dict[str, str] = Field(default_factory=dict)
    """Who puts files into a workflow's folder, by workflow, where the owner of a file doesn't tell: always on Windows,
    and on a share that shows one account as the owner of all files."""


class AlarmSettings(BaseModel, extra="forbid"):
    """Where alarms go, under `[alarms]`."""

    mail_to: tuple[str, ...] = ()
    """Who gets them by e-mail; nobody if not given."""
    mail_from: str = "rpa@localhost"
    """Whom they come from."""
    smtp_host: str = "localhost"
    """The server that takes e-mail."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """Its port: 587 for starttls, 465 for tls."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; `none` only to a server on this machine."""
    smtp_credential: str | None = None
    """Name of the sign-in to that server; none if it asks for none."""
    webhook: str | None = None
    """Address that gets them as JSON: https, or http on this machine."""
    webhook_secret: str | None = None
    """Name of the secret whose password is that address, where the address itself lets everybody in who knows it."""
    ca_file: Path | None = None
    """Certificates of the trust's own authority; the machine's own if not given."""
    again_after: float = Field(default=3600, ge=0)
    """Seconds until the same alarm is sent again; what is raised meanwhile is counted."""
    most_per_hour: int = Field(default=20, ge=1)
    """Messages in an hour; what is beyond goes into one message."""
    silent_after: float = Field(default=300, gt=0)
    """Seconds without a sign of life after which a worker counts as silent."""


class Settings(BaseSettings):
    """The settings of one installation. Everything has a default that works on one machine without a server."""

    model_config = SettingsConfigDict(env_prefix="RPA_", env_nested_delimiter="__", extra="forbid")

    dir: Path = Path("rpa-data")
    """Folder that holds database, evidence, run pages, keys and `rpa.toml`."""
    database_url: str | None = None
    """`postgresql+psycopg://…` for several machines; a SQLite file in `dir` if not given."""
    workflows: tuple[str, ...] = ("workflows",)
    """Folders and packages to look for workflows in."""
    systems: dict[str, SystemSettings] = Field(default_factory=dict)
    """The target systems, by name."""
    browser: BrowserOptions = Field(default_factory=BrowserOptions)
    """The browser."""
    worker: WorkerOptions = Field(default_factory=WorkerOptions)
    """The worker."""
    inbox: InboxSettings = Field(default_factory=InboxSettings)
    """The drop folder."""
    alarms: AlarmSettings = Field(default_factory=AlarmSettings)
    """Where alarms go."""
    lease_seconds: float = Field(default=60, ge=1)
    """How long a slot holds an item without a sign of life."""
    secrets_dir: Path | None = None
    """Folder of mounted secrets, a file for each sign-in."""
    log_level: str = "INFO"
    """Least level of what goes to the log file."""

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{(self.dir / 'rpa.db').as_posix()}"

    def registered_systems(self) -> list[System]:
        """Return the target systems as the library hands them around."""
        return [System(name=name, **one.model_dump()) for name, one in self.systems.items()]

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
                                   env_settings: PydanticBaseSettingsSource,
                                   dotenv_settings: PydanticBaseSettingsSource,
                                   file_secret_settings: PydanticBaseSettingsSource,
                                   ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Put the file below the environment, and the environment below what the caller gives."""
        toml = TomlConfigSettingsSource(settings_cls, Path(init_settings()["dir"]) / "rpa.toml")
        return init_settings, env_settings, toml


def load_settings(folder: Path, **given: Any) -> Settings:
    """Read the settings of that folder.

    Raises:
        UsageError: A setting is unknown or has a wrong value; the message names it, and never shows the value.
    """
    try:
        return Settings(dir=folder, **given)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise UsageError(f"the settings are wrong ({wrong}); mend rpa.toml in the folder of data") from None
    except SettingsError as error:  # names the setting and where it stands, never its value
        raise UsageError(f"{error}; mend the variable RPA_… or rpa.toml in the folder of data") from None
    except ValueError as error:
        raise UsageError(f"rpa.toml can't be read ({type(error).__name__}); mend it: it must be TOML") from None
