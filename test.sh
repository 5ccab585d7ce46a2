#!/bin/sh
# Builds everything, runs every test, and says on its last line how many passed, failed and were skipped.
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/scripts/prerequisites.sh"

# seconds, of a suite that takes some half an hour on two cores that do nothing else: so that one that hangs ends
limit=3600
passed=0 failed=0 skipped=0

# figure REPORT NAME: the sum of that attribute over the report's assemblies.
figure() {
    grep -o '<assembly [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

# within SECONDS COMMAND...: where there is no timeout (macOS), without a limit.
within() {
    seconds=$1
    shift
    if have timeout; then timeout --foreground -k 10 "$seconds" "$@"; else "$@"; fi
}

# run PROJECT: a project that ends without a report, or with no test in it, is a failure too.
run() {
    printf '\nRunning %s ...\n' "$1"
    report="$reports/$1.xml"
    status=0
    left=$((limit - $(date +%s) + started_at))
    within "$((left > 1 ? left : 1))" \
        dotnet "$root/artifacts/bin/$1/release/$1.dll" -noLogo -noColor -result-xml "$report" </dev/null || status=$?
    before=$failed
    if [ -s "$report" ] && [ "$(figure "$report" total)" -gt 0 ]; then
        passed=$((passed + $(figure "$report" passed)))
        failed=$((failed + $(figure "$report" failed) + $(figure "$report" errors)))
        skipped=$((skipped + $(figure "$report" skipped)))
    else
        say "$1 ended with code $status and reported no test."
        failed=$((failed + 1))
    fi
    if [ "$status" -ne 0 ] && [ "$failed" -eq "$before" ]; then
        say "$1 ended with code $status although its report has no failure."
        failed=$((failed + 1))
    fi
}

require_dotnet
require_postgres
have psql && have pgbench || apt_install postgresql postgresql-client || say "psql or pgbench is missing: their tests are skipped."
have pgbouncer || [ -x /usr/sbin/pgbouncer ] || install_pgbouncer || say "pgbouncer is missing: its tests are skipped."
have systemd-analyze || apt_install systemd || say "systemd-analyze is missing: its test is skipped."

build "ChangeLog and its tests" build ChangeLog.sln -c Release
build "the program as it is published" publish src/ChangeLogWorker -c Release -o artifacts/published
export CHANGELOG_TEST_PROGRAM="$root/artifacts/published/changelog"

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
started_at=$(date +%s)
for project in "$root"/tests/*Tests; do
    run "${project##*/}"
done

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
