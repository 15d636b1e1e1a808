#!/bin/sh
# Builds a Lambda layer from a folder and its lock: build_layer.sh --help
set -eu
exec python3 -I -B "$(dirname "$0")/build_folder.py" layer "$@"
