/**
 * The well-known services whose names `ss`, `netstat` and others print in place of a port: a part of
 * IANA's registry (RFC 6335) as Debian's netbase has it in /etc/services, aliases in brackets.
 */
const TABLE = `
echo 7  discard 9  daytime 13  chargen 19  ftp-data 20  ftp 21  ssh 22  telnet 23  smtp 25 [mail]
time 37  whois 43  tacacs 49  domain 53  bootps 67  bootpc 68  tftp 69  gopher 70  finger 79
http 80 [www]  kerberos 88  pop3 110 [pop-3]  sunrpc 111 [portmapper]  auth 113  nntp 119  ntp 123
netbios-ns 137  netbios-dgm 138  netbios-ssn 139  imap2 143 [imap]  snmp 161  snmp-trap 162  bgp 179
ldap 389  https 443  microsoft-ds 445  kpasswd 464  submissions 465 [smtps,ssmtp,urd]  isakmp 500
exec 512  login 513  syslog 514 [shell]  printer 515  dhcpv6-client 546  dhcpv6-server 547  rtsp 554
nntps 563  submission 587  ipp 631  ldaps 636  domain-s 853  rsync 873  ftps-data 989  ftps 990
telnets 992  imaps 993  pop3s 995  socks 1080  openvpn 1194  ms-sql-s 1433  l2tp 1701 [l2f]
radius 1812  radius-acct 1813  nfs 2049  cvspserver 2401  iscsi-target 3260  mysql 3306
ms-wbt-server 3389  nut 3493  svn 3690  sieve 4190  epmd 4369  ntske 4460  ipsec-nat-t 4500
munin 4949  sip 5060  sip-tls 5061  xmpp-client 5222  xmpp-server 5269  mdns 5353
postgresql 5432 [postgres]  nrpe 5666  nsca 5667  amqps 5671  amqp 5672  x11 6000  redis 6379
ircd 6667  http-alt 8080 [webcache]  puppet 8140  bacula-dir 9101  bacula-fd 9102  bacula-sd 9103
git 9418  webmin 10000  zabbix-agent 10050  zabbix-trapper 10051  hkp 11371
`

const ports = new Map<string, number>()
const names = new Map<number, string>()
for (const [, name = '', digits = '', aliases = ''] of TABLE.matchAll(
  /(\S+) (\d+)(?: \[([^\]]*)\])?/g,
)) {
  const port = Number(digits)
  names.set(port, name)
  for (const each of [name, ...aliases.split(',')]) if (each !== '') ports.set(each, port)
}

/** The port of a service's name, such as 443 for `https`; null for a name that is not well known. */
export const servicePort = (name: string): number | null => ports.get(name.toLowerCase()) ?? null

/** The name of a port's usual service, such as `https` for 443; null when there is none. */
export const serviceName = (port: number): string | null => names.get(port) ?? null
