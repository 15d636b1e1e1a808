#!/bin/sh
# Locks a layer with pipenv: lock_layer.sh FOLDER
#
# pipenv 2026.10 leaves the input of its resolver in the folder for temporary files. The input contains the index's address, and so
# the token. Here pipenv gets a temporary folder of its own, which is removed.
#
# CODEARTIFACT_INDEX_URL is the address of the registry's index with user and token. The lock names only the variable.
set -eu

if [ $# -ne 1 ] || [ ! -f "$1/Pipfile" ]; then
  echo "usage: lock_layer.sh FOLDER, where FOLDER has a Pipfile" >&2
  exit 2
fi
: "${CODEARTIFACT_INDEX_URL:?is not set: see README, \"Lock a layer\"}"

tools=$(cd "$(dirname "$0")" && pwd)
cd "$1"
# pipenv would send another source every variable that its address names, such as the token.
env -i PATH="$PATH" python3 -I -S "$tools/check_lock.py" Pipfile

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
env -i PATH="$PATH" HOME="$HOME" TMPDIR="$work" LANG=C.UTF-8 CODEARTIFACT_INDEX_URL="$CODEARTIFACT_INDEX_URL" \
  PIP_CONFIG_FILE=/dev/null PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_DONT_LOAD_ENV=1 PIPENV_YES=1 PYTHONSAFEPATH=1 \
  ${PIPENV_PYTHON:+"PIPENV_PYTHON=$PIPENV_PYTHON"} ${PYENV_ROOT:+"PYENV_ROOT=$PYENV_ROOT"} \
  ${HTTPS_PROXY:+"HTTPS_PROXY=$HTTPS_PROXY"} ${NO_PROXY:+"NO_PROXY=$NO_PROXY"} \
  pipenv lock
