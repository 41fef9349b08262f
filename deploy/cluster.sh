#!/usr/bin/env bash
# PostgreSQL under Patroni on this machine: three nodes, each with etcd, Patroni
# and PostgreSQL on a loopback address of its own, as three machines would have
# them. One leads, two are synchronous candidates: a commit is acknowledged when
# both have it on disk. Everything is Debian's: patroni, etcd-server, postgresql-15.
#
#   cluster.sh start DIR          make it, or start it again; returns when it takes writes
#   cluster.sh url DIR            what to give as DATABASE_URL: all nodes, the leader is found
#   cluster.sh status DIR
#   cluster.sh leader DIR         the number of the node that leads
#   cluster.sh kill DIR N         kill -9 of everything on node N, as if its machine died
#   cluster.sh start-node DIR N   bring it back
#   cluster.sh switchover DIR     another node leads from now on, in order
#   cluster.sh stop DIR
#
# NET (127.0.77) says on which loopback addresses. On three machines take
# DIR/node-N/patroni.yml and the line of etcd below, put the machines' addresses
# in, keep a firewall around etcd, give Patroni a watchdog and its REST interface a
# password (restapi: authentication).
set -euo pipefail

die() { echo "cluster: $*" >&2; exit 1; }
usage() { sed -n '7,14p' "$0" | sed 's/^# \{0,1\}//'; exit 2; }
[ $# -ge 2 ] || usage
command=$1 dir=$2 node=${3:-}
net=${NET:-127.0.77}
case $net in 127.*) ;; *) die "NET is for the loopback interface only" ;; esac
bin=/usr/lib/postgresql/15/bin
nodes=(1 2 3)
for need in patroni etcd etcdctl; do command -v $need >/dev/null || die "$need is not installed: apt-get install patroni etcd-server etcd-client"; done
mkdir -p "$dir"; dir=$(cd "$dir" && pwd)

# PostgreSQL refuses to run as root.
owner=$(id -un); [ "$owner" = root ] && owner=postgres
as_owner() { if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi; }
# background LOG COMMAND…: runs on, in a session of its own; prints its number.
background() {
	local log=$1; shift
	if [ "$(id -un)" = "$owner" ]; then setsid "$@" >>"$log" 2>&1 </dev/null & else
		setsid setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups "$@" >>"$log" 2>&1 </dev/null & fi
	echo $!
}
list() { local IFS=,; echo "$*"; }
all() { local n out=(); for n in "${nodes[@]}"; do out+=("${1//%/$n}"); done; list "${out[@]}"; }
secret() { cat "$dir/secrets/$1"; }

configure() {
	[ -d "$dir/node-3" ] && return
	chmod 755 "$dir"
	mkdir -m 700 -p "$dir/secrets"
	local who n; for who in superuser replication gridmap; do (umask 077; head -c 18 /dev/urandom | base64 | tr '+/' 'xy' >"$dir/secrets/$who"); done
	(umask 077; post_bootstrap >"$dir/secrets/after-bootstrap.sql")
	for n in "${nodes[@]}"; do
		mkdir -m 700 -p "$dir/node-$n"
		(umask 077; patroni_yml "$n" >"$dir/node-$n/patroni.yml")
	done
	[ "$(id -un)" = "$owner" ] || chown -R "$owner": "$dir/secrets" "$dir"/node-*
}

# The program's own role is no superuser; what only one may do is done here.
post_bootstrap() {
	cat <<-EOF
		create role gridmap login createrole password '$(secret gridmap)';
		create database gridmap owner gridmap;
		\\c gridmap
		create extension postgis;
		create extension btree_gist;
		alter function geometry_overlaps(geometry, geometry) leakproof;
	EOF
}

# ttl: the leader's lease. A dead leader is replaced when it has run out, 20 s at
# the latest, which is Patroni's least; loop_wait + 2 × retry_timeout stay below it.
patroni_yml() {
	local n=$1
	cat <<-EOF
		scope: gridmap
		name: node-$n
		restapi: {listen: "$net.$n:8008", connect_address: "$net.$n:8008"}
		etcd3: {hosts: [$(all "'$net.%:2379'")]}
		bootstrap:
		  dcs:
		    ttl: 20
		    loop_wait: 4
		    retry_timeout: 7
		    maximum_lag_on_failover: 1048576
		    synchronous_mode: true
		    synchronous_mode_strict: true
		    synchronous_node_count: 2
		    postgresql:
		      use_pg_rewind: true
		      use_slots: true
		      parameters:
		        max_connections: 120
		        wal_level: replica
		        hot_standby: "on"
		        wal_log_hints: "on"
		        max_wal_senders: 10
		        max_replication_slots: 10
		        wal_keep_size: 512MB
		        fsync: "on"
		        synchronous_commit: "on"
		        shared_buffers: ${SHARED_BUFFERS:-128MB}
		        max_wal_size: 2GB
		        wal_compression: lz4
		        random_page_cost: 1.1
		        jit: "off"
		        timezone: UTC
		        log_timezone: UTC
		        log_parameter_max_length: 0
		        log_parameter_max_length_on_error: 0
		        log_min_error_statement: panic
		        tcp_user_timeout: 10000
		        wal_sender_timeout: 10s
		        wal_receiver_timeout: 10s
		  initdb: [{encoding: UTF8}, {locale: C.UTF-8}, data-checksums]
		  post_bootstrap: $dir/node-$n/after-bootstrap
		postgresql:
		  listen: "$net.$n:5432"
		  connect_address: "$net.$n:5432"
		  data_dir: $dir/node-$n/data
		  bin_dir: $bin
		  pgpass: $dir/node-$n/pgpass
		  basebackup: [{checkpoint: fast}]
		  authentication:
		    superuser: {username: postgres, password: "$(secret superuser)"}
		    replication: {username: replicator, password: "$(secret replication)"}
		  parameters: {unix_socket_directories: "$dir/node-$n"} # for backup.sh
		  pg_hba:
		    - local all postgres peer
		    - host replication replicator 127.0.0.0/8 scram-sha-256
		    - host all all 127.0.0.0/8 scram-sha-256
		tags: {nofailover: false, noloadbalance: false, clonefrom: false}
	EOF
	printf '#!/bin/sh\nexec %s/psql -X -q -v ON_ERROR_STOP=1 "$1" -f %s/secrets/after-bootstrap.sql\n' $bin "$dir" >"$dir/node-$n/after-bootstrap"
	chmod 700 "$dir/node-$n/after-bootstrap"
}

alive() { [ -f "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; }

start_etcd() {
	local n=$1 home=$dir/node-$1
	alive "$home/etcd.pid" && return
	background "$home/etcd.log" etcd --name "node-$n" --data-dir "$home/etcd" --logger zap --log-level warn \
		--listen-client-urls "http://$net.$n:2379" --advertise-client-urls "http://$net.$n:2379" \
		--listen-peer-urls "http://$net.$n:2380" --initial-advertise-peer-urls "http://$net.$n:2380" \
		--initial-cluster "$(all "node-%=http://$net.%:2380")" --initial-cluster-token "gridmap-$net" >"$home/etcd.pid"
}
start_patroni() {
	local home=$dir/node-$1
	alive "$home/patroni.pid" && return
	background "$home/patroni.log" patroni "$home/patroni.yml" >"$home/patroni.pid"
}

# role NODE: leader, replica, or nothing when nobody answers there.
role() { curl -s -m 3 "http://$net.$1:8008/patroni" 2>/dev/null | sed -n 's/.*"role": *"\([a-z_]*\)".*/\1/p'; }
leader() {
	local n
	for n in "${nodes[@]}"; do case $(role "$n") in master | leader | primary) echo "$n"; return ;; esac; done
	return 1
}
# takes_writes: somebody leads, and both others are synchronous candidates.
takes_writes() {
	local n sync=0; leader >/dev/null || return 1
	for n in "${nodes[@]}"; do [ "$(curl -s -m 3 -o /dev/null -w '%{http_code}' "http://$net.$n:8008/sync")" = 200 ] && sync=$((sync + 1)); done
	[ $sync -ge 2 ]
}
await() { # seconds, what, command…
	local until=$((SECONDS + $1)) what=$2; shift 2
	until "$@"; do [ $SECONDS -lt $until ] || die "$what: not within the time; see $dir/node-*/*.log"; sleep 0.3; done
}

url() {
	echo "postgres://gridmap:$(secret gridmap)@$(all "$net.%:5432")/gridmap?target_session_attrs=read-write&connect_timeout=3&application_name=gridmap"
}

# children PID: it and all its descendants.
family() { local c; echo "$1"; for c in $(pgrep -P "$1" || true); do family "$c"; done; }
postmaster() { head -1 "$dir/node-$1/data/postmaster.pid" 2>/dev/null || true; }

kill_node() {
	local home=$dir/node-$1 pids=() f p
	p=$(postmaster "$1")
	for f in "$(cat "$home/patroni.pid" 2>/dev/null)" "$p" "$(cat "$home/etcd.pid" 2>/dev/null)"; do
		[ -n "$f" ] && kill -0 "$f" 2>/dev/null && mapfile -t -O ${#pids[@]} pids < <(family "$f")
	done
	[ ${#pids[@]} -gt 0 ] || die "nothing runs on node $1"
	kill -9 "${pids[@]}" 2>/dev/null || true
}

stop() {
	local n f
	for f in patroni etcd; do # Patroni shuts PostgreSQL down in order
		for n in "${nodes[@]}"; do alive "$dir/node-$n/$f.pid" && kill "$(cat "$dir/node-$n/$f.pid")" 2>/dev/null || true; done
		for n in "${nodes[@]}"; do await 60 "stop $f of node $n" gone "$dir/node-$n/$f.pid"; rm -f "$dir/node-$n/$f.pid"; done
	done
	for n in "${nodes[@]}"; do # one that a killed Patroni left behind
		f=$(postmaster "$n")
		if [ -n "$f" ] && kill -0 "$f" 2>/dev/null; then as_owner $bin/pg_ctl -D "$dir/node-$n/data" -s -m fast stop || true; fi
	done
}
gone() { ! alive "$1"; }

case $command in
start)
	configure
	for n in "${nodes[@]}"; do start_etcd "$n"; done
	await 30 "etcd has a leader" env ETCDCTL_API=3 etcdctl --endpoints "$(all "http://$net.%:2379")" --dial-timeout=1s --command-timeout=2s endpoint health >/dev/null 2>&1
	for n in "${nodes[@]}"; do start_patroni "$n"; done
	await 180 "a leader and two synchronous candidates" takes_writes
	;;
url) url ;;
status) for n in "${nodes[@]}"; do echo "node-$n $(role "$n")"; done; takes_writes && echo "takes writes, two synchronous candidates" ;;
leader) leader || die "nobody leads" ;;
kill) [ -n "$node" ] || usage; kill_node "$node" ;;
start-node) [ -n "$node" ] || usage; start_etcd "$node"; start_patroni "$node" ;;
switchover)
	n=$(leader) || die "nobody leads"
	curl -sS -m 120 -X POST "http://$net.$n:8008/switchover" -d "{\"leader\": \"node-$n\"}"; echo
	;;
wait) await 180 "a leader and two synchronous candidates" takes_writes ;;
stop) stop ;;
*) usage ;;
esac
