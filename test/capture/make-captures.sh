#!/usr/bin/env bash
# make-captures.sh OUT [NAME…]: captures by real traffic between namespaces, one scenario a file, all of
# them or the named ones (a name may be a pattern: 'loss-*'). It needs root and makes its own private world.
#
#   client 10.1.0.2 fd01::2 ── router ── 10.2.0.2 fd02::2 server      a router that filters and forgets
#   west 10.3.0.1 ── relay ── 10.3.0.2 east                           frames carried by a program
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${RUNGS_CAPTURE_WORLD:-}" ]; then
  mkdir -p "$1"
  RUNGS_CAPTURE_WORLD=1 exec unshare --mount --net --pid --fork --kill-child --propagation private \
    sh -c 'mount -t proc proc /proc; mount -t tmpfs tmpfs /run; mkdir -p /run/netns; exec bash "$@"' sh "$0" "$@"
fi
out=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"

on() { ip netns exec "$@"; }
peer() { local ns=$1; shift; on "$ns" python3 "$here/peer.py" "$@"; }
calm() { on "$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null 2>&1; }

network() {
  for ns in client router server west relay east; do
    ip netns add $ns
    on $ns sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
    ip -n $ns link set lo up
  done
  ip link add c netns client type veth peer name rc netns router
  ip link add s netns server type veth peer name rs netns router
  ip link add w netns west type veth peer name mw netns relay
  ip link add e netns east type veth peer name me netns relay
  for pair in client:c router:rc router:rs server:s west:w relay:mw relay:me east:e; do
    ip -n ${pair%:*} link set ${pair#*:} up
    calm ${pair%:*} ${pair#*:}
  done
  address client c 10.1.0.2/24 fd01::2/64
  address router rc 10.1.0.1/24 fd01::1/64
  address router rs 10.2.0.1/24 fd02::1/64
  address server s 10.2.0.2/24 fd02::2/64
  address west w 10.3.0.1/24 fd03::1/64
  address east e 10.3.0.2/24 fd03::2/64
  on router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0
  for family in -4 -6; do
    ip -n client $family route add default via "$([ $family = -4 ] && echo 10.1.0.1 || echo fd01::1)"
    ip -n server $family route add default via "$([ $family = -4 ] && echo 10.2.0.1 || echo fd02::1)"
  done
}
address() { local ns=$1 dev=$2; shift 2; for one; do ip -n "$ns" addr add "$one" dev "$dev"; done; }

# record FILE NAMESPACE DEVICE [WORDS OF TCPDUMP…]: from here to `stop`.
record() {
  local file=$1 ns=$2 dev=$3
  shift 3
  # Neighbour tables start empty, so that captures are alike; the first frames are ARP.
  ip netns exec "$ns" tcpdump -i "$dev" -n -U --immediate-mode -B 32768 -w "$out/$file" "$@" 2>"$work/tcpdump.log" &
  recorder=$!
  for _ in $(seq 50); do grep -q 'listening on' "$work/tcpdump.log" && break; sleep 0.05; done
}
stop() {
  sleep "${1:-0.3}"
  kill -INT $recorder
  wait $recorder || true
  grep -q '^0 packets dropped' "$work/tcpdump.log" || { cat "$work/tcpdump.log" >&2; exit 1; }
}
# background COMMAND…: ended by `tidy`, with whatever it has started.
background() {
  setsid "$@" >/dev/null 2>&1 &
  started+=($!)
  disown
}
serving() { background ip netns exec "$1" python3 "$here/peer.py" serve "${@:2}"; sleep 0.25; }
relaying() { background ip netns exec relay python3 "$here/peer.py" relay mw me "$@"; sleep 0.3; }
tidy() {
  local pid
  for pid in "${started[@]:-}"; do [ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null || true; done
  started=()
  for ns in client router server west east; do
    on $ns nft flush ruleset
    on $ns sysctl -qw net.ipv4.tcp_sack=1 net.ipv4.tcp_timestamps=1 net.ipv4.tcp_window_scaling=1 net.ipv4.tcp_ecn=2
  done
  wait 2>/dev/null || true
}
# rule NAMESPACE HOOK RULE…
rule() {
  local ns=$1 hook=$2
  shift 2
  on "$ns" nft add table inet t
  on "$ns" nft add chain inet t "$hook" "{ type filter hook $hook priority 0; }"
  on "$ns" nft add rule inet t "$hook" "$*"
}
started=()
fetch() { on client curl -s -o /dev/null -m 5 "$@" || true; }

web() {
  mkdir -p "$work/www"
  for k in 1 8 64 300; do [ -e "$work/www/$k" ] || head -c ${k}000 /dev/zero | tr '\0' x >"$work/www/$k"; done
  [ -e "$work/key.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
    -subj /CN=www.lab.example -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  cat >"$work/nginx.conf" <<C
user root; worker_processes 1; pid $work/nginx.pid; error_log /dev/null; daemon off;
events { worker_connections 256; }
http { access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
  uwsgi_temp_path $work/u; scgi_temp_path $work/sc; ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
  server { listen 80; listen [::]:80; root $work/www; location /teapot { return 418; } location /old { return 301 /1; } }
  server { listen 443 ssl; listen [::]:443 ssl; http2 on; root $work/www; ssl_protocols TLSv1.2 TLSv1.3; } }
C
  nginx -t -c "$work/nginx.conf" 2>/dev/null || sed -i 's/ http2 on;//' "$work/nginx.conf"
  background ip netns exec server nginx -c "$work/nginx.conf"
  sleep 0.4
}

# --- Every story -----------------------------------------------------------------------------------

closed-http() { web; record $1 client c tcp; fetch http://10.2.0.2/8; fetch http://10.2.0.2/teapot; stop; }
closed-http-ipv6() { web; record $1 client c tcp; fetch -g 'http://[fd02::2]/8'; stop; }
closed-by-server() { serving server 10.2.0.2 7001 send 20000; record $1 server s tcp; peer client connect 10.2.0.2 7001 read; stop; }
closed-half() { serving server 10.2.0.2 7002 after-half-close 5000; record $1 client c tcp; peer client connect 10.2.0.2 7002 send 5000; stop; }
closed-loopback() { serving server 127.0.0.1 7003 echo; record $1 server lo tcp; peer server connect 127.0.0.1 7003 ask 5; stop; }
refused-port() { record $1 client c tcp; peer client connect 10.2.0.2 9 wait 1; peer client connect fd02::2 9 wait 1; stop; }
refused-by-rule() { rule server input tcp dport 7004 reject with tcp reset; record $1 client c tcp; peer client connect 10.2.0.2 7004 wait 1; stop; }
refused-by-router() { rule router forward tcp dport 7005 reject with tcp reset; record $1 client c tcp; peer client connect 10.2.0.2 7005 wait 1; stop; }
unanswered-server-drop() { rule server input tcp dport 7006 drop; record $1 client c tcp; fetch -m 8 http://10.2.0.2:7006/; stop; }
unanswered-router-drop() { rule router forward ip6 daddr fd02::2 drop; record $1 client c tcp; fetch -m 4 -g 'http://[fd02::2]:7007/'; stop; }
unanswered-blackhole() { ip -n router route add blackhole 10.9.0.0/24; record $1 client c tcp; fetch -m 4 http://10.9.0.1/; stop; ip -n router route del blackhole 10.9.0.0/24; }
unanswered-reply-lost() { serving server 10.2.0.2 7008 echo; rule router forward tcp sport 7008 drop; record $1 client c tcp; fetch -m 4 http://10.2.0.2:7008/; stop; }
rejected-net() { icmp $1 net-unreachable; }
rejected-host() { icmp $1 host-unreachable; }
rejected-port() { icmp $1 port-unreachable; }
rejected-net-prohibited() { icmp $1 net-prohibited; }
rejected-host-prohibited() { icmp $1 host-prohibited; }
rejected-admin() { icmp $1 admin-prohibited; }
icmp() { rule router forward ip daddr 10.2.0.2 tcp dport 7009 reject with icmp type $2; record $1 client c; fetch -m 4 http://10.2.0.2:7009/; stop; }
rejected-ipv6() {
  local kinds='no-route admin-prohibited addr-unreachable port-unreachable' port=7090 kind
  for kind in $kinds; do
    port=$((port + 1))
    rule router forward ip6 daddr fd02::2 tcp dport $port reject with icmpv6 type $kind
  done
  record $1 client c
  for port in 7091 7092 7093 7094; do fetch -m 3 -g "http://[fd02::2]:$port/"; done
  stop
}
rejected-no-such-host() { record $1 client c; fetch -m 5 http://10.2.0.77/; stop; }
rejected-hop-limit() { rule client output tcp dport 7010 ip ttl set 1; record $1 client c; fetch -m 4 http://10.2.0.2:7010/; stop; }
half-open-deaf-client() { serving server 10.2.0.2 7011 echo; rule client input tcp sport 7011 drop; record $1 client c tcp; fetch -m 4 http://10.2.0.2:7011/; stop; }
half-open-lost-ack() { serving server 10.2.0.2 7012 echo; rule router forward 'tcp dport 7012 tcp flags & (syn|ack) == ack drop'; record $1 server s tcp; peer client connect 10.2.0.2 7012 wait 3500; stop; }
half-open-ipv6() { serving server fd02::2 7013 echo; rule router forward 'tcp sport 7013 drop'; record $1 server s tcp; fetch -m 4 -g 'http://[fd02::2]:7013/'; stop; }
accepted-then-closed() { serving server 10.2.0.2 7014 close 20; record $1 client c tcp; peer client connect 10.2.0.2 7014 read; stop; }
accepted-then-closed-wrappers() {
  echo 'daytimed: ALL' >"$work/hosts.deny"
  : >"$work/hosts.allow"
  mount --bind "$work/hosts.deny" /etc/hosts.deny
  mount --bind "$work/hosts.allow" /etc/hosts.allow
  ln -sf /bin/date "$work/daytimed"
  printf 'service daytime\n{\n type = UNLISTED\n socket_type = stream\n protocol = tcp\n port = 13\n wait = no\n user = root\n flags = NAMEINARGS\n server = %s\n server_args = %s/daytimed\n disable = no\n}\n' "$(command -v tcpd)" "$work" >"$work/xinetd.conf"
  background ip netns exec server xinetd -f "$work/xinetd.conf" -dontfork -pidfile "$work/xinetd.pid"
  sleep 0.5
  record $1 client c tcp
  peer client connect 10.2.0.2 13 read
  peer client connect 10.2.0.2 13 say-wait 200
  stop
  umount /etc/hosts.deny /etc/hosts.allow
}
accepted-then-reset() { serving server 10.2.0.2 7015 reset 30; record $1 client c tcp; peer client connect 10.2.0.2 7015 read; stop; }
accepted-then-closed-ipv6() { serving server fd02::2 7016 close 300; record $1 server s tcp; peer client connect fd02::2 7016 read; stop; }
reset-by-server() { serving server 10.2.0.2 7017 answer-reset; record $1 client c tcp; peer client connect 10.2.0.2 7017 ask 1; stop; }
reset-by-server-unread() { serving server 10.2.0.2 7018 read-reset; record $1 client c tcp; peer client connect 10.2.0.2 7018 send 4000; stop; }
reset-by-client() { serving server 10.2.0.2 7019 echo; record $1 client c tcp; peer client connect 10.2.0.2 7019 ask-reset; stop; }
reset-by-router() { serving server 10.2.0.2 7020 echo; rule router forward 'tcp dport 7020 tcp flags & (psh|ack) == (psh|ack) reject with tcp reset'; record $1 client c tcp; peer client connect 10.2.0.2 7020 ask 1; stop; }
reset-after-close() { serving server 10.2.0.2 7021 close; record $1 server s tcp; peer client connect 10.2.0.2 7021 say-wait 300; stop; }
stalled-request() { serving server 10.2.0.2 7022 echo; rule router forward 'tcp dport 7022 tcp flags & psh == psh drop'; record $1 client c tcp; peer client connect 10.2.0.2 7022 give-up 4000; stop; }
stalled-answer() { serving server 10.2.0.2 7023 echo; rule router forward 'tcp sport 7023 tcp flags & psh == psh drop'; record $1 server s tcp; peer client connect 10.2.0.2 7023 give-up 4000; stop; }
stalled-mtu() {
  serving server 10.2.0.2 7024 send 100000
  ip -n router link set rc mtu 1300
  rule router output 'icmp type destination-unreachable drop'
  record $1 server s
  timeout 4 ip netns exec client python3 "$here/peer.py" connect 10.2.0.2 7024 read || true
  stop
  ip -n router link set rc mtu 1500
}
path-mtu() { serving server 10.2.0.2 7025 send 100000; ip -n router link set rc mtu 1300; record $1 server s -s 130; peer client connect 10.2.0.2 7025 read; stop; ip -n router link set rc mtu 1500; ip -n server route flush cache; }
path-mtu-ipv6() { serving server fd02::2 7026 send 100000; ip -n router link set rc mtu 1300; record $1 server s -s 130; peer client connect fd02::2 7026 read; stop; ip -n router link set rc mtu 1500; ip -n server -6 route flush cache; }
midstream() { serving server 10.2.0.2 7027 trickle 60; peer client connect 10.2.0.2 7027 read & sleep 0.3; record $1 client c tcp; stop 0.8; }
midstream-open() { serving server 10.2.0.2 7028 trickle 200; peer client connect 10.2.0.2 7028 read & sleep 0.3; record $1 server s tcp; stop 0.3; }
midstream-ipv6() { serving server fd02::2 7029 trickle 60; peer client connect fd02::2 7029 read & sleep 0.3; record $1 server s tcp; stop 0.8; }
open() { serving server 10.2.0.2 7030 echo; record $1 client c tcp; peer client connect 10.2.0.2 7030 say-wait 3000 & stop 0.5; }
open-silent() { serving server 10.2.0.2 7031 idle; record $1 client c tcp; peer client connect 10.2.0.2 7031 wait 3000 & stop 0.5; }
open-busy() { serving server fd02::2 7032 trickle 300; record $1 client c tcp; peer client connect fd02::2 7032 read & sleep 0.5; stop 0.1; }

# --- Every mark ------------------------------------------------------------------------------------

window-stopped-reader() { serving server 10.2.0.2 7040 hold 3000; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7040 send 200000; stop; }
window-never-read() { serving server 10.2.0.2 7041 hold 60000; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7041 stuck 4000; stop; }
window-slow-reader() { serving server 10.2.0.2 7042 slow 30; record $1 server s -s 100 tcp; peer client connect 10.2.0.2 7042 send 120000; stop; }
window-tiny() { serving server 10.2.0.2 7043 send 60000; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7043 tiny-window 20; stop; }
window-unscaled() { on client sysctl -qw net.ipv4.tcp_window_scaling=0; serving server 10.2.0.2 7044 slow 20; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7044 send 100000; stop; }
keep-alive-client() { serving server 10.2.0.2 7045 idle; record $1 client c tcp; peer client connect 10.2.0.2 7045 keep-alive 5500; stop; }
keep-alive-server() { serving server 10.2.0.2 7046 keep-alive 4500; record $1 server s tcp; peer client connect 10.2.0.2 7046 wait 5000; stop; }
keep-alive-unanswered() {
  serving server 10.2.0.2 7047 idle
  record $1 client c tcp
  peer client connect 10.2.0.2 7047 keep-alive 5500 &
  sleep 1.5
  rule router forward tcp dport 7047 drop
  stop 4.5
}
loss-forward() { serving server 10.2.0.2 7050 sink; rule router forward 'tcp dport 7050 numgen random mod 25 0 drop'; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7050 send 400000; stop; }
loss-forward-receiver() { serving server 10.2.0.2 7051 sink; rule router forward 'tcp dport 7051 numgen random mod 25 0 drop'; record $1 server s -s 100 tcp; peer client connect 10.2.0.2 7051 send 400000; stop; }
loss-back() { serving server 10.2.0.2 7052 sink; rule router forward 'tcp sport 7052 numgen random mod 3 0 drop'; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7052 send 400000; stop; }
loss-back-receiver() { serving server 10.2.0.2 7053 sink; rule router forward 'tcp sport 7053 numgen random mod 3 0 drop'; record $1 server s -s 100 tcp; peer client connect 10.2.0.2 7053 send 400000; stop; }
loss-both() { serving server 10.2.0.2 7054 echo; rule router forward 'tcp flags & syn == 0 numgen random mod 12 0 drop'; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7054 ask 60; stop; }
loss-no-sack() { on client sysctl -qw net.ipv4.tcp_sack=0; serving server 10.2.0.2 7055 sink; rule router forward 'tcp dport 7055 numgen random mod 30 0 drop'; record $1 server s -s 100 tcp; peer client connect 10.2.0.2 7055 send 400000; stop; }
loss-no-timestamps() { on client sysctl -qw net.ipv4.tcp_timestamps=0; serving server 10.2.0.2 7056 sink; rule router forward 'tcp dport 7056 numgen random mod 30 0 drop'; record $1 client c -s 100 tcp; peer client connect 10.2.0.2 7056 send 400000; stop; }
loss-download() { web; rule router forward 'tcp sport 80 numgen random mod 30 0 drop'; record $1 client c -s 100 tcp; fetch -m 20 http://10.2.0.2/300; fetch -m 20 http://10.2.0.2/300; stop; }
loss-ipv6() { serving server fd02::2 7057 sink; rule router forward 'tcp dport 7057 numgen random mod 25 0 drop'; record $1 server s -s 120 tcp; peer client connect fd02::2 7057 send 400000; stop; }
loss-of-handshake() { serving server 10.2.0.2 7058 echo; rule router forward 'tcp flags & syn == syn numgen random mod 2 0 drop'; record $1 client c tcp; for _ in 1 2 3 4; do peer client connect 10.2.0.2 7058 ask 1 & done; stop 8; }
loss-in-capture() { serving server 10.2.0.2 7059 sink; record whole.pcap client c -s 100 tcp; peer client connect 10.2.0.2 7059 send 900000; stop; editcap -F pcap "$out/whole.pcap" "$out/$1" $(seq 20 13 700); rm "$out/whole.pcap"; }
loss-in-capture-back() { serving server 10.2.0.2 7060 send 900000; record whole.pcap server s -s 100 tcp; peer client connect 10.2.0.2 7060 read; stop; editcap -F pcap "$out/whole.pcap" "$out/$1" $(seq 15 7 700); rm "$out/whole.pcap"; }
congestion-marked() { on client sysctl -qw net.ipv4.tcp_ecn=1; serving server 10.2.0.2 7061 sink; rule router forward 'ip ecn ect0 tcp dport 7061 numgen random mod 20 0 ip ecn set ce'; record $1 server s -s 100 tcp; peer client connect 10.2.0.2 7061 send 300000; stop; }
relayed() { local file=$1 port=$2; shift 2; relaying "$@"; serving east 10.3.0.2 $port sink; record $file east e -s 100 tcp; peer west connect 10.3.0.2 $port send 400000; stop; }
reordered() { relayed $1 7070 late 12; }
reordered-at-sender() { relaying late 12; serving east 10.3.0.2 7071 sink; record $1 west w -s 100 tcp; peer west connect 10.3.0.2 7071 send 400000; stop; }
reordered-long() { relayed $1 7072 very-late 40; }
duplicated() { relayed $1 7073 twice 10; }
duplicated-at-sender() { relaying twice 6; serving west 10.3.0.1 7074 send 400000; record $1 west w -s 100 tcp; peer east connect 10.3.0.1 7074 read; stop; }
delayed-loss() { relaying delay 1; serving east 10.3.0.2 7075 sink; rule east input 'tcp dport 7075 numgen random mod 25 0 drop'; rule west input 'tcp sport 7075 numgen random mod 4 0 drop'; record $1 west w -s 100 tcp; peer west connect 10.3.0.2 7075 send 600000; stop; }
relay-acks() { relayed $1 7076 acks 3; }
port-reused() { serving server 10.2.0.2 7080 close; record $1 client c tcp; for _ in 1 2 3 4; do peer client connect 10.2.0.2 7080:40080 reset; done; stop; }
port-reused-time-wait() { serving server 10.2.0.2 7081 close; record $1 server s tcp; for _ in 1 2 3; do peer client connect 10.2.0.2 7081:40081 read; sleep 1.1; done; stop; }
port-reused-unanswered() { rule server input tcp dport 7082 drop; record $1 client c tcp; for _ in 1 2 3; do timeout 1.5 ip netns exec client python3 "$here/peer.py" connect 10.2.0.2 7082:40082 wait 1 || true; done; stop; }

# --- Applications ----------------------------------------------------------------------------------

dns() {
  background ip netns exec server dnsmasq -k -C /dev/null -R -h --port=53 --bind-interfaces --listen-address=10.2.0.2 --user=root --pid-file= \
    --address=/www.lab.example/192.0.2.80 --address=/www.lab.example/2001:db8::80 --mx-host=lab.example,mail.lab.example,10 \
    --txt-record=lab.example,'v=spf1 -all' --srv-host=_sip._tcp.lab.example,sip.lab.example,5060 --cname=alias.lab.example,mail.lab.example \
    --host-record=mail.lab.example,192.0.2.25 --ptr-record=80.2.0.192.in-addr.arpa,www.lab.example
  sleep 0.4
  record $1 client c
  for words in 'A www.lab.example' 'AAAA www.lab.example' 'MX lab.example' 'TXT lab.example' 'SRV _sip._tcp.lab.example' \
    'A alias.lab.example' 'PTR 80.2.0.192.in-addr.arpa' 'A nowhere.example' '+tcp A www.lab.example'; do
    on client dig +time=1 +tries=1 @10.2.0.2 $words >/dev/null || true
  done
  stop
}
dns-unanswered() { rule server input udp dport 53 drop; record $1 client c; on client dig +time=1 +tries=2 @10.2.0.2 A www.lab.example >/dev/null || true; stop; }
dns-closed-port() { record $1 client c; on client dig +time=1 +tries=1 @10.2.0.2 A www.lab.example >/dev/null || true; stop; }
http() { web; record $1 client c tcp; fetch http://10.2.0.2/1 http://10.2.0.2/nothing http://10.2.0.2/old; fetch -I http://10.2.0.2/8; fetch -d 'a=b' http://10.2.0.2/teapot; stop; }
http-large() { web; for pair in client:c router:rc router:rs server:s; do on ${pair%:*} ethtool -K ${pair#*:} tso on gso on tx on >/dev/null 2>&1; done; record $1 client c tcp; fetch http://10.2.0.2/64; stop; for pair in client:c router:rc router:rs server:s; do calm ${pair%:*} ${pair#*:}; done; }
tls() {
  web
  record $1 client c tcp
  fetch -k --connect-to ::10.2.0.2 https://www.lab.example/1
  fetch -k --http1.1 --tls-max 1.2 --connect-to ::10.2.0.2 https://old.lab.example/1
  fetch --connect-to ::10.2.0.2 https://distrusted.lab.example/1
  stop
}
tls-alert() { web; record $1 client c tcp; on client openssl s_client -connect 10.2.0.2:443 -tls1_1 -cipher 'ALL:@SECLEVEL=0' </dev/null >/dev/null 2>&1 || true; fetch http://10.2.0.2:443/; stop; }
mail() { background ip netns exec server python3 "$here/peer.py" smtp 10.2.0.2 25; sleep 0.3; record $1 client c tcp; on client python3 -c "
import smtplib
m = smtplib.SMTP('10.2.0.2', 25, local_hostname='client.lab.example')
m.sendmail('a@lab.example', ['b@lab.example', 'nobody@lab.example'], 'Subject: hello\r\n\r\nhello\r\n')
m.quit()"; stop; }
ftp-server() {
  mkdir -p "$work/ftp" "$work/empty"
  cp "$work/www/8" "$work/ftp/file" 2>/dev/null || head -c 8000 /dev/zero >"$work/ftp/file"
  printf '%s\n' listen=YES listen_ipv6=NO anonymous_enable=YES no_anon_password=YES local_enable=NO anon_root="$work/ftp" \
    secure_chroot_dir="$work/empty" ftp_username=mail background=NO seccomp_sandbox=NO pasv_enable=YES port_enable=YES \
    connect_from_port_20=YES isolate=NO isolate_network=NO nopriv_user=nobody "$@" >"$work/vsftpd.conf"
  chmod 644 "$work/vsftpd.conf"
  chmod 555 "$work/ftp"
  background ip netns exec server vsftpd "$work/vsftpd.conf"
  sleep 0.5
}
ftp-passive() { ftp-server; record $1 client c tcp; fetch --disable-epsv ftp://10.2.0.2/file; fetch ftp://10.2.0.2/; stop; }
ftp-active() { ftp-server; record $1 client c tcp; fetch --ftp-port 10.1.0.2 --disable-eprt ftp://10.2.0.2/file; fetch --ftp-port 10.1.0.2 ftp://10.2.0.2/file; stop; }
ssh() {
  mkdir -p /run/sshd
  [ -e "$work/hostkey" ] || ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
  background ip netns exec server /usr/sbin/sshd -D -e -f /dev/null -h "$work/hostkey" -o ListenAddress=10.2.0.2 -o PidFile=none
  sleep 0.4
  record $1 client c tcp
  on client ssh-keyscan -T 2 10.2.0.2 >/dev/null 2>&1 || true
  stop
}

# --- Links, tunnels, fragments, formats -------------------------------------------------------------

arp-and-ping() { ip -n client neigh flush dev c; record $1 client c; on client ping -q -c 3 -i 0.2 10.2.0.2 >/dev/null; on client ping -q -c 3 -i 0.2 fd02::2 >/dev/null; stop; }
ping-lost() { rule router forward 'icmp type echo-request numgen inc mod 2 0 drop'; record $1 client c; on client ping -q -c 6 -i 0.2 -W 1 10.2.0.2 >/dev/null || true; stop; }
fragments() { record $1 client c; on client ping -q -c 2 -i 0.2 -s 4000 10.2.0.2 >/dev/null; on client ping -q -c 2 -i 0.2 -s 4000 fd02::2 >/dev/null; stop; }
fragments-reordered() { relaying late 3; record $1 east e; on west ping -q -c 4 -i 0.2 -s 6000 10.3.0.2 >/dev/null || true; stop; }
fragments-lost() { relaying drop 4; record $1 east e; on west ping -q -c 4 -i 0.2 -W 1 -s 6000 10.3.0.2 >/dev/null || true; stop 0.6; }
traceroute() { record $1 client c; on client traceroute -n -q 1 -w 1 10.2.0.2 >/dev/null || true; stop; }
udp-refused() { record $1 client c; on client python3 -c "
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'knock', ('10.2.0.2', 7090)); time.sleep(.2)"; stop; }
vxlan-kernel() {
  ip -n west link add vx type vxlan id 7 remote 10.3.0.2 local 10.3.0.1 dstport 4789 dev w
  ip -n east link add vx type vxlan id 7 remote 10.3.0.1 local 10.3.0.2 dstport 4789 dev e
  address west vx 10.7.0.1/24; address east vx 10.7.0.2/24
  ip -n west link set vx up; ip -n east link set vx up
  relaying none
  serving east 10.7.0.2 7091 echo
  record $1 east e
  peer west connect 10.7.0.2 7091 ask 5
  stop
  ip -n west link del vx; ip -n east link del vx
}
any() { web; record $1 router any tcp; fetch http://10.2.0.2/1; stop; }
any-old() { web; record $1 router any -y LINUX_SLL tcp; fetch http://10.2.0.2/1; stop; }
nano() { web; record $1 client c --time-stamp-precision=nano tcp; fetch http://10.2.0.2/8; stop; }
snapped() { web; record $1 client c -s 60 tcp; fetch http://10.2.0.2/8; stop; }
gzip() { web; record $1.plain client c tcp; fetch http://10.2.0.2/8; stop; command gzip -n <"$out/$1.plain" >"$out/$1"; rm "$out/$1.plain"; }
pcapng() {
  web
  ip netns exec router dumpcap -q -i rc -i rs -f tcp -w "$work/several.pcapng" 2>/dev/null &
  local pid=$!
  sleep 1.5
  fetch http://10.2.0.2/8
  sleep 1.2
  kill -INT $pid; wait $pid || true
  editcap --capture-comment 'both sides of the router' -a '1:the first packet' "$work/several.pcapng" "$out/$1"
}
wrapped() { # FILE KIND: the same conversation of both families behind other headers
  web
  record wrapping.pcap client c
  fetch http://10.2.0.2/1
  fetch -g 'http://[fd02::2]/1'
  stop
  python3 "$here/peer.py" wrap "$out/wrapping.pcap" "$out/$1" "$2"
  rm "$out/wrapping.pcap"
}

network
tidy
stories='closed-http closed-http-ipv6 closed-by-server closed-half closed-loopback refused-port refused-by-rule refused-by-router
unanswered-server-drop unanswered-router-drop unanswered-blackhole unanswered-reply-lost rejected-net rejected-host rejected-port
rejected-net-prohibited rejected-host-prohibited rejected-admin rejected-ipv6 rejected-no-such-host rejected-hop-limit
half-open-deaf-client half-open-lost-ack half-open-ipv6 accepted-then-closed accepted-then-closed-wrappers accepted-then-reset
accepted-then-closed-ipv6 reset-by-server reset-by-server-unread reset-by-client reset-by-router reset-after-close stalled-request
stalled-answer stalled-mtu path-mtu path-mtu-ipv6 midstream midstream-open midstream-ipv6 open open-silent open-busy'
marks='window-stopped-reader window-never-read window-slow-reader window-tiny window-unscaled keep-alive-client keep-alive-server
keep-alive-unanswered loss-forward loss-forward-receiver loss-back loss-back-receiver loss-both loss-no-sack loss-no-timestamps
loss-download loss-ipv6 loss-of-handshake loss-in-capture loss-in-capture-back congestion-marked reordered reordered-at-sender
reordered-long duplicated duplicated-at-sender delayed-loss relay-acks port-reused port-reused-time-wait port-reused-unanswered'
others='dns dns-unanswered dns-closed-port http http-large tls tls-alert mail ftp-passive ftp-active ssh arp-and-ping ping-lost
fragments fragments-reordered fragments-lost traceroute udp-refused vxlan-kernel any any-old nano snapped gzip pcapng'
kinds='vlan qinq mpls pppoe gre gretap ipip vxlan raw ppp null loop wireless big-endian'

wanted() { # NAME PATTERN…
  local name=$1 pattern
  shift
  [ $# -eq 0 ] && return 0
  for pattern; do [[ $name == $pattern ]] && return 0; done
  return 1
}
for name in $stories $marks $others; do
  wanted $name "$@" || continue
  file=$name.pcap
  [ $name != gzip ] || file=gzip.pcap.gz
  [ $name != pcapng ] || file=pcapng.pcapng
  $name $file
  tidy
  echo "$name"
done
for kind in $kinds; do
  wanted wrapped-$kind "$@" || continue
  wrapped wrapped-$kind.pcap $kind
  tidy
  echo "wrapped-$kind"
done
