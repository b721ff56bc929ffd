#!/bin/sh
# Find a Chromium for the browser tests, else install one with the system's package manager.
#
#   sh scripts/browser.sh PYTHON
#
# tests/support/chromium.py decides what counts as a Chromium; this script only installs.
set -eu

python=$1

find_browser() {
    "$python" -m tests.support.chromium
}

has_chinese_font() {
    if command -v fc-list >/dev/null 2>&1; then
        [ -n "$(fc-list :lang=zh 2>/dev/null)" ]
    else
        [ "$(uname)" = Darwin ]
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "error: not root and no sudo, so this cannot be run: $*" >&2
        return 1
    fi
}

# install BROWSER|FONT: one package, under the name each package manager knows it by.
install() {
    if command -v apt-get >/dev/null 2>&1; then
        case $1 in BROWSER) package=chromium ;; *) package="fontconfig fonts-noto-cjk" ;; esac
        as_root apt-get update -q &&
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -q --no-install-recommends $package
    elif command -v dnf >/dev/null 2>&1; then
        case $1 in BROWSER) package=chromium ;; *) package="fontconfig google-noto-sans-cjk-fonts" ;; esac
        as_root dnf install -y -q $package
    elif command -v pacman >/dev/null 2>&1; then
        case $1 in BROWSER) package=chromium ;; *) package="fontconfig noto-fonts-cjk" ;; esac
        as_root pacman -Sy --noconfirm --needed $package
    elif command -v apk >/dev/null 2>&1; then
        case $1 in BROWSER) package=chromium ;; *) package="fontconfig font-noto-cjk" ;; esac
        as_root apk add --no-cache $package
    elif command -v brew >/dev/null 2>&1; then
        case $1 in BROWSER) brew install --cask google-chrome ;; *) return 0 ;; esac
    else
        echo "error: no known package manager (apt-get, dnf, pacman, apk, brew)." >&2
        return 1
    fi
}

if ! find_browser >/dev/null 2>&1; then
    echo "No Chromium found: installing one."
    install BROWSER || true
fi
has_chinese_font || {
    echo "No Chinese font found: installing one, so that screenshots can be read."
    install FONT || echo "warning: no Chinese font; the tests run, their screenshots show boxes." >&2
}
find_browser
