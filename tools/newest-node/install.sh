#!/bin/sh
# sh tools/newest-node/install.sh: installs the Node that package.json beside it pins, once, and prints the folder of `node`.
# It is kept outside the tree, under a name derived from what it was installed from. A second call only prints the folder.
set -eu

cd "$(dirname "$0")"

checksum() { sha256sum 2>/dev/null || shasum -a 256; }
key=$({ cat package.json package-lock.json && uname -sm; } | checksum | cut -c 1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/package-registry
installed=$cache/newest-node-$key

if [ ! -d "$installed" ]; then
  mkdir -p "$cache"
  installing=$(mktemp -d "$cache/installing.XXXXXX")
  trap 'rm -rf "$installing"' EXIT
  trap 'exit 1' HUP INT TERM
  cp package.json package-lock.json .npmrc "$installing/"
  npm ci --prefix "$installing" --no-audit --no-fund >&2
  set -- "$installing"/node_modules/*/bin/node
  if [ ! -x "$1" ]; then
    echo "tools/newest-node/install.sh: package.json has no Node for $(uname -sm)." >&2
    exit 1
  fi
  mkdir "$installing/bin"
  mv "$1" "$installing/bin/node"
  rm -rf "$installing/node_modules"
  # A second installation at the same time discards its own result.
  [ -d "$installed" ] || mv "$installing" "$installed"
fi
echo "$installed/bin"
