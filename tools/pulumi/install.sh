#!/bin/sh
# sh tools/pulumi/install.sh: installs the Pulumi CLI with its language hosts, and the provider plugins, for a Linux runner, and
# prints the folder of the CLI. Every archive is compared with its sum in SHA256SUMS before anything of it runs.
# sh tools/pulumi/install.sh --renew: downloads the archives and writes SHA256SUMS.
set -eu

usage() {
  echo "usage: sh tools/pulumi/install.sh [--renew]" >&2
  exit 2
}
fail() {
  printf 'tools/pulumi/install.sh: %s\n' "$*" >&2
  exit 1
}
[ "$#" -eq 0 ] || [ "$*" = --renew ] || usage

here=$(cd "$(dirname "$0")" && pwd)
sums=$here/SHA256SUMS
github=https://github.com/pulumi
renew="To renew the sums, run this, compare what it prints with the releases, and commit it: sh tools/pulumi/install.sh --renew"

# The versions are pinned elsewhere: the CLI's with its sources, the plugins' with the packages that call them.
plugins="aws aws-native"
cli=$(sed -n 's|^[[:space:]]*github.com/pulumi/pulumi/pkg/v3 v\([0-9.]*\).*|\1|p' "$here/../pulumi-cli/go.mod")
version_of() { sed -n "s|^ *\"@pulumi/$1\": \"\([0-9]*\.[0-9]*\.[0-9]*\)\",*\$|\1|p" "$here/../../package.json"; }
archive_of() { echo "pulumi-resource-$1-v$(version_of "$1")-linux-amd64.tar.gz"; }
cli_archive=pulumi-v$cli-linux-x64.tar.gz
address_of() {
  case $1 in
  "$cli_archive") echo "https://get.pulumi.com/releases/sdk/$1" ;;
  *) echo "https://get.pulumi.com/releases/plugins/$1" ;;
  esac
}

[ -n "$cli" ] || fail "tools/pulumi-cli/go.mod pins no version of github.com/pulumi/pulumi/pkg/v3"
for plugin in $plugins; do
  [ -n "$(version_of "$plugin")" ] ||
    fail "package.json has no exact version of @pulumi/$plugin. Write one, as in: \"@pulumi/$plugin\": \"7.48.0\""
done

work=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/pulumi.XXXXXX")
downloads=$work/downloads
mkdir "$downloads"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

sum_of() { awk -v archive="$1" '$2 == archive && $1 ~ /^[0-9a-f]+$/ && length($1) == 64 { print $1 }' "$sums"; }
checksum() { { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -c 1-64; }
download() {
  curl --fail --silent --show-error --location --retry 3 --proto '=https' --proto-redir '=https' --output "$2" "$1" || fail "could not download $1"
}

# Pulumi publishes each archive in two places. A sum is written only if both have the same bytes.
take_over() {
  download "$(address_of "$1")" "$downloads/one"
  download "$2" "$downloads/other"
  cmp -s "$downloads/one" "$downloads/other" || fail "$(address_of "$1") and $2 differ. SHA256SUMS is unchanged"
  printf '%s  %s\n' "$(checksum "$downloads/one")" "$1" >> "$work/SHA256SUMS"
}

if [ "$*" = --renew ]; then
  sed -n '/^#/p' "$sums" > "$work/SHA256SUMS"
  take_over "$cli_archive" "$github/pulumi/releases/download/v$cli/$cli_archive"
  for plugin in $plugins; do
    archive=$(archive_of "$plugin")
    take_over "$archive" "$github/pulumi-$plugin/releases/download/v$(version_of "$plugin")/$archive"
  done
  cp "$work/SHA256SUMS" "$sums.new"
  mv "$sums.new" "$sums"
  cat "$sums"
  exit
fi

archives=$cli_archive
for plugin in $plugins; do
  archives="$archives $(archive_of "$plugin")"
done
missing=
for archive in $archives; do
  [ -n "$(sum_of "$archive")" ] || missing="$missing $archive"
done
[ -z "$missing" ] || fail "tools/pulumi/SHA256SUMS has no sum of:$missing. $renew"

wrong=
for archive in $archives; do
  download "$(address_of "$archive")" "$downloads/$archive"
  found=$(checksum "$downloads/$archive")
  [ "$found" = "$(sum_of "$archive")" ] || wrong="$wrong
  $archive: expected $(sum_of "$archive"), found $found"
done
[ -z "$wrong" ] || fail "archives differ from tools/pulumi/SHA256SUMS, and nothing of them was run:$wrong
Find out why before you go on. $renew"

tar -x -z -f "$downloads/$cli_archive" -C "$work"
# Not by --checksum: CLI 3.259 leaves out of the sum what arrives together with the end of a download, and compares nothing if it has
# the plugin already. Source: checksumReader in sdk/go/common/workspace/plugins.go of pulumi/pulumi
for plugin in $plugins; do
  "$work/pulumi/pulumi" plugin install resource "$plugin" "v$(version_of "$plugin")" --exact --reinstall \
    --file "$downloads/$(archive_of "$plugin")" --non-interactive >&2 || fail "$plugin was not installed"
done
trap 'rm -rf "$downloads"' EXIT
echo "$work/pulumi"
