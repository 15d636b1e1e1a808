#!/bin/sh
# Builds a Lambda layer: build_layer.sh [--python VERSION] [--architecture NAME] FOLDER ZIP
#
# --python VERSION      3.10, 3.11, 3.12, 3.13 or 3.14, as in the function's runtime (default: 3.12)
# --architecture NAME   x86_64 or arm64, as in the function's setting Architectures (default: x86_64)
#
# A layer accepts every wheel that pip itself accepts on the function's system. If a lock names a compiled wheel that runs there
# and a pure one, the layer gets the compiled one.
#
# FOLDER has a lock with hashes: Pipfile.lock (pipenv), uv.lock (uv) or requirements.txt (pip). Exactly what it names is
# installed, from one index, and nothing is resolved. A lock that does not match its Pipfile or pyproject.toml any more is an error.
# A package that comes from elsewhere is an error too: check_lock.py. The same lock always makes the same zip, so the former lock
# restores a former version, byte for byte.
#
# CODEARTIFACT_INDEX_URL is the address of the registry's index with user and token. Only pip and pack_layer.py get it.
set -eu

usage() {
  echo "usage: build_layer.sh [--python VERSION] [--architecture NAME] FOLDER ZIP" >&2
  exit 2
}
python=3.12
architecture=x86_64
while [ $# -gt 0 ]; do
  case $1 in
    --python | --architecture)
      [ $# -ge 2 ] || usage
      if [ "$1" = --python ]; then python=$2; else architecture=$2; fi
      shift 2
      ;;
    --python=*) python=${1#*=} && shift ;;
    --architecture=*) architecture=${1#*=} && shift ;;
    --help | -h) sed -n '2,/^set -eu/ { s/^# \{0,1\}//; /^set -eu/d; p; }' "$0" && exit 0 ;;
    --) shift && break ;;
    -*) echo "build_layer.sh: there is no option $1" >&2 && usage ;;
    *) break ;;
  esac
done

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (2026): 3.10 and 3.11 run on Amazon Linux 2, which AWS continues
# to patch for them after its end of life on 2026-06-30. Later ones run on Amazon Linux 2023.
# https://docs.aws.amazon.com/linux/al2023/ug/glibc-gcc-and-binutils.html: Amazon Linux 2 has glibc 2.26, 2023 has 2.34.
errors=0
case $python in
  3.10 | 3.11) glibc=26 ;;
  3.12 | 3.13 | 3.14) glibc=34 ;;
  *) echo "--python $python: Lambda has no such runtime, choose 3.10, 3.11, 3.12, 3.13 or 3.14" >&2 && errors=1 ;;
esac
# manylinux_2_5 is the oldest for x86_64, manylinux_2_17 for arm64: https://peps.python.org/pep-0600/
case $architecture in
  x86_64) machine=x86_64 oldest=5 ;;
  arm64) machine=aarch64 oldest=17 ;;
  *) echo "--architecture $architecture: Lambda has no such architecture, choose x86_64 or arm64" >&2 && errors=1 ;;
esac
[ $errors -eq 0 ] || exit 2
[ $# -eq 2 ] && [ -d "$1" ] || usage

# The newest first: pip prefers what comes first. pip expands manylinux2014 to the two older names, and no manylinux_2_N.
platforms=
while [ "$glibc" -ge $oldest ]; do
  platforms="$platforms --platform manylinux_2_${glibc}_$machine"
  glibc=$((glibc - 1))
done
platforms="$platforms --platform manylinux2014_$machine --platform linux_$machine"
: "${CODEARTIFACT_INDEX_URL:?is not set: it is the output authenticated-index-url of the action codeartifact-login}"
index=$CODEARTIFACT_INDEX_URL
unset CODEARTIFACT_INDEX_URL

tools=$(cd "$(dirname "$0")" && pwd)
case $2 in /*) zip=$2 ;; *) zip=$PWD/$2 ;; esac
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Neither variables of this shell nor files of the home folder decide where a package comes from, or which certificates are trusted.
alone() {
  env -i PATH="$PATH" HOME="$work" TMPDIR="$work" LANG=C.UTF-8 PIP_CONFIG_FILE=/dev/null \
    ${LD_LIBRARY_PATH:+"LD_LIBRARY_PATH=$LD_LIBRARY_PATH"} \
    ${HTTPS_PROXY:+"HTTPS_PROXY=$HTTPS_PROXY"} ${NO_PROXY:+"NO_PROXY=$NO_PROXY"} "$@"
}
# -I: no module of the current folder, nor of PYTHONPATH, is imported.
check_lock() { alone python3 -I -S "$tools/check_lock.py" "$@"; }

if [ -f Pipfile.lock ]; then
  check_lock Pipfile Pipfile.lock
  alone PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_DONT_LOAD_ENV=1 pipenv verify
  alone PIPENV_IGNORE_VIRTUALENVS=1 PIPENV_DONT_LOAD_ENV=1 pipenv requirements --hash >"$work/exported"
  # Its first line names the index. pip gets the index below.
  sed '/^-i /d' "$work/exported" >"$work/requirements.txt"
elif [ -f uv.lock ]; then
  check_lock pyproject.toml uv.lock
  if ! alone UV_OFFLINE=1 uv export --quiet --locked --no-dev --no-emit-project --no-annotate --no-header \
    >"$work/requirements.txt"; then
    echo "$1: uv.lock does not match pyproject.toml any more, or uv cannot read it, see above: lock again with uv lock" >&2
    exit 1
  fi
elif [ -f requirements.txt ]; then
  cp requirements.txt "$work/requirements.txt"
else
  echo "$1: it has neither Pipfile.lock nor uv.lock nor requirements.txt" >&2
  exit 2
fi
check_lock "$work/requirements.txt" >"$work/pinned.txt"

running=$(alone python3 -I -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.system(), platform.machine())')
if [ "$running" != "$python Linux $machine" ] && grep -q ';' "$work/pinned.txt"; then
  echo "warning: conditions in the lock, such as python_version < '3.13', are read by Python $running, and the layer is for" \
    "$python Linux $machine: build it there" >&2
fi
# shellcheck disable=SC2086
alone PIP_INDEX_URL="$index" \
  python3 -I -m pip install --quiet --no-input --disable-pip-version-check --no-compile --target "$work/python" \
  --require-hashes --no-deps --only-binary=:all: $platforms --python-version "$python" --implementation cp \
  --abi "cp$(echo "$python" | tr -d .)" \
  -r "$work/pinned.txt"

alone CODEARTIFACT_INDEX_URL="$index" python3 -I -S "$tools/pack_layer.py" "$work/python" "$zip"
