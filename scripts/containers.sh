# A container engine and images for test.sh, none of which needs a registry; sourced after prerequisites.sh.

# prepare_containers FOLDER: writes FOLDER/variables, with which the tests find the engine and the images; where there
# is none to be had, FOLDER/reason says why. All of the engine's own is in FOLDER.
prepare_containers() {
    mkdir -p "$1"
    if ! start_engine "$1" || ! import_bases "$1" "$image_prefix"; then
        [ -s "$1/reason" ] || echo "the preparation ended unexpectedly" >"$1/reason"
        return 1
    fi
    # a Dockerfile that does not build fails the tests of its image
    if ! build_program "$image_prefix" >"$1/build.log" 2>&1; then
        cat "$1/build.log" >&2
        say "deploy/docker/Dockerfile does not build."
    fi
    {
        [ -z "${DOCKER_HOST:-}" ] || echo "export DOCKER_HOST='$DOCKER_HOST'"
        # Testcontainers asks for a version that Debian's engine has not got yet
        echo "export DOCKER_API_VERSION='$(docker version --format '{{.Client.APIVersion}}')'"
        # its reaper is an image from a registry; stop_containers is ours
        echo "export TESTCONTAINERS_RYUK_DISABLED=true"
        # on a machine that is a container itself, ports would be looked for on the bridge
        [ ! -e "$1/pid" ] || echo "export TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1"
        echo "export CHANGELOG_TEST_CONTAINER='$image_prefix-postgres' CHANGELOG_TEST_IMAGE='$image_prefix'"
    } >"$1/variables.new"
    mv "$1/variables.new" "$1/variables"
}

image_prefix="changelog-test-$$"
architecture=$(dpkg --print-architecture 2>/dev/null || true)

# start_engine FOLDER: one that answers is used as it is; else Debian's is started by hand, as root, on loopback and
# without a rule in the machine's firewall.
start_engine() {
    have docker && within 20 docker info >/dev/null 2>&1 && return 0
    if [ "$(id -u)" != 0 ]; then
        echo "no container engine answers, and only root can start one" >"$1/reason"
        return 1
    fi
    have dockerd && have docker && have docker-compose \
        || install_idle 'docker.service docker.socket containerd.service' docker.io docker-compose || true
    if ! have dockerd || ! have docker; then
        echo "no container engine answers, and Debian's could not be installed" >"$1/reason"
        return 1
    fi
    # an engine that was killed leaves its bridge, and containers on it that answer for the addresses of new ones
    ! have ip || ip link delete docker0 >/dev/null 2>&1 || true
    export DOCKER_HOST="unix://$1/socket"
    dockerd --iptables=false --ip6tables=false --ip 127.0.0.1 --data-root "$1/data" --exec-root "$1/exec" \
        --pidfile "$1/pid" -H "$DOCKER_HOST" >"$1/log" 2>&1 </dev/null &
    for _ in $(seq 60); do
        within 5 docker info >/dev/null 2>&1 && return 0
        kill -0 $! 2>/dev/null || break
        sleep 0.5
    done
    tail -n 3 "$1/log" >&2
    echo "Debian's container engine did not start" >"$1/reason"
    return 1
}

# stop_containers FOLDER: what prepare_containers made is gone after it.
stop_containers() {
    if [ -s "$1/pid" ]; then
        # with its containers, so that nothing is left mounted in its folder
        engine=$(cat "$1/pid")
        kill "$engine" 2>/dev/null || true
        for _ in $(seq 60); do
            kill -0 "$engine" 2>/dev/null || break
            sleep 0.5
        done
        # it leaves the network of the machine itself mounted
        sed -n "s,^[^ ]* \\($1/[^ ]*\\) .*,\\1,p" /proc/mounts | sort -r | xargs -r umount -l || true
    elif [ -s "$1/variables" ]; then
        for image in "$image_prefix" "$image_prefix-postgres"; do
            docker ps -aq --filter "ancestor=$image" | xargs -r docker rm -f >/dev/null 2>&1 || true
        done
        docker image rm "$image_prefix" "$image_prefix-sdk" "$image_prefix-runtime" "$image_prefix-postgres" \
            >/dev/null 2>&1 || true
    fi
    rm -rf "$1" || true
}

# import_bases FOLDER PREFIX: a PostgreSQL that is started as the official image is, and what deploy/docker/Dockerfile
# builds on, of this machine's packages and its .NET. The SDK among them only copies what was published before: to
# compile it again would take minutes.
import_bases() {
    if ! have dpkg-query || ! have apt-cache || ! [ -d /usr/lib/postgresql ]; then
        echo "images are made of Debian's packages, which this machine has not got" >"$1/reason"
        return 1
    fi
    version=$(ls /usr/lib/postgresql | sort -n | tail -n 1)
    path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
    if files_of $(installed_with "postgresql-$version") | import_image "$2-postgres" \
            "ENV PATH=/usr/lib/postgresql/$version/bin:$path
ENTRYPOINT [\"start_postgres.sh\"]
CMD [\"postgres\"]
EXPOSE 5432" --transform 's,^start_,usr/local/bin/&,' -C "$root/scripts" start_postgres.sh \
        && files_of $(installed_with) | import_image "$2-sdk" "ENV PATH=$path" \
            --transform 's,^published\.sh$,usr/local/bin/dotnet,' --transform 's,^\./,published/,' \
            -C "$root/scripts" published.sh -C "$root/artifacts/published" . \
        && files_of $(installed_with ca-certificates libgcc-s1 libssl3 libstdc++6 tzdata zlib1g) \
            | import_image "$2-runtime" "ENV APP_UID=1654 PATH=/usr/share/dotnet:$path" \
                --transform 's,^\./,usr/share/dotnet/,' \
                -C "$DOTNET_ROOT" ./dotnet ./host ./shared/Microsoft.NETCore.App \
        && within 60 docker run --rm --entrypoint postgres "$2-postgres" --version >/dev/null \
        && within 60 docker run --rm "$2-runtime" dotnet --list-runtimes >/dev/null; then
        return 0
    fi
    echo "no image that runs could be made of this machine's packages" >"$1/reason"
    return 1
}

# build_program PREFIX: the program's image.
build_program() {
    # by the builder that every engine has; Debian's client is without the other
    DOCKER_BUILDKIT=0 within 300 docker build -t "$1" -f "$root/deploy/docker/Dockerfile" \
        --build-arg "SDK=$1-sdk" --build-arg "RUNTIME=$1-runtime" "$root"
}

# installed_with PACKAGE...: those packages, what Debian calls essential, and all that these need, as installed here.
installed_with() {
    # shellcheck disable=SC2046
    apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
        --no-enhances $(dpkg-query -W -f '${Essential} ${Package}\n' | sed -n 's/^yes //p') "$@" \
        | grep '^[a-z0-9]' | sort -u | while read -r package; do
            # named among the choices of another, but not here
            [ ! -e "/var/lib/dpkg/info/$package.list" ] && [ ! -e "/var/lib/dpkg/info/$package:$architecture.list" ] \
                || echo "$package"
        done
}

# files_of PACKAGE...: what a file system with these packages holds, without manuals, relative to the root.
files_of() {
    {
        for link in /bin /sbin /lib /lib32 /lib64 /libx32; do
            [ ! -L "$link" ] || echo "$link"
        done
        # those are links into /usr, though packages still speak of them
        dpkg-query -L "$@" | grep '^/[^.]' | sed 's,^/\(bin\|sbin\|lib\|lib32\|lib64\|libx32\)/,/usr/\1/,'
    } | grep -v '^/usr/share/\(doc\|man\|locale\|info\)' | sed 's,^/,,' | sort -u
}

# import_image NAME CHANGES TAR-ARGUMENT...: of the files listed on standard input and what else tar is told. CHANGES
# are instructions of a Dockerfile, one a line.
import_image() {
    image=$1
    changes=$2
    shift 2
    # users as here, for files are owned by their numbers; shadow stays out
    { cat && printf '%s\n' etc/passwd etc/group; } \
        | tar -c -C / --no-recursion --ignore-failed-read -T - --recursion "$@" 2>/dev/null \
        | (
            IFS='
'
            # shellcheck disable=SC2046,SC2086
            within 180 docker import $(printf -- '--change=%s\n' $changes) - "$image" >/dev/null
        )
}
