#!/bin/sh
# The newcomer's first minute: builds ChangeLog and shows it at work on a private PostgreSQL. Arguments go to the demo.
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/scripts/prerequisites.sh"

require_dotnet
require_postgres
build ChangeLog build src/ChangeLogWorker -c Release
exec dotnet "$root/artifacts/bin/ChangeLogWorker/release/changelog.dll" demo "$@"
