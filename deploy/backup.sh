#!/usr/bin/env bash
# Base backups and the archive of the write-ahead log, and a restore to a point
# in time, by pgBackRest. docs/operations.md says when to do what.
#
#   backup.sh setup   --var DIR --repo DIR [--keep N]   once; then restart the database
#   backup.sh create  --var DIR --repo DIR [--type full|diff|incr]
#   backup.sh check   --repo DIR                        the archive takes what is written now
#   backup.sh list    --repo DIR
#   backup.sh restore --repo DIR --into DIR [--to TIME | --lsn LSN]
#
# --var is the program's folder (GRIDMAP_VAR); a database of its own:
# [--data DIR --socket DIR --port N --user NAME] instead of that in --var.
# restore makes a new --var, which must not be there, and is ready to be served
# when it returns: `gridmap serve --var DIR`. It archives nothing until `setup`
# is run on it with a repository of its own.
#
# The keys are NOT in the repository: a backup that is stolen shall not open
# people's names. Keep keys/personal.key elsewhere, and give it to restore by
# --keys DIR.
set -euo pipefail

die() { echo "backup: $*" >&2; exit 1; }
usage() { sed -n '2,12p' "$0" | sed 's/^# \{0,1\}//'; exit 2; }

stanza=gridmap
command=${1:-}; [ $# -gt 0 ] && shift
var='' repo='' data='' socket='' port=5432 user=gridmap keep=2 type=full into='' to='' lsn='' keys=''
while [ $# -gt 0 ]; do
	[ $# -ge 2 ] || die "$1 needs a value"
	case $1 in
	--var) var=$2 ;; --repo) repo=$2 ;; --data) data=$2 ;; --socket) socket=$2 ;; --port) port=$2 ;;
	--user) user=$2 ;; --keep) keep=$2 ;; --type) type=$2 ;; --into) into=$2 ;; --to) to=$2 ;; --lsn) lsn=$2 ;; --keys) keys=$2 ;;
	*) die "unknown option $1" ;;
	esac
	shift 2
done
[ -n "$repo" ] || usage
command -v pgbackrest >/dev/null || die "pgBackRest is not installed: apt-get install pgbackrest"
mkdir -p "$repo"; repo=$(cd "$repo" && pwd)
conf=$repo/pgbackrest.conf

# The database's own user does the work: files belong to it.
owner=$(id -un)
if [ "$owner" = root ]; then owner=postgres; chown postgres: "$repo"; fi
as_owner() { if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi; }
bin=/usr/lib/postgresql/15/bin
[ -x $bin/postgres ] || bin=$(dirname "$(command -v postgres)") || die "PostgreSQL 15 is not installed"
backrest() { as_owner pgbackrest --config="$conf" --stanza=$stanza "$@"; }

# find_database fills data and socket from --var.
find_database() {
	if [ -z "$data" ]; then
		[ -n "$var" ] || die "say --var, or --data and --socket"
		data=$var/postgres/data
	fi
	data=$(cd "$data" && pwd) || die "there is no database in $data"
	if [ -z "$socket" ]; then
		[ -e "$data/postmaster.pid" ] || die "the database in $data does not run"
		socket=$(sed -n 5p "$data/postmaster.pid"); port=$(sed -n 4p "$data/postmaster.pid")
	fi
}
sql() { as_owner psql -X -qAt -v ON_ERROR_STOP=1 -h "$socket" -p "$port" -U "$user" -d postgres -c "$1"; }

write_conf() {
	umask 077
	cat >"$conf" <<-EOF
		[global]
		repo1-path=$repo/repository
		repo1-retention-full=$keep
		repo1-bundle=y
		compress-type=zst
		process-max=2
		start-fast=y
		exclude=server.log
		lock-path=$repo/lock
		spool-path=$repo/spool
		log-path=$repo/log
		log-level-console=warn
		log-level-file=detail
		[$stanza]
		pg1-path=$data
		pg1-socket-path=$socket
		pg1-port=$port
		pg1-user=$user
	EOF
	mkdir -p "$repo"/{repository,lock,spool,log}
	[ "$(id -un)" = "$owner" ] || chown -R "$owner": "$conf" "$repo"/{repository,lock,spool,log}
}

setup() {
	find_database
	write_conf
	backrest stanza-create
	# A segment is archived when it is full, and at the latest after a minute: what
	# is lost when the machine burns down is what that minute held.
	sql "alter system set archive_mode = 'on'"
	sql "alter system set archive_timeout = '60s'"
	sql "alter system set archive_command = 'pgbackrest --config=$conf --stanza=$stanza archive-push %p'"
	sql "select pg_reload_conf()" >/dev/null
	[ "$(sql 'show archive_mode')" = on ] || echo "backup: restart the database now: archiving begins with that" >&2
}

create() {
	find_database
	write_conf # the socket's folder may be another one now
	backrest --type="$type" backup
	backrest verify >/dev/null || die "the repository does not verify"
	if [ -n "$var" ] && [ -d "$var/terrain" ]; then # elevations; the rest of --var is made anew, or is the keys
		tar -C "$var" -cf "$repo/terrain.tar.new" terrain
		mv "$repo/terrain.tar.new" "$repo/terrain.tar"
	fi
	backrest info
}

restore() {
	[ -n "$into" ] || die "say --into"
	[ ! -e "$into" ] || [ -z "$(ls -A "$into")" ] || die "$into is not empty: a restore overwrites nothing"
	local target=(--type=default)
	if [ -n "$to" ] && [ -n "$lsn" ]; then die "--to or --lsn, not both"; fi
	if [ -n "$to" ]; then target=(--type=time "--target=$to" --target-action=promote); fi
	if [ -n "$lsn" ]; then target=(--type=lsn "--target=$lsn" --target-action=promote); fi
	mkdir -p "$into/postgres/data"; chmod 755 "$into" "$into/postgres"; chmod 700 "$into/postgres/data"
	into=$(cd "$into" && pwd); local new=$into/postgres/data
	[ "$(id -un)" = "$owner" ] || chown "$owner": "$new"
	# archive-mode=off: a drill must not write into the archive of what still lives.
	backrest --pg1-path="$new" --archive-mode=off "${target[@]}" restore
	if [ -f "$repo/terrain.tar" ]; then tar -C "$into" -xf "$repo/terrain.tar"; fi
	if [ -n "$keys" ]; then mkdir -m 700 "$into/keys"; cp -a "$keys/." "$into/keys/"; fi
	recover "$new"
	[ -n "$keys" ] || echo "backup: put keys/personal.key into $into/keys before it is served" >&2
	echo "restored into $into"
}

# recover plays the archive up to the point and ends recovery, so that nobody
# meets a database that is still read-only.
recover() {
	local at; at=$(mktemp -d)
	[ "$(id -un)" = "$owner" ] || chown "$owner": "$at"
	as_owner $bin/pg_ctl -D "$1" -s -w -t 86400 -l "$1/restore.log" \
		-o "-c listen_addresses='' -c unix_socket_directories='$at' -c port=5432" start ||
		die "the restored database does not start: $(tail -3 "$1/restore.log")"
	until [ "$(as_owner psql -X -qAt -h "$at" -p 5432 -U "$user" -d postgres -c 'select pg_is_in_recovery()')" = f ]; do
		as_owner $bin/pg_ctl -D "$1" -s status >/dev/null || die "recovery ended: $(tail -3 "$1/restore.log")"
		sleep 0.2
	done
	as_owner $bin/pg_ctl -D "$1" -s -w stop
	rm -rf "$at"
}

case $command in
setup) setup ;;
create) create ;;
check) [ -f "$conf" ] || die "run setup first"; backrest check ;;
list) [ -f "$conf" ] || die "run setup first"; backrest info ;;
restore) [ -f "$conf" ] || die "there is no pgbackrest.conf in $repo"; restore ;;
*) usage ;;
esac
