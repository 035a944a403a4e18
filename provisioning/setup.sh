#!/bin/sh
# What must stand on this machine before Etäpiste runs (`run`), is tested (`test`) or is proved at
# length (`check`)?
#
# Debian packages only where a program is missing, and only as root or with sudo that asks
# nothing; a virtual environment from the lock file; the pages, built when their sources
# changed. A second run with nothing to do takes a second.
set -eu
cd "$(dirname "$0")/.."
profile=${1:-run}

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# --- programs of the distribution ---------------------------------------------------------------

missing=""
need() { # need PACKAGE PROBE...: the probe succeeds where the package is not needed
  package=$1; shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}
program() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1"; }
may_install() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
any_file() { for file in "$@"; do [ ! -e "$file" ] || return 0; done; return 1; }
header() { python3 -c 'import os, sysconfig as s; assert os.path.exists(s.get_path("include") + "/Python.h")'; }

need python3-venv python3 -c 'import ensurepip, venv'
need python3-dev header
need gcc program gcc
need libc6-dev any_file /usr/include/stdio.h
need libcups2-dev any_file /usr/include/cups/cups.h
need nodejs program node
need npm program npm
need mosquitto program mosquitto
need coturn program turnserver
need espeak-ng program espeak-ng
case "$profile" in run | test | check) ;; *) die "run, test or check, not $profile" ;; esac
if [ "$profile" != run ]; then
  need chromium program chromium
  need cups program cupsd
  need cups-client program lpadmin
  need cups-filters any_file /usr/lib/cups/filter/texttopdf /usr/lib/cups/filter/pdftopdf
  need cups-ipp-utils program ippeveprinter
  need avahi-daemon program avahi-daemon
  need dbus program dbus-daemon
  need postgresql any_file /usr/lib/postgresql/*/bin/postgres
  need systemd program systemd-analyze
  need fonts-dejavu-core any_file /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
  need procps program ps
  need faketime program faketime
  need iproute2 program ip
  need tesseract-ocr program tesseract
  need tesseract-ocr-fin any_file /usr/share/tesseract-ocr/*/tessdata/fin.traineddata
fi
if [ "$profile" = check ]; then
  need haproxy program haproxy
fi
# The guest shares this machine's programs. Where nobody may install its emulator, the proofs that
# need it are skipped and say so.
if [ "$profile" = check ] && [ "$(uname -m)" = x86_64 ] && may_install; then
  need qemu-system-x86 program qemu-system-x86_64
fi

install_packages() {
  # A package's daemon must not start beside ours on its well-known port.
  policy=/usr/sbin/policy-rc.d
  ours=""
  if [ ! -e "$policy" ]; then
    ours=yes
    trap '$root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $root tee "$policy" >/dev/null
    $root chmod 755 "$policy"
  fi
  $root apt-get update -qq
  # shellcheck disable=SC2086
  $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing \
    >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "apt-get could not install:$missing"; }
  if [ -n "$ours" ]; then $root rm -f "$policy"; trap - EXIT; fi
}

mkdir -p build
log=build/setup-apt.log
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then root=""
  elif sudo -n true 2>/dev/null; then root="sudo"
  else die "missing here:$missing
  Let somebody with the right to do it run:
    apt-get install --no-install-recommends$missing"
  fi
  say "installing$missing"
  install_packages
fi

node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  die "Node 20.19 or later builds the pages; here is $(node --version). Debian 13 has it."
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  die "Python 3.11 or later is needed; here is $(python3 --version)."

# --- Python, from the lock file -----------------------------------------------------------------

digest() { sha256sum | cut -d' ' -f1; }

wanted=$({ cat requirements.lock pyproject.toml; python3 --version; pwd; } | digest)
stamp=.venv/etapiste.stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  # A virtual environment that was made by another Python, or moved, is of no use.
  if [ -e .venv/bin/python ] && ! .venv/bin/python -c 'import pip, sys; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null; then
    rm -rf .venv
  fi
  [ -e .venv/bin/python ] || { say "making .venv"; python3 -m venv .venv; }
  say "Python packages from requirements.lock"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  printf '%s\n' "$wanted" >"$stamp"
fi

# --- pages, from the lock file ------------------------------------------------------------------

wanted=$({ cat package-lock.json; node --version; } | digest)
stamp=node_modules/.etapiste-stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  say "Node packages from package-lock.json"
  npm ci --no-audit --no-fund --loglevel=error
  printf '%s\n' "$wanted" >"$stamp"
fi

sources() {
  find package.json shared/web control_plane/web edge_agent/screens/web \
    \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
}
wanted=$({ printf '%s\n' "$wanted"; sources; } | digest)
stamp=build/pages.stamp
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] ||
  ! any_file control_plane/web/dist/*.html || ! any_file edge_agent/screens/web/dist/*.html; then
  say "building the pages"
  npm run build >build/setup-pages.log 2>&1 || { tail -n 30 build/setup-pages.log >&2; die "the pages did not build"; }
  printf '%s\n' "$wanted" >"$stamp"
fi

# --- a guest's kernel, for the proofs that need real device nodes -----------------------------------

if [ "$profile" = check ] && [ "$(uname -m)" = x86_64 ] && program qemu-system-x86_64 >/dev/null; then
  .venv/bin/python tests/vm/kernel.py
fi
