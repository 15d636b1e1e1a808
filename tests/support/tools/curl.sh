#!/bin/sh
# Replaces curl: takes an archive from $ARCHIVES, or $GITHUB_ARCHIVES for one of GitHub's, and notes the address in $DOWNLOADS.
while [ $# -gt 1 ]; do
  [ "$1" != --output ] || output=$2
  shift
done
echo "$1" >> "$DOWNLOADS"
case "$1" in
*github.com*) folder=${GITHUB_ARCHIVES:-$ARCHIVES} ;;
*) folder=$ARCHIVES ;;
esac
cp "$folder/$(basename "$1")" "$output"
