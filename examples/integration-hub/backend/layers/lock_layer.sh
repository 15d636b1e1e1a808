#!/bin/sh
# Locks a layer with pipenv: lock_layer.sh FOLDER
#
# pipenv 2026.10 leaves what it asks its resolver, the index's address and so the token included, in the folder for temporary
# files. Here it gets a folder of its own, which goes.
#
# CODEARTIFACT_INDEX_URL is the address of the registry's index with user and token in it; the lock names the variable alone.
set -eu

if [ $# -ne 1 ] || [ ! -f "$1/Pipfile" ]; then
  echo "usage: lock_layer.sh FOLDER, where FOLDER holds a Pipfile" >&2
  exit 2
fi
: "${CODEARTIFACT_INDEX_URL:?is not set: see README, \"Lock a layer\"}"

TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' HUP INT TERM

cd "$1"
PIPENV_IGNORE_VIRTUALENVS=1 pipenv lock
