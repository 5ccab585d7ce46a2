#!/bin/sh
# Builds everything, runs every test, and says on its last line how many passed, failed and were skipped.
#   ./test.sh                    all on this machine's PostgreSQL, then what needs a database once more on version 18
#   ./test.sh --postgres 16 ...  only what needs a database, on each version named
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/scripts/prerequisites.sh"
. "$root/scripts/servers.sh"

# seconds, of a suite that takes some twenty minutes on two cores that do nothing else: so that one that hangs ends
limit=3900
passed=0 failed=0 skipped=0
newest=18

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

# run PROJECT NAME: the tests of a project, with NAME before each line, its report and its exit code for tell.
run() {
    left=$((limit - $(date +%s) + started_at))
    {
        status=0
        within "$((left > 1 ? left : 1))" dotnet "$root/artifacts/bin/$1/release/$1.dll" \
            -noLogo -noColor -result-xml "$reports/$2.xml" 2>&1 </dev/null || status=$?
        echo "$status" >"$reports/$2.status"
    } | awk -v name="$2" '{ print name ": " $0; fflush() }'
}

# tell NAME: a project that ended without a report, or with no test in it, is a failure too.
tell() {
    report="$reports/$1.xml"
    status=$(cat "$reports/$1.status")
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

# The version of the server that the tests start by themselves; empty where they are given one.
own_version() {
    [ -z "${CHANGELOG_TEST_POSTGRES:-}${ChangeLog__Embedded__BinDirectory:-}" ] || return 0
    postgres=$(command -v postgres || ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1)
    [ -z "$postgres" ] || "$postgres" --version | sed 's/.* \([0-9]*\)\..*/\1/'
}

# on VERSION: what needs a database, on a server of that version. Fails where there is none to be had.
on() {
    bin=$(bin_of "$1" "$servers/$1") || return 1
    (
        unset CHANGELOG_TEST_POSTGRES
        export ChangeLog__Embedded__BinDirectory="$bin"
        run ChangeLog.IntegrationTests "ChangeLog.IntegrationTests on PostgreSQL $1"
    )
}

versions=''
while [ $# -gt 0 ]; do
    case "$1" in
        --postgres)
            npm_version "${2:-}" >/dev/null || refuse "--postgres takes a version: 13, 14, 15, 16, 17 or 18."
            versions="$versions $2"
            shift 2
            ;;
        *) refuse "$1 is not known: ./test.sh [--postgres VERSION]..." ;;
    esac
done

require_dotnet
require_postgres
have psql && have pgbench || apt_install postgresql postgresql-client || say "psql or pgbench is missing: their tests are skipped."
have pgbouncer || [ -x /usr/sbin/pgbouncer ] || install_pgbouncer || say "pgbouncer is missing: its tests are skipped."
have systemd-analyze || apt_install systemd || say "systemd-analyze is missing: its test is skipped."

build "ChangeLog and its tests" build ChangeLog.sln -c Release
build "the program as it is published" publish src/ChangeLogWorker -c Release -o artifacts/published
export CHANGELOG_TEST_PROGRAM="$root/artifacts/published/changelog"
# hundreds of programs that live for a second: none of them lives to see what a profile would gain
export DOTNET_TieredPGO=0

reports=$(mktemp -d)
servers=$(mktemp -d)
chmod a+rx "$servers"
beside=''
trap '[ -z "$beside" ] || kill "$beside" 2>/dev/null; rm -rf "$reports" "$servers"' EXIT
started_at=$(date +%s)

if [ -n "$versions" ]; then
    for version in $versions; do
        say "Running on PostgreSQL $version ..."
        on "$version" || refuse "PostgreSQL $version is neither here nor to be had from npm."
        tell "ChangeLog.IntegrationTests on PostgreSQL $version"
    done
else
    say "Running all tests ..."
    run ChangeLog.UnitTests ChangeLog.UnitTests
    tell ChangeLog.UnitTests
    # the one mostly waits, the other mostly works
    run ChangeLog.EndToEndTests ChangeLog.EndToEndTests &
    beside=$!
    run ChangeLog.IntegrationTests ChangeLog.IntegrationTests
    tell ChangeLog.IntegrationTests
    again=''
    if [ "$(own_version)" != "$newest" ]; then
        say "Running on PostgreSQL $newest ..."
        if on "$newest"; then
            again="ChangeLog.IntegrationTests on PostgreSQL $newest"
        else
            say "PostgreSQL $newest is neither here nor to be had from npm: the tests on it are left out."
        fi
    fi
    wait "$beside"
    beside=''
    tell ChangeLog.EndToEndTests
    [ -z "$again" ] || tell "$again"
fi

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
