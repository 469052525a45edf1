#!/bin/sh
# Installs the Debian packages that the tests talk to, when run as root; otherwise says which tests will be skipped.
set -eu
wanted="snmpd:/usr/sbin/snmpd snmp:/usr/bin/snmpget lldpd:/usr/sbin/lldpd frr:/usr/lib/frr/zebra
  frr-snmp:/usr/lib/x86_64-linux-gnu/frr/modules/zebra_snmp.so openssh-server:/usr/sbin/sshd
  faketime:/usr/bin/faketime dropbear-bin:/usr/sbin/dropbear openssl:/usr/bin/openssl iproute2:/sbin/ip tcpdump:/usr/bin/tcpdump chromium:/usr/bin/chromium
  systemd:/usr/bin/systemd-analyze
  postgresql:/usr/lib/postgresql rabbitmq-server:/usr/sbin/rabbitmq-server
  podman:/usr/bin/podman runc:/usr/bin/runc python3-venv:/usr/share/python-wheels libcap2-bin:/sbin/setcap
  fonts-dejavu-core:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
  libpango-1.0-0:/usr/lib/x86_64-linux-gnu/libpango-1.0.so.0 libpangoft2-1.0-0:/usr/lib/x86_64-linux-gnu/libpangoft2-1.0.so.0
  libharfbuzz-subset0:/usr/lib/x86_64-linux-gnu/libharfbuzz-subset.so.0"
missing=""
for pair in $wanted; do
  [ -e "${pair#*:}" ] || dpkg-query -W -f '${Status}' "${pair%%:*}" 2>/dev/null | grep -q 'ok installed' \
    || missing="$missing ${pair%%:*}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "Not root: the tests that need these packages are skipped:$missing"
  exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
