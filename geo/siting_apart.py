"""Solves a problem of `geo.siting` in a process of its own (`python -m geo.siting_apart`): nobody else waits."""

import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from domain.errors import OneGridError
from domain.i18n import _
from domain.progress import Progress
from geo.siting import LIMIT_SECONDS, Aim, Problem, Solution, Status, check
from geo.siting_solver import best

_ROOT: Final = Path(__file__).resolve().parents[1]
_NICENESS: Final = 10
"""Whoever clicks comes before whoever computes."""

_GRACE_SECONDS: Final = 60.0
"""For starting the process, imports, and a solver that ends a step late; after that it is ended."""

_LOOKED_SECONDS: Final = 0.25


def best_apart(problem: Problem, progress: Progress, limit_seconds: float = LIMIT_SECONDS) -> Solution:
    """Solve a problem as `geo.siting_solver.best` does; cancelling `progress` ends it.

    Raises InputRefused for a problem that cannot be asked, OneGridError where the process fails.
    """
    check(problem)
    command = [sys.executable, "-m", "geo.siting_apart", str(limit_seconds)]
    with tempfile.TemporaryFile() as given:
        given.write(_packed(problem))
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 -- this interpreter, and no word of anybody's
            command, cwd=_ROOT, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with process:
            try:
                answer, complaint = _told(process, progress, limit_seconds)
            except BaseException:
                process.kill()
                raise
    if process.returncode:
        lines = complaint.decode(errors="replace").strip().splitlines()
        raise OneGridError(
            _("选址没有算成：{reason}").format(reason=lines[-1] if lines else process.returncode),
            _("请重试；如仍出现，请联系管理员查看日志。"),
        )
    told = json.loads(answer)
    return Solution(
        tuple(told["chosen"]), told["objective"], told["bound"], Status(told["status"]), told["seconds"]
    )


def _told(
    process: "subprocess.Popen[bytes]", progress: Progress, limit_seconds: float
) -> tuple[bytes, bytes]:
    """What the process answers and complains of; asks every moment whether somebody wants it no more."""
    waited = 0.0
    while True:
        progress("solving", min(int(waited), int(limit_seconds)), int(limit_seconds))
        try:
            return process.communicate(timeout=_LOOKED_SECONDS)
        except subprocess.TimeoutExpired:
            waited += _LOOKED_SECONDS
            if waited > limit_seconds + _GRACE_SECONDS:
                raise OneGridError(
                    _("选址在 {n} 秒内没有算完。").format(n=int(waited)), _("请缩小范围或减少候选点。")
                ) from None


def _packed(problem: Problem) -> bytes:
    stream = io.BytesIO()
    np.savez(
        stream,
        metres=problem.metres,
        households=problem.households,
        existing_m=problem.existing_m,
        numbers=np.array([problem.k, problem.radius_m]),
        aim=np.array(problem.aim.value),
    )
    return stream.getvalue()


def main(limit_seconds: str) -> None:
    """What the process does: a problem on the standard input, its solution on the standard output."""
    from pulp.v4_migration import set_v4_migration_warnings  # noqa: PLC0415 -- as above

    set_v4_migration_warnings(enabled=False)  # one a variable, and spopt makes them as it does
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with np.load(io.BytesIO(sys.stdin.buffer.read())) as given:
        k, radius_m = given["numbers"]
        problem = Problem(
            Aim(str(given["aim"])),
            int(k),
            given["metres"],
            given["households"],
            given["existing_m"],
            float(radius_m),
        )
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # HiGHS says who it is even where it is asked not to
    with open(answer, "w", encoding="utf-8") as stream:  # noqa: PTH123 -- a descriptor, no path
        json.dump(asdict(best(problem, float(limit_seconds))), stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
