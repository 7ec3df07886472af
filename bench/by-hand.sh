#!/bin/sh
# The questions of a check, asked one after the other with the tools that people use for them: first on
# the client, then on the server. What a tool prints is thrown away; one that is missing is passed over.
# Usage: by-hand.sh CLIENT-NAMESPACE SERVER-NAMESPACE NAME ADDRESS PORT
client=$1 server=$2 name=$3 address=$4 port=$5

ask() { # HOST COMMAND…
  host=$1
  shift
  command -v "$1" >/dev/null || return 0
  ip netns exec "$host" "$@" >/dev/null 2>&1 </dev/null
}

machine() { # HOST: from the device to the local firewall
  ask "$1" lspci
  ask "$1" lsusb
  ask "$1" lsmod
  ask "$1" ip -br link
  ask "$1" iw dev
  ask "$1" rfkill list
  ask "$1" ip -s -h link
  ask "$1" ip -br address
  ask "$1" ip route
  ask "$1" ip rule
  ask "$1" ip neigh
  ask "$1" nft list ruleset
  ask "$1" iptables -S
}

machine "$client"
ask "$client" ping -c 1 -W 1 localhost
ask "$client" ip route get "$address"
gateway=$(ip netns exec "$client" ip route | sed -n 's/^default via \([^ ]*\).*/\1/p')
ask "$client" ping -c 1 -W 1 "${gateway:-127.0.0.1}"
ask "$client" cat /etc/resolv.conf
ask "$client" dig +time=2 +tries=1 "$name" A
ask "$client" dig +time=2 +tries=1 "$name" AAAA
ask "$client" ping -c 1 -W 1 "$address"
ask "$client" ping -c 1 -W 1 -s 1472 -M do "$address"
ask "$client" nc -z -w 3 "$address" "$port"
ask "$client" ss -tan
ask "$client" curl -sk -m 5 "https://$name/"

machine "$server"
ask "$server" ss -tlnp
ask "$server" nc -z -w 1 127.0.0.1 "$port"
ask "$server" ps aux
ask "$server" ping -c 1 -W 1 "$(ip netns exec "$client" ip -4 -o address show scope global | sed -n 's|.* inet \([^/]*\)/.*|\1|p' | head -n 1)"
exit 0
