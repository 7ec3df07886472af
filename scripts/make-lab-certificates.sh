#!/bin/sh
# Makes the certificates of the lab once; they are committed, with their keys: they protect nothing.
# Valid for a hundred years, but for the one that is expired and the one that is not yet valid.
set -eu
cd "$(dirname "$0")/../lab/tls"
rm -f ./*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

FROM=20240101000000Z
TO=21240101000000Z
NAMES='DNS:lab.example,DNS:*.lab.example,IP:203.0.113.80,IP:192.0.2.200,IP:2001:db8:0:80::80'

# RSA, since its chain does not fit into one packet: a path that loses large packets shows.
key() { openssl genrsa -out "$1" 2048 2>/dev/null; }

# sign NAME SUBJECT EXTENSIONS ISSUER KEY FROM TO
sign() {
  cat >"$work/ca.conf" <<CONF
[ca]
default_ca = lab
[lab]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
organizationName = optional
[extensions]
$3
CONF
  : >"$work/index"
  [ -f "$work/serial" ] || echo 1001 >"$work/serial"
  openssl req -new -key "$5" -subj "$2" -out "$work/request" -config /dev/null
  case $4 in
  self) by="-selfsign -keyfile $5" ;;
  *) by="-cert $work/$4.pem -keyfile $work/$4.key" ;;
  esac
  # shellcheck disable=SC2086
  openssl ca -batch -notext -config "$work/ca.conf" -extensions extensions $by \
    -startdate "$6" -enddate "$7" -in "$work/request" -out "$work/$1.pem" 2>/dev/null
}

CA='basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash'
ISSUER='authorityInfoAccess = caIssuers;URI:http://ca.lab.example/intermediate.der'
leaf() { printf 'basicConstraints = CA:false\nextendedKeyUsage = serverAuth\nsubjectAltName = %s\n' "$1"; }

for name in ca intermediate inspection server; do key "$work/$name.key"; done
openssl genrsa -out "$work/weak.key" 1024 2>/dev/null
sign ca '/O=rungs lab/CN=rungs lab CA' "$CA" self "$work/ca.key" $FROM $TO
sign intermediate '/O=rungs lab/CN=rungs lab intermediate' "$CA" ca "$work/intermediate.key" $FROM $TO

# Somebody else's authority, that nobody trusts here.
sign inspection '/O=Example Gateways/CN=web inspection' "$CA" self "$work/inspection.key" $FROM $TO

server() { sign "$1" "/O=rungs lab/CN=$2" "$(leaf "$3")" "$4" "${7:-$work/server.key}" "$5" "$6"; }
server good www.lab.example "$NAMES" intermediate $FROM $TO
server www2 www2.lab.example DNS:www2.lab.example intermediate $FROM $TO
server wrong-name other.lab.example DNS:other.lab.example intermediate $FROM $TO
server expired www.lab.example "$NAMES" intermediate $FROM 20250101000000Z
server not-yet-valid www.lab.example "$NAMES" intermediate 20990101000000Z $TO
sign incomplete '/O=rungs lab/CN=www.lab.example' "$(leaf "$NAMES"; echo "$ISSUER")" \
  intermediate "$work/server.key" $FROM $TO
server weak www.lab.example "$NAMES" intermediate $FROM $TO "$work/weak.key"
server inspected www.lab.example "$NAMES" inspection $FROM $TO
sign self-signed '/O=rungs lab/CN=www.lab.example' "$(leaf "$NAMES")" self "$work/server.key" $FROM $TO

cp "$work/ca.pem" "$work/server.key" "$work/weak.key" .
cat "$work/inspected.pem" "$work/inspection.pem" >inspected.pem
for name in good www2 wrong-name expired not-yet-valid weak; do
  cat "$work/$name.pem" "$work/intermediate.pem" >"$name.pem"
done
cp "$work/incomplete.pem" "$work/self-signed.pem" .
chmod 644 ./*
