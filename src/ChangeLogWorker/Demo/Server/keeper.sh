# Keeps one private PostgreSQL: makes its directory, and takes server and directory away again when standard input ends,
# which it also does when the program that started this is killed. Runs as the server's account, never as root.
# Arguments: folder with initdb and pg_ctl, folder to make the directory in. Standard input: the password on one line,
# lines of postgresql.conf, an empty line. Prints the directory once it is ready to be started.
bin=$1 parent=$2
umask 077
# a Ctrl+C at the terminal is the program's to answer, with the server still there
trap '' HUP INT QUIT TERM PIPE
# root's own temporary folder may be closed to the server's account
dir=$(mktemp -d "$parent/changelog-XXXXXX" 2>/dev/null || mktemp -d /tmp/changelog-XXXXXX) || exit 1
trap '"$bin/pg_ctl" stop -D "$dir/data" -m immediate -t 10 >/dev/null 2>&1; rm -rf "$dir"' EXIT

read -r password || exit 1
printf '%s\n' "$password" > "$dir/password"
"$bin/initdb" -D "$dir/data" -U postgres -A scram-sha-256 --pwfile="$dir/password" -E UTF8 --locale=C --no-sync \
    > "$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
rm "$dir/password"

while read -r line && [ -n "$line" ]; do
    printf '%s\n' "$line"
done >> "$dir/data/postgresql.conf"
printf "unix_socket_directories = '%s'\n" "$dir" >> "$dir/data/postgresql.conf"

printf '%s\n' "$dir"
read -r line
