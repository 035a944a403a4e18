"""How is this control plane set up? Every ``ETAPISTE_*`` variable, read here and nowhere else."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

# As `security.scope.Role`, which this room does not know: a role misspelt would demand nothing.
RoleName = Literal["clerk", "adviser", "operator", "supervisor", "agency_admin", "owner", "admin"]


class Link(BaseModel):
    """A place that the demo's start page leads to."""

    code: str
    url: str


class DemoAccount(BaseModel):
    """An account that the demo's start page shows; never set in production."""

    username: str
    password: str
    agency: str


class Settings(BaseSettings):
    """The whole configuration; ``Settings()`` reads the environment."""

    model_config = SettingsConfigDict(env_prefix="ETAPISTE_", extra="ignore", frozen=True)

    state_dir: Path = Path("/var/lib/etapiste")
    # Empty: SQLite under the state directory.
    database_url: str = ""

    host: str = "127.0.0.1"
    port: int = 8080
    # Where browsers reach us; https makes the session cookie Secure.
    public_origin: str = "http://127.0.0.1:8080"

    mqtt_host: str = "localhost"
    mqtt_port: int = 8884
    mqtt_device_port: int = 8883
    # The name by which devices reach broker and endpoint; it stands in the server certificates.
    device_host: str = "localhost"
    device_port: int = 8443

    turn_urls: str = ""  # a comma-separated list
    turn_secret_file: Path | None = None
    relay_only: bool = True

    no_show_after_s: Annotated[int, Field(ge=30)] = 300
    recall_after_s: Annotated[int, Field(ge=1)] = 20
    recalls: Annotated[int, Field(ge=1)] = 3
    wrap_up_s: Annotated[int, Field(ge=0)] = 30
    return_within_s: Annotated[int, Field(ge=0)] = 900

    # Whoever has one of these roles signs in with a second factor. Empty: none is asked for or
    # offered, as in the demo.
    second_factor_roles: tuple[RoleName, ...] = ("owner", "admin", "operator", "agency_admin")

    # After so long a clerk stands under a pseudonym in what the queue decided.
    clerks_named_for_days: Annotated[int, Field(ge=1, le=3650)] = 30

    log_format: Literal["json", "console"] = "json"
    links: tuple[Link, ...] = ()
    demo_accounts: tuple[DemoAccount, ...] = ()

    @property
    def store_url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.state_dir / 'etapiste.db'}"

    @property
    def secure(self) -> bool:
        """Do browsers come over https?"""
        return urlsplit(self.public_origin).scheme == "https"

    @property
    def turn_servers(self) -> tuple[str, ...]:
        """The TURN URLs."""
        return tuple(url.strip() for url in self.turn_urls.split(",") if url.strip())

    def turn_secret(self) -> SecretStr | None:
        """The secret shared with coturn; None when there is no TURN server."""
        if self.turn_secret_file is None:
            return None
        return SecretStr(self.turn_secret_file.read_text().strip())
