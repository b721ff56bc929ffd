#!/bin/sh
# Make a virtual environment and install a requirements file into it, pinned by constraints.txt.
#
#   sh scripts/bootstrap.sh VENV REQUIREMENTS [DUCKDB]
#
# DUCKDB, when given, replaces the pinned version of duckdb. PYTHON=… names the interpreter to use.
set -eu

venv=$1
requirements=$2
duckdb=${3:-}

fail() {
    printf 'error: %s\n' "$@" >&2
    exit 1
}

# A version manager's shim may exist and still not run: only what answers counts.
recent_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null
}

can_make_environments() {
    "$1" -c 'import venv, ensurepip' 2>/dev/null
}

find_python() {
    without_venv=
    if [ -n "${PYTHON:-}" ]; then
        candidates=$PYTHON
    else
        candidates="python3.13 python3.12 python3.11 python3 python"
    fi
    for candidate in $candidates; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        recent_enough "$candidate" || continue
        if can_make_environments "$candidate"; then
            python=$candidate
            return 0
        fi
        without_venv=${without_venv:-$candidate}
    done
    if [ -n "$without_venv" ]; then
        number=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        fail "$without_venv is Python $number but cannot make virtual environments (venv, ensurepip)." \
            "On Debian and Ubuntu: apt-get install python$number-venv"
    fi
    seen=$(python3 --version 2>/dev/null || echo "no python3 at all")
    fail "Python 3.11 or later is needed, found: $seen." \
        "Install one (Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12 …"
}

make_environment() {
    if [ -x "$venv/bin/python" ] && recent_enough "$venv/bin/python" &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    find_python
    echo "Making $venv with $("$python" --version)."
    "$python" -m venv --clear "$venv"
}

# The same files with duckdb's pin replaced, kept inside the environment they belong to.
with_duckdb() {
    for file in requirements.txt requirements-dev.txt constraints.txt; do
        sed "s/^duckdb==.*/duckdb==$duckdb/" "$file" >"$venv/$file"
    done
    requirements=$venv/$requirements
    constraints=$venv/constraints.txt
}

make_environment
constraints=constraints.txt
[ -z "$duckdb" ] || with_duckdb
echo "Installing $requirements into $venv (some minutes the first time)."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$requirements" --constraint "$constraints" ||
    fail "pip could not install $requirements; its own message is above." \
        "Without internet, point pip to a mirror or a folder of wheels (PIP_INDEX_URL, PIP_FIND_LINKS) and run make again."
