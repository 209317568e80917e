#!/usr/bin/env bash
# Installs the programs that look at the workflows and run them, each in one version, into FOLDER/bin.
# usage: install-tools.sh FOLDER PROGRAM...; programs: zizmor hadolint actionlint act
set -euo pipefail
folder=$(realpath --canonicalize-missing "$1")
shift

# Their content is checked against Go's checksum database.
# renovate: datasource=go depName=github.com/rhysd/actionlint
actionlint=v1.7.12
# renovate: datasource=go depName=github.com/nektos/act
act=v0.2.87

mkdir -p "$folder/bin"
for program in "$@"; do
  case $program in
    # Wheels that hold the program itself; their hashes are in the file.
    zizmor | hadolint)
      # An installation that was killed, or that another Python made, is of no use.
      "$folder/python/bin/pip" --version >/dev/null 2>&1 || python3 -m venv --clear "$folder/python"
      "$folder/python/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        --requirement "$(dirname "$0")/requirements.txt"
      ln -sf "../python/bin/$program" "$folder/bin/$program"
      ;;
    actionlint) GOBIN=$folder/bin go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint" ;;
    act) GOBIN=$folder/bin go install "github.com/nektos/act@$act" ;;
    *)
      echo "install-tools.sh: there is no $program" >&2
      exit 2
      ;;
  esac
done
