#!/bin/sh
# sh tools/build.sh FOLDER: builds the Go commands that tools/FOLDER/go.mod pins, once, and prints their folder.
# They are kept outside the tree, under a name derived from what they were built from. A second call only prints the folder.
set -eu

folder=$(dirname "$0")/${1:-}
if [ $# -ne 1 ] || [ -z "$1" ] || [ ! -f "$folder/go.mod" ]; then
  echo "usage: sh tools/build.sh FOLDER, where tools/FOLDER has a go.mod, as in: sh tools/build.sh pulumi-cli" >&2
  exit 2
fi
if ! command -v go >/dev/null; then
  echo "tools/build.sh: go is not on PATH, and tools/$1 is built with it: https://go.dev/dl" >&2
  exit 1
fi

cd "$folder"
export CGO_ENABLED=0 GOFLAGS= GOWORK=off

# Without the stamp of a release, Pulumi's command reports a development version, which its Automation API rejects.
sdk=github.com/pulumi/pulumi/sdk/v3
version=$(sed -n "s|^[[:space:]]*$sdk \(v[^ ]*\).*|\1|p" go.mod)
stamp="-s -w${version:+ -X $sdk/go/common/version.Version=$version}"

checksum() { sha256sum 2>/dev/null || shasum -a 256; }
key=$({ cat go.mod go.sum && go version && echo "$stamp"; } | checksum | cut -c 1-16)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/package-registry
built=$cache/$1-$key

if [ ! -d "$built" ]; then
  echo "tools/build.sh: building tools/$1 with $(go version | cut -d ' ' -f 3); it takes minutes the first time" >&2
  mkdir -p "$cache"
  building=$(mktemp -d "$cache/building.XXXXXX")
  trap 'rm -rf "$building"' EXIT
  trap 'exit 1' HUP INT TERM
  nice go build -mod=readonly -buildvcs=false -trimpath -tags osusergo,grpcnotrace -ldflags "$stamp" -o "$building/" tool >&2
  # A second build at the same time discards its own result.
  [ -d "$built" ] || mv "$building" "$built"
fi
echo "$built"
