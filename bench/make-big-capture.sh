#!/bin/sh
# make-big-capture.sh OUT: nginx and ab over a veth pair, 56,000 connections, about 700,000 packets in 450 MB.
# It makes network namespaces by name, so run it in a private world.
set -eu
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
ip netns add web
ip netns add load
ip link add s netns web type veth peer name c netns load
ip -n web addr add 10.0.0.1/24 dev s
for last in 2 3 4 5; do ip -n load addr add 10.0.0.$last/24 dev c; done
for one in web:s web:lo load:c load:lo; do ip -n "${one%:*}" link set "${one#*:}" up; done
mkdir "$work/www"
for kilobytes in 4 6 8 10; do
  head -c ${kilobytes}000 /dev/urandom | base64 -w0 | head -c ${kilobytes}000 >"$work/www/$kilobytes"
done
cat >"$work/nginx.conf" <<C
user root; worker_processes 1; pid $work/pid; error_log /dev/null; daemon off;
events { worker_connections 4096; }
http { access_log off; sendfile on; server { listen 80 backlog=4096; root $work/www; } }
C
ip netns exec web nginx -c "$work/nginx.conf" 2>/dev/null &
server=$!
ip netns exec web tcpdump -i s -B 262144 -s 0 -n -Z root -w "$out.part" 2>"$work/tcpdump.log" &
recorder=$!
sleep 1
# An address for each quarter, so that no pair of ports comes twice.
last=2
for kilobytes in 4 6 8 10; do
  ip netns exec load ab -q -B 10.0.0.$last -c 20 -n 14000 "http://10.0.0.1/$kilobytes" >"$work/ab" 2>&1 || cat "$work/ab" >&2
  last=$((last + 1))
done
sleep 1
kill -INT $recorder
wait $recorder || true
kill $server
wait $server || true
grep -q '^0 packets dropped' "$work/tcpdump.log" || {
  cat "$work/tcpdump.log" >&2
  rm -f "$out.part"
  exit 1
}
mv "$out.part" "$out"
