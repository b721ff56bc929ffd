"""How long personal values are kept: a term in days for each field, counted from the end of the case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.i18n import N_
from domain.vocabulary import Labelled


class Kept(Labelled):
    """What has a term of its own: the personal fields, numbers of persons in free texts, and rejected rows."""

    REPORTER_NAME = "reporter_name"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    ADDRESS = "address"
    TEXTS = "texts"
    REJECTS = "rejects"

    @classmethod
    def _labels(cls) -> dict[str, str]:
        return {
            "reporter_name": N_("诉求人姓名"),
            "phone": N_("电话"),
            "id_number": N_("证件号"),
            "address": N_("住址"),
            "texts": N_("文本里的电话和证件号"),
            "rejects": N_("被拒的行"),
        }


@dataclass(frozen=True)
class Term:
    """How many days something is kept after its case has ended (a rejected row: after its import); 0 for ever."""

    kept: Kept
    days: int

    def before(self, now: datetime) -> datetime | None:
        """What ended before this time is past its term; None where it is kept for ever."""
        return now - timedelta(days=self.days) if self.days else None
