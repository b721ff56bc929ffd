"""Settings of an installation, read from the environment (prefix ONEGRID_) and from `onegrid.env`.

What belongs to the city itself (its name, time zone, as-of mode) is stored in the database instead, so that
a copied database file still tells the truth about its own data.
"""

from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import InputRefused
from domain.households import Band, Bands
from domain.i18n import _
from domain.retention import Kept, Term


class Login(StrEnum):
    """How the installation learns who somebody is."""

    DEMO = "demo"
    OIDC = "oidc"
    PROXY = "proxy"


class Settings(BaseSettings):
    """All settings with their defaults; every one has a row in docs/operations.md."""

    model_config = SettingsConfigDict(env_prefix="ONEGRID_", env_file="onegrid.env", extra="forbid")

    db: Path = Field(Path("var/onegrid.duckdb"), description="The database file.")
    language: str = Field("zh", pattern="^(zh|en)$", description="Language until a reader picks one.")
    memory_limit: str = Field("1200MB", description="Memory DuckDB may use.")
    threads: int = Field(2, ge=1, description="Threads DuckDB may use.")
    secret: str = Field("", description="Key that signs layer URLs; empty: made at each start.")
    tile_url: str = Field("", description="Optional base map, e.g. an intranet {z}/{x}/{y} server.")
    tile_attribution: str = Field("", description="Attribution of the base map.")
    profiles: Path | None = Field(None, description="Folder with the city's own indicator profiles.")
    ratings: Path | None = Field(None, description="Folder with the city's own rating profiles.")
    police: Path | None = Field(None, description="The city's own file of what is police work.")
    grid_households_urban: str = Field("300-500", description="Households a grid in a town should have.")
    grid_households_rural: str = Field("100-300", description="Households a grid in the country should have.")
    upload_mb: int = Field(200, ge=1, description="Largest file that the browser may upload.")
    version_poll_seconds: float = Field(2.0, gt=0, description="How often an open page looks for new data.")

    login: Login = Field(Login.DEMO, description="How people sign in: demo, oidc or proxy.")
    login_claim: str = Field(
        "preferred_username",
        pattern=r"^\w+$",
        description="The OIDC claim that is the login; no other is tried.",
    )
    proxy_header: str = Field(
        "X-Forwarded-User", pattern=r"^[A-Za-z][A-Za-z0-9-]*$", description="The reverse proxy's header."
    )
    idle_minutes: float = Field(30, gt=0, description="Minutes without a click after which a sign-in ends.")
    sign_in_hours: float = Field(12, gt=0, le=24 * 30, description="Longest age of a sign-in.")
    contact: str = Field("", max_length=200, description="Whom to ask for access.")
    watermark: bool | None = Field(None, description="Login and time over every page; none: outside demo.")

    retention_reporter_name_days: int = Field(730, ge=0, description="Days a name is kept; 0: for ever.")
    retention_phone_days: int = Field(730, ge=0, description="Days a telephone number is kept.")
    retention_id_number_days: int = Field(730, ge=0, description="Days an identity number is kept.")
    retention_address_days: int = Field(730, ge=0, description="Days a home address is kept.")
    retention_texts_days: int = Field(730, ge=0, description="Days numbers of persons stay in free texts.")
    retention_rejects_days: int = Field(180, ge=0, description="Days rejected rows keep what they came with.")

    @field_validator("grid_households_urban", "grid_households_rural")
    @classmethod
    def _is_band(cls, text: str) -> str:
        Band.parse(text)
        return text

    @property
    def idle(self) -> timedelta:
        """How long nobody may have clicked."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest_sign_in(self) -> timedelta:
        """The longest age of a sign-in."""
        return timedelta(hours=self.sign_in_hours)

    @property
    def has_watermark(self) -> bool:
        """Whether login and time stand over every page."""
        return self.login is not Login.DEMO if self.watermark is None else self.watermark

    @property
    def terms(self) -> tuple[Term, ...]:
        """How long personal values are kept."""
        return tuple(Term(kept, getattr(self, f"retention_{kept.value}_days")) for kept in Kept)

    @property
    def bands(self) -> Bands:
        """The bands of households that grids are held against."""
        return Bands(Band.parse(self.grid_households_urban), Band.parse(self.grid_households_rural))


def read_settings() -> Settings:
    """The settings as the environment has them now.

    Raises InputRefused that names every setting with a value that cannot be.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = [
            f"ONEGRID_{'_'.join(map(str, fault['loc'])).upper()}={fault['input']!r}"
            for fault in error.errors()
        ]
        raise InputRefused(
            _("这些设置不对：{settings}。").format(settings=", ".join(wrong)),
            _("可用的设置和取值见 docs/operations.md。"),
        ) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return read_settings()
