#!/bin/sh
# Builds a Lambda layer: build_layer.sh FOLDER ZIP
#
# FOLDER holds a lock with hashes: Pipfile.lock (pipenv), uv.lock (uv) or requirements.txt (pip). Exactly what it names is
# installed; nothing is resolved, and a lock that does not fit its Pipfile or pyproject.toml any more is an error. The same
# lock always makes the same zip, so a former version comes back, byte for byte, with its former lock.
#
# CODEARTIFACT_INDEX_URL is the address of the registry's index with user and token in it. pip alone is given it.
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

if [ -f Pipfile.lock ]; then
  pipenv verify
  # Its first lines name the index, which pip is told below.
  pipenv requirements --hash >"$work/lock"
  sed '/^-i /d' "$work/lock" >"$work/requirements.txt"
elif [ -f uv.lock ]; then
  uv export --quiet --locked --no-dev --no-emit-project --no-annotate --no-header >"$work/requirements.txt"
elif [ -f requirements.txt ]; then
  cp requirements.txt "$work/requirements.txt"
else
  echo "$1: holds neither Pipfile.lock nor uv.lock nor requirements.txt" >&2
  exit 2
fi
if grep -E '^[[:space:]]*(-[^-]|--[^h])' "$work/requirements.txt" >&2; then
  echo "$1: the lines above are options. A layer comes from one index, and from one lock." >&2
  exit 1
fi

running=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$running" != "$python" ]; then
  echo "warning: conditions in the lock, as python_version < '3.13', are read by Python $running, and the layer is for $python" >&2
fi
# Whatever else is configured on this machine is no source of a layer.
# shellcheck disable=SC2086
env -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS -u PIP_NO_INDEX PIP_CONFIG_FILE=/dev/null PIP_INDEX_URL="$index" \
  python3 -m pip install --quiet --no-input --disable-pip-version-check --no-compile --target "$work/python" \
  --require-hashes --no-deps --only-binary=:all: $platforms --python-version "$python" --implementation cp \
  -r "$work/requirements.txt"

CODEARTIFACT_INDEX_URL=$index python3 "$tools/pack_layer.py" "$work/python" "$zip"
