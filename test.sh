#!/bin/sh
# Builds everything, runs every test, and says on its last line how many passed, failed and were skipped.
#   ./test.sh                    all on this machine's PostgreSQL, what needs a database once more on version 18, and
#                                a part in containers
#   ./test.sh --postgres 16 ...  only what needs a database, on each version named
#   ./test.sh --containers       only that part in containers
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/scripts/prerequisites.sh"
. "$root/scripts/servers.sh"
. "$root/scripts/containers.sh"

# seconds, of a suite that takes some forty minutes on two cores that do nothing else: so that one that hangs ends
limit=3900
# as many threads as cores would leave a quarter of the processors' time idle
at_once='-maxThreads 1.5x'
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

# run PROJECT NAME ARGUMENT...: the tests of a project, those that the arguments choose, with NAME before each line, its
# report and its exit code for tell; those that fail are kept for the end. A test that runs for minutes is named, which
# brings with it what those print that pass: left out.
run() {
    left=$((limit - $(date +%s) + started_at))
    [ "$left" -le "${most:-$left}" ] || left=$most
    project=$1
    name=$2
    shift 2
    {
        status=0
        [ -z "$memory" ] || export TMPDIR="$memory"
        within "$((left > 1 ? left : 1))" dotnet "$root/artifacts/bin/$project/release/$project.dll" \
            -noLogo -noColor -longRunning 180 -result-xml "$reports/$name.xml" "$@" 2>&1 </dev/null || status=$?
        echo "$status" >"$reports/$name.status"
    } | awk -v name="$name" -v failures="$reports/$name.failures" '
        /^ ? ? ? ?[^ ]/ { passes = / \[PASS\]$/; fails = / \[FAIL\]$/ }
        fails { print name ": " $0 >failures }
        !passes { print name ": " $0; fflush() }'
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
        run ChangeLog.IntegrationTests "ChangeLog.IntegrationTests on PostgreSQL $1" $at_once
    )
}

# Makes the engine and the images ready for in_containers, beside the tests that come first.
begin_containers() {
    prepare_containers "$containers" >"$reports/containers.log" 2>&1 </dev/null &
    preparing=$!
}

# A few classes on a server in a container, and the program in its image. Where no engine is to be had, the tests of the
# image say that they are skipped, and the others, which have run on another server, are left out.
in_containers() {
    # mostly it has long ended; on a new machine, where nothing else is run first, it takes minutes
    wait "$preparing" || true
    preparing=''
    if [ -s "$containers/variables" ]; then
        sed 's/^/containers: /' "$reports/containers.log"
        (
            unset CHANGELOG_TEST_POSTGRES
            . "$containers/variables"
            # seconds, of what takes one or two minutes
            most=600
            run ChangeLog.IntegrationTests "ChangeLog.IntegrationTests in a container" -class "*.TestDatabaseTests" \
                -class "*.CaptureTests" -class "*.InstallTests" -class "*.WindowTests"
            run ChangeLog.EndToEndTests "ChangeLog.EndToEndTests in containers" -class "*.ContainerTests"
        )
        tell "ChangeLog.IntegrationTests in a container"
    else
        tail -n 5 "$reports/containers.log" >&2
        reason=$(cat "$containers/reason" 2>/dev/null || echo "the engine and its images take too long")
        say "Nothing is run in containers: $reason."
        run ChangeLog.EndToEndTests "ChangeLog.EndToEndTests in containers" -class "*.ContainerTests"
    fi
    tell "ChangeLog.EndToEndTests in containers"
}

versions=''
only_containers=''
while [ $# -gt 0 ]; do
    case "$1" in
        --postgres)
            npm_version "${2:-}" >/dev/null || refuse "--postgres takes a version: 13, 14, 15, 16, 17 or 18."
            versions="$versions $2"
            shift 2
            ;;
        --containers)
            only_containers=yes
            shift
            ;;
        *) refuse "$1 is not known: ./test.sh [--postgres VERSION]... [--containers]" ;;
    esac
done

require_dotnet
require_postgres
have psql && have pgbench || apt_install postgresql postgresql-client || say "psql or pgbench is missing: their tests are skipped."
have pgbouncer || [ -x /usr/sbin/pgbouncer ] || install_idle pgbouncer pgbouncer || say "pgbouncer is missing: its tests are skipped."
have systemd-analyze || apt_install systemd || say "systemd-analyze is missing: its test is skipped."

build "ChangeLog and its tests" build ChangeLog.sln -c Release
build "the program as it is published" publish src/ChangeLogWorker -c Release -o artifacts/published
export CHANGELOG_TEST_PROGRAM="$root/artifacts/published/changelog"
# hundreds of programs that live for a second: none of them lives to see what a profile would gain
export DOTNET_TieredPGO=0

reports=$(mktemp -d)
servers=$(mktemp -d)
chmod a+rx "$servers"
containers=$(mktemp -d)
memory=$(memory_folder) || memory=''
preparing=''
trap 'kill $preparing 2>/dev/null || true; stop_containers "$containers"; rm -rf "$reports" "$servers" ${memory:+"$memory"}' EXIT
started_at=$(date +%s)

if [ -n "$versions$only_containers" ]; then
    [ -z "$only_containers" ] || begin_containers
    for version in $versions; do
        say "Running on PostgreSQL $version ..."
        on "$version" || refuse "PostgreSQL $version is neither here nor to be had from npm."
        tell "ChangeLog.IntegrationTests on PostgreSQL $version"
    done
    [ -z "$only_containers" ] || in_containers
else
    say "Running all tests ..."
    begin_containers
    run ChangeLog.UnitTests ChangeLog.UnitTests
    tell ChangeLog.UnitTests
    run ChangeLog.EndToEndTests ChangeLog.EndToEndTests -class- "*.ContainerTests"
    tell ChangeLog.EndToEndTests
    run ChangeLog.IntegrationTests ChangeLog.IntegrationTests $at_once
    tell ChangeLog.IntegrationTests
    if [ "$(own_version)" != "$newest" ]; then
        say "Running on PostgreSQL $newest ..."
        if on "$newest"; then
            tell "ChangeLog.IntegrationTests on PostgreSQL $newest"
        else
            say "PostgreSQL $newest is neither here nor to be had from npm: the tests on it are left out."
        fi
    fi
    in_containers
fi

# once more, since thousands of lines may stand between
for failures in "$reports"/*.failures; do
    [ ! -s "$failures" ] || { echo && cat "$failures"; }
done
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
