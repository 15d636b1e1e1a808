#!/bin/sh
# Replaces npm where it would install or check the whole project: that is done already, and this is one of its tests.
# With TEAM_DECIDES, access and reach are the real ones.
folder=.
if [ "$1" = --prefix ]; then
  folder=$2
  shift 2
fi
case "$1 $2" in
"ci ")
  ln -s "$TEAM_NODE_MODULES" "$folder/node_modules"
  ;;
"run typecheck")
  test -d "$folder/node_modules"
  ;;
"run access" | "run reach")
  test -z "${TEAM_DECIDES:-}" || exec "$TEAM_NPM" --prefix "$folder" "$@"
  ;;
"run verify")
  "$TEAM_NPM" --prefix "$folder" "$@" && shift 3 && echo "$* as $AWS_ACCESS_KEY_ID" >> "$TEAM_VERIFIED"
  ;;
"run --silent")
  # What `verify` finds at night, the tests say where they mean to: STACK holds what it prints, STACK.code its exit code.
  if [ "$3" = verify ] && [ -e "${TEAM_FINDINGS:-}/$6" ]; then
    shift 4 && echo "$* as $AWS_ACCESS_KEY_ID" >> "$TEAM_VERIFIED"
    cat "$TEAM_FINDINGS/$2"
    exit "$(cat "$TEAM_FINDINGS/$2.code")"
  fi
  exec "$TEAM_NPM" --prefix "$folder" "$@"
  ;;
*)
  exec "$TEAM_NPM" --prefix "$folder" "$@"
  ;;
esac
