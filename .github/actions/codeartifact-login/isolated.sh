#!/bin/bash -p
# Runs a Python program of these actions without any file of the workspace: isolated.sh PROGRAM
#
# bash -p ignores BASH_ENV and functions from the environment. Python's -I ignores PYTHON* variables, the home's packages and the
# current folder. -S ignores the interpreter's own packages, with their .pth files and sitecustomize. Programs and libraries are
# searched only outside of the workspace.
#
# This excludes files and variables. It does not exclude an earlier step of the job that runs hostile code: such a step may replace
# programs of the machine. Build and test in another job than the one that has the token.
set -euo pipefail

outside_workspace() {
  local entry folder kept=
  local -a entries
  IFS=: read -ra entries <<<"$1"
  for entry in "${entries[@]}"; do
    if [[ $entry == /* ]] && folder=$(cd -- "$entry" 2>/dev/null && pwd -P) && [[ $folder/ != "$workspace"/* ]]; then
      kept+=${kept:+:}$folder
    fi
  done
  printf '%s' "$kept"
}

workspace=$(cd -- "${GITHUB_WORKSPACE:?}" && pwd -P)
unset LD_PRELOAD LD_AUDIT
# setup-python sets it for its interpreters.
LD_LIBRARY_PATH=$(outside_workspace "${LD_LIBRARY_PATH:-}")
export LD_LIBRARY_PATH
PATH=$(outside_workspace "$PATH")
exec python3 -I -S -B "$@"
