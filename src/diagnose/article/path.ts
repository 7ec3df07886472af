/** Articles on rung 3: what the path does to packets: their size, their loss, their time. */
import type { PATH } from '../cause/path.ts'
import type { Articles } from './article.ts'

export const PATH_ARTICLES: Articles<typeof PATH> = {
  'mtu.black-hole': {
    meaning: [
      'Small packets pass and large ones vanish, without the ICMP message that should tell the sender.',
      'The connection opens, the first large answer never arrives, and everything hangs.',
      'Tunnels and PPPoE make the path narrower, and a filter that drops all ICMP makes it a trap.',
    ],
    proof:
      'Above a certain size, pings that may not be fragmented (`ping -M do -s SIZE`) stay unanswered, and large writes are never acknowledged.',
    commands: ['nft add rule inet filter forward tcp flags syn tcp option maxseg size set rt mtu'],
    advice:
      'Better still, let ICMP 3/4 (IPv6: packet too big) through; or lower the MTU of one end: `ip link set IF mtu NUMBER`.',
    apart: {
      'tcp.frozen': 'there small answers are missing, too',
      'mtu.local-mismatch': 'there already the first link is too narrow',
    },
  },
  'mtu.local-mismatch': {
    meaning: [
      'The MTU of the interface is larger than what its own link carries.',
      'Small packets pass; large frames are thrown away by the switch or the other end.',
    ],
    proof:
      'Large packets fail already to the first hop, and their threshold lies below the MTU of the own interface.',
    commands: ['ip link set IF mtu 1500'],
    advice: 'Jumbo frames need every switch port and every host of the link.',
    apart: { 'mtu.black-hole': 'there the first hop still takes the full size' },
  },
  'path.loss': {
    meaning: [
      'A part of the packets is lost on the way, so that everything is slow and some connections fail.',
      'Loss that shows at a middle hop and not behind it means nothing: routers answer pings last.',
    ],
    proof:
      'The loss that begins at a hop persists to the destination, and the kernel has to send segments again.',
    commands: ['mtr -n ADDRESS'],
    advice:
      'The first hop from which on the loss stays is the place; its owner needs the trace from both ends.',
    apart: {
      'physical.errors': 'there the own interface counts the damaged frames',
      'mtu.black-hole': 'there only large packets are lost, and all of them',
    },
  },
  'path.slow': {
    meaning: [
      'The answer comes, but takes far longer than the same path takes without load.',
      'A full queue on the way (bufferbloat), a detour or a rate limit are behind it.',
    ],
    proof:
      'The round trip is a multiple of the smallest one that was seen on the same path, and it grows at one hop and stays.',
    commands: ['mtr -n ADDRESS'],
    advice:
      'Fair queueing at the narrowest link (`tc qdisc replace dev IF root fq_codel`) keeps queues short.',
    apart: {
      'service.slow-greeting': 'there the handshake is fast, and only the service takes its time',
      'dns.slow': 'there only the name takes long',
    },
  },
}
