"""All settings: `rpa.toml` in the folder of data, then `RPA_…` in the environment, then the command line."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from rpa.exceptions import UsageError
from rpa.mail_settings import MailSettings
from rpa.models import Priority
from rpa.oidc_settings import OidcSettings
from rpa.systems import System

MOST_SLOTS = 64
"""Slots of one worker: each has a browser, which is more than any machine of today holds."""


class SystemSettings(BaseModel, extra="forbid"):
    """One target system, under `[systems.NAME]`."""

    address: str
    """Origin of the system, e.g. `https://pas.example.nhs.uk`."""
    credential: str | None = None
    """Name of the sign-in in the secrets."""
    sign_in: Literal["screen", "basic", "ntlm", "windows"] = "screen"
    """Who signs in: the bot on the system's page, or the browser itself by HTTP; `windows` needs no credential."""
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
    bot: str = ""
    """Another bot that acts in it, wherever a workflow can do with it: `rpa.bots:PracticeFhir`; the workflow's own if
    not given."""
    probe_after: float = Field(default=60, gt=0, le=1800)
    """Seconds until a system that is left alone is looked at; doubled after each look that found it no better."""
    trace: bool = False
    """Whether what is done there is recorded, and kept as evidence if the attempt fails."""

    @model_validator(mode="after")
    def _has_hours_that_can_be_read(self) -> Self:
        try:
            System(name="", **self.model_dump()).opening_hours()
        except UsageError as error:
            raise ValueError(str(error)) from None
        return self


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

    slots: int = Field(default=1, ge=1, le=MOST_SLOTS)
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


class RecordSettings(BaseModel, extra="forbid"):
    """How the record is sealed, under `[record]`."""

    seal_every: float = Field(default=10, gt=0)
    """Seconds between two seals, also while nothing happens."""
    key_in: Literal["file", "keyring"] = "file"
    """Where new keys that sign seals are kept: as files in the folder `keys`, or in the keyring of the machine."""
    anchors: Path | None = None
    """Folder for copies of the seals, best where those who run the database can't write; `anchors` in the folder of
    data if not given."""
    archives: Path | None = None
    """Folder of the years that `rpa audit archive` moved out of the database; `archives` in the folder of data if not
    given."""
    copy_every: float = Field(default=3600, gt=0)
    """Seconds between two copies by e-mail or to the webhook: of the newest seal, which stands for all before it."""
    mail_to: tuple[str, ...] = ()
    """Who gets copies of seals by e-mail, by the server of `[alarms]`; nobody if not given."""
    webhook: str | None = None
    """Address that gets them as JSON: https, or http on this machine."""
    webhook_secret: str | None = None
    """Name of the secret whose password is that address."""
    second_database: str | None = None
    """Address of a database of another team that gets every seal."""
    time_stamps: str | None = None
    """Address of a time stamp authority (RFC 3161), which stamps the newest seal every `copy_every` seconds."""
    time_stamp_authorities: Path | None = None
    """File with the certificates, as PEM, of those whose stamps are trusted."""
    syslog: str | None = None
    """Address of a syslog server that gets a live stream of run, number and hash: `tls://siem.example:6514`."""


class LogSettings(BaseModel, extra="forbid"):
    """The log, under `[logs]`."""

    keep_days: int = Field(default=90, ge=1)
    """Days that a file of the log is kept after its last line."""
    terminal: bool = False
    """Whether its lines are shown on the terminal as well, in place of the progress bar."""


class RetentionSettings(BaseModel, extra="forbid"):
    """How many days after a job is completed what it holds is kept, under `[retention]`; for ever if not given.

    Nothing is removed by itself: a person runs `rpa retention run`, and another approves it.
    """

    payloads: int | None = Field(default=None, ge=1)
    """Payloads of the record, with the rows and values of the queue."""
    inputs: int | None = Field(default=None, ge=1)
    """Workbooks that were sent."""
    pictures: int | None = Field(default=None, ge=1)
    """Screenshots."""
    traces: int | None = Field(default=None, ge=1)
    """Recordings of a browser."""
    files: int | None = Field(default=None, ge=1)
    """Whatever else a workflow kept as evidence."""


class CalendarSettings(BaseModel, extra="forbid"):
    """When the trust works, under `[calendar]`. England's bank holidays are known."""

    zone: str = "Europe/London"
    """Whose clocks are meant."""
    week: str = "mon-fri"
    """Days of the week on which it works."""
    hours: str = "09:00-17:00"
    """Working hours, by which deadlines are counted."""
    closed: dict[date, str] = Field(default_factory=dict)
    """Its own closed days with a name for each, or a plain list of days."""

    @field_validator("closed", mode="before")
    @classmethod
    def _named(cls, days: object) -> object:
        if isinstance(days, Mapping) or not isinstance(days, list | tuple):
            return days
        return dict.fromkeys(days, "a closed day of the trust")


class ScheduleSettings(BaseModel, extra="forbid"):
    """When a workflow starts by itself, under `[schedules.NAME]`: one of cron, every, at and working_day."""

    workflow: str
    """Its name."""
    files: tuple[str, ...]
    """Its files as `rpa submit` takes them; of the files that match `*` and `?` the newest is taken."""
    cron: str | None = None
    """Minute, hour, day of the month, month and day of the week, by the clock on the wall."""
    every: str | None = None
    """A span such as `2h`, counted from `start`."""
    start: datetime | None = None
    """Where `every` counts from, local time; the beginning of the year 2026 if not given."""
    at: datetime | None = None
    """Once, local time."""
    working_day: int | None = Field(default=None, ge=-23, le=23)
    """Which working day of each month, -1 for the last; at `time`."""
    time: str | None = None
    """The time of day for `working_day`."""
    zone: str | None = None
    """Whose clocks are meant; those of the calendar if not given."""
    days: Literal["all", "working"] = "all"
    """Whether it is due on all days, or on working days only."""
    on_closed: Literal["skip", "next", "previous"] = "skip"
    """Where a due time goes that is not on a working day."""
    late: str = "2h"
    """How long after its time it may still start."""
    catch_up: Literal["none", "last", "all"] = "none"
    """Which of the times that passed unnoticed start a job however late."""
    overlap: Literal["skip", "queue"] = "skip"
    """What becomes of a due time while the last job of this schedule is still open."""
    again: bool = False
    """Whether it makes a job of the very same files again."""
    priority: Priority = Priority.NORMAL
    """How its jobs stand among the others."""
    deadline: str | None = None
    """Until when its jobs are to be done, in working time after they were due, such as `4 working hours`."""
    params: dict[str, Any] = Field(default_factory=dict)
    """Parameters of the workflow."""
    dry_run: bool = False
    """Whether its jobs only record what would be written."""


class ConsoleSettings(BaseModel, extra="forbid"):
    """The web console, under `[console]`."""

    organisation: str = "This trust"
    """The trust's name, as its pages show it."""
    contact: str = ""
    """How to reach the digital team, such as `ext. 4411`: pages that say no, or that no robot is at work, name it."""
    logo: Path | None = None
    """The trust's own logo, an SVG or PNG; the pages show its name as text as well."""
    font_css: Path | None = None
    """A style sheet with the trust's own font, whose files (`woff2`) lie beside it; Arial if not given."""
    codes_for_all: bool = False
    """Whether requesters need a one-time code beside their password, as all other roles do."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Where `rpa console` and `rpa up` listen; 0 for any that is free."""


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
    mail: MailSettings = Field(default_factory=MailSettings)
    """The mailbox."""
    console: ConsoleSettings = Field(default_factory=ConsoleSettings)
    """The web console."""
    oidc: OidcSettings = Field(default_factory=OidcSettings)
    """The trust's own sign-in to it."""
    alarms: AlarmSettings = Field(default_factory=AlarmSettings)
    """Where alarms go."""
    record: RecordSettings = Field(default_factory=RecordSettings)
    """How the record is sealed."""
    logs: LogSettings = Field(default_factory=LogSettings)
    """The log."""
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    """How long what jobs hold is kept."""
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    """When the trust works."""
    schedules: dict[str, ScheduleSettings] = Field(default_factory=dict)
    """When workflows start by themselves, by name."""
    workbook_passwords: dict[str, str] = Field(default_factory=dict)
    """Name of the secret whose password opens the workbooks that people protect, by workflow."""
    lease_seconds: float = Field(default=60, ge=1)
    """How long a slot holds an item without a sign of life."""
    secrets_dir: Path | None = None
    """Folder of mounted secrets, a file or a folder for each sign-in."""
    log_level: str = "INFO"
    """Least level of what goes to the log file."""

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{(self.dir / 'rpa.db').as_posix()}"

    def registered_systems(self) -> list[System]:
        """Return the target systems as the library hands them around."""
        return [System(name=name, zone=self.calendar.zone, **one.model_dump()) for name, one in self.systems.items()]

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
