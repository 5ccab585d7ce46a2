# What demo.sh and test.sh need before they start; sourced by both, with $root set to the clone.

say() { printf '%s\n' "$*" >&2; }
refuse() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# dotnet keeps its first-run state there, and a service account often has no home
if [ -z "${HOME:-}" ] || [ ! -w "${HOME:-}" ]; then
    export DOTNET_CLI_HOME="$root/artifacts/home" NUGET_PACKAGES="$root/artifacts/home/packages"
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# no compiler or build server is to stay behind
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

require_dotnet() {
    if ! have dotnet; then
        for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
            if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
                export PATH="$folder:$PATH" DOTNET_ROOT="$folder"
                break
            fi
        done
    fi
    # asked in the clone, where global.json says which SDK will do
    (cd "$root" && dotnet --version >/dev/null 2>&1) || refuse \
"ChangeLog needs the .NET SDK 10.0.401 or a newer 10.0, which is not here. Install it:
  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
or see https://dotnet.microsoft.com/download/dotnet/10.0"
    # the published program looks for the runtime there
    export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}"
}

# Prints the command prefix with which this user is root; fails where it may not be.
root_prefix() {
    if [ "$(id -u)" = 0 ]; then
        return 0
    fi
    have sudo && sudo -n true 2>/dev/null && printf 'sudo -n'
}

# apt_install PACKAGE...: fails where there is no apt, no right or no network; its output is shown then.
apt_install() {
    have apt-get && as_root=$(root_prefix) || return 1
    say "Installing $* ..."
    apt_log=$(mktemp)
    apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120"
    if { $apt update && $apt install --no-install-recommends "$@"; } >"$apt_log" 2>&1 </dev/null; then
        rm -f "$apt_log"
        return 0
    fi
    tail -n 15 "$apt_log" >&2
    rm -f "$apt_log"
    return 1
}

has_postgres_server() {
    [ -n "${ChangeLog__Embedded__BinDirectory:-}" ] && return 0
    have initdb && have postgres && return 0
    for initdb in /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb /usr/local/pgsql/bin/initdb \
        /opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb \
        /Library/PostgreSQL/*/bin/initdb /Applications/Postgres.app/Contents/Versions/*/bin/initdb; do
        [ -x "$initdb" ] && return 0
    done
    return 1
}

# The package would also make and start a server of its own: not asked for, so it is told not to while it installs.
install_postgres() {
    have apt-get && as_root=$(root_prefix) || return 1
    no_cluster=/etc/postgresql-common/createcluster.d/changelog.conf
    $as_root mkdir -p "${no_cluster%/*}" && echo 'create_main_cluster = false' | $as_root tee "$no_cluster" >/dev/null
    installed=0
    apt_install postgresql || installed=1
    $as_root rm -f "$no_cluster"
    return $installed
}

require_postgres() {
    has_postgres_server || install_postgres || refuse \
"ChangeLog needs PostgreSQL's programs (13 or newer) to start a private server, and found none. Install them:
  Debian, Ubuntu: sudo apt-get install postgresql
  Fedora, RHEL:   sudo dnf install postgresql-server postgresql-contrib
  macOS:          brew install postgresql@17
or set ChangeLog__Embedded__BinDirectory to the folder that holds initdb, pg_ctl and postgres."
}

# install_idle SERVICES PACKAGE...: packages that would also start services, now and at every boot: not asked for.
install_idle() {
    have apt-get && as_root=$(root_prefix) || return 1
    services=$1
    shift
    policy=/usr/sbin/policy-rc.d
    no_start=''
    if [ ! -e "$policy" ]; then
        no_start=$policy
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod +x "$policy"
    fi
    installed=0
    apt_install "$@" || installed=1
    [ -z "$no_start" ] || $as_root rm -f "$no_start"
    # shellcheck disable=SC2086
    ! have systemctl || $as_root systemctl -q disable $services >/dev/null 2>&1 || true
    return $installed
}

# build WHAT DOTNET-ARGUMENT...: quiet but for a line; all of it is shown if it fails.
build() {
    what=$1
    shift
    started=$(date +%s)
    say "Building $what (a minute or two the first time) ..."
    mkdir -p "$root/artifacts"
    build_log=$(mktemp)
    if ! (cd "$root" && dotnet "$@" -v quiet -nodeReuse:false -p:UseSharedCompilation=false) \
        >"$build_log" 2>&1 </dev/null; then
        cat "$build_log" >&2
        rm -f "$build_log"
        refuse "The build failed."
    fi
    rm -f "$build_log"
    say "Built in $(($(date +%s) - started)) s."
}
