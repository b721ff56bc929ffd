"""Looks for new data while a page stays open, and for the end of its sign-in, and shows both without a reload."""

from collections.abc import Mapping

from domain.actor import Actor
from domain.settings import settings
from domain.vocabulary import Subject
from ui import fragments, identity
from ui.cache import keys


def for_new_data(actor: Actor, seen: Mapping[Subject, int]) -> None:
    """Rerun the page as soon as any subject's version differs from `seen`, or its reader is another one.

    The first call of the fragment belongs to the run that read `seen`, and does not ask again.
    """
    runs: list[None] = []

    def poll() -> None:
        if runs and (not identity.still_holds(actor, is_use=False) or keys.now(actor).versions != seen):
            fragments.rerun_page()
        runs.append(None)

    fragments.fragment(poll, run_every=settings().version_poll_seconds)()
