#!/bin/sh
# Stands in for npm where it would install or test the whole project: that is done already, and this is one of its tests.
folder=.
if [ "$1" = --prefix ]; then
  folder=$2
  shift 2
fi
case "$1 $2" in
"ci ")
  ln -s "$TEAM_NODE_MODULES" "$folder/node_modules"
  ;;
"test " | "run typecheck")
  test -d "$folder/node_modules"
  ;;
"run verify")
  "$TEAM_NPM" --prefix "$folder" "$@" && echo "verify $5 as $AWS_ACCESS_KEY_ID" >> "$TEAM_VERIFIED"
  ;;
*)
  exec "$TEAM_NPM" --prefix "$folder" "$@"
  ;;
esac
