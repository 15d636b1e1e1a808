#!/bin/sh
# Builds a Lambda layer: build_layer.sh FOLDER ZIP
#
# FOLDER has a lock with hashes: Pipfile.lock (pipenv), uv.lock (uv) or requirements.txt (pip). Exactly what it names is
# installed, from one index; nothing is resolved, and a lock that does not fit its Pipfile or pyproject.toml any more is an error.
# A package that comes from elsewhere is an error too: check_lock.py. The same lock always makes the same zip, so a former version
# comes back, byte for byte, with its former lock.
#
# CODEARTIFACT_INDEX_URL is the address of the registry's index with user and token in it. Only pip and pack_layer.py get it.
set -eu

# Of the functions that use the layers. Amazon Linux 2023, on which Python 3.12 runs there, has glibc 2.34.
python=3.12
platforms='--platform manylinux2014_x86_64 --platform manylinux_2_28_x86_64'

if [ $# -ne 2 ] || [ ! -d "$1" ]; then
  echo "usage: build_layer.sh FOLDER ZIP" >&2
  exit 2
fi
: "${CODEARTIFACT_INDEX_URL:?is not set: it is the output authenticated-index-url of the action codeartifact-login}"
index=$CODEARTIFACT_INDEX_URL
unset CODEARTIFACT_INDEX_URL

tools=$(cd "$(dirname "$0")" && pwd)
case $2 in /*) zip=$2 ;; *) zip=$PWD/$2 ;; esac
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Neither variables of this shell nor files of the home say where a package comes from, or which certificates are trusted.
alone() {
  env -i PATH="$PATH" HOME="$work" TMPDIR="$work" LANG=C.UTF-8 PIP_CONFIG_FILE=/dev/null \
    ${LD_LIBRARY_PATH:+"LD_LIBRARY_PATH=$LD_LIBRARY_PATH"} \
    ${HTTPS_PROXY:+"HTTPS_PROXY=$HTTPS_PROXY"} ${NO_PROXY:+"NO_PROXY=$NO_PROXY"} "$@"
}
# -I: no module of the current folder, nor of PYTHONPATH, is imported.
check_lock() { alone python3 -I -S "$tools/check_lock.py" "$@"; }

if [ -f Pipfile.lock ]; then
  check_lock Pipfile Pipfile.lock
  alone PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_DONT_LOAD_ENV=1 pipenv verify
  alone PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_DONT_LOAD_ENV=1 pipenv requirements --hash >"$work/exported"
  # Its first line names the index, which pip gets below.
  sed '/^-i /d' "$work/exported" >"$work/requirements.txt"
elif [ -f uv.lock ]; then
  check_lock pyproject.toml uv.lock
  if ! alone UV_OFFLINE=1 uv export --quiet --locked --no-dev --no-emit-project --no-annotate --no-header \
    >"$work/requirements.txt"; then
    echo "$1: uv.lock does not fit pyproject.toml any more, or uv cannot read it, see above: lock again with uv lock" >&2
    exit 1
  fi
elif [ -f requirements.txt ]; then
  cp requirements.txt "$work/requirements.txt"
else
  echo "$1: it has neither Pipfile.lock nor uv.lock nor requirements.txt" >&2
  exit 2
fi
check_lock "$work/requirements.txt" >"$work/pinned.txt"

running=$(alone python3 -I -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$running" != "$python" ]; then
  echo "warning: conditions in the lock, as python_version < '3.13', are read by Python $running, and the layer is for $python" >&2
fi
# shellcheck disable=SC2086
alone PIP_INDEX_URL="$index" \
  python3 -I -m pip install --quiet --no-input --disable-pip-version-check --no-compile --target "$work/python" \
  --require-hashes --no-deps --only-binary=:all: $platforms --python-version "$python" --implementation cp \
  -r "$work/pinned.txt"

alone CODEARTIFACT_INDEX_URL="$index" python3 -I -S "$tools/pack_layer.py" "$work/python" "$zip"
