#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says which. Quick when
# nothing is. Usage: scripts/deps.sh run|test|faults
set -euo pipefail

need=()
want() { # package, file that it brings
	[ -e "$2" ] || need+=("$1")
}
want postgresql-15 /usr/lib/postgresql/15/bin/postgres
want postgresql-15-postgis-3 /usr/share/postgresql/15/extension/postgis.control
want gdal-bin /usr/bin/ogr2ogr
if [ "${1:-run}" != run ]; then
	want chromium /usr/bin/chromium
	want fonts-noto-cjk /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
	want poppler-utils /usr/bin/pdftotext
fi
if [ "${1:-run}" = faults ]; then
	want pgbackrest /usr/bin/pgbackrest
	want patroni /usr/bin/patroni
	want etcd-server /usr/bin/etcd
	want etcd-client /usr/bin/etcdctl
	want prometheus /usr/bin/promtool
fi
for tool in go node npm gcc; do
	command -v "$tool" >/dev/null || { echo "gridmap needs $tool on the PATH" >&2; exit 1; }
done
[ ${#need[@]} -eq 0 ] && exit 0

echo "Installing Debian packages: ${need[*]}"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
# postgresql-common would otherwise make and start a cluster of its own.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	"${as_root[@]}" mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# The tests start etcd and Patroni themselves, on the loopback interface only:
# installing them starts nothing.
if [ ! -e /usr/sbin/policy-rc.d ]; then
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
	"${as_root[@]}" chmod +x /usr/sbin/policy-rc.d
	trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${need[@]}"
