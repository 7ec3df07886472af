/** Articles on rung 1: the device, its driver, its cable or its radio. */
import type { PHYSICAL } from '../cause/physical.ts'
import type { Articles } from './article.ts'

export const PHYSICAL_ARTICLES: Articles<typeof PHYSICAL> = {
  'physical.no-device': {
    meaning: [
      'The system knows no network interface but loopback, and no adapter on its buses.',
      'Nothing can leave this machine, so every rung above fails as well.',
      'A loose card, a switched-off adapter or a virtual machine without a network card look like this.',
    ],
    proof:
      '`/sys/class/net` holds only `lo`, and neither `lspci` nor `lsusb` lists a network device.',
    commands: ['ip -br link', 'lspci -nn'],
    advice: 'Attach the adapter, enable it in the firmware, or give the virtual machine a card.',
    apart: {
      'physical.no-driver': 'there the adapter shows on a bus, only no interface comes of it',
      'link.down': 'there the interface exists and lacks the flag UP',
    },
  },
  'physical.no-driver': {
    meaning: [
      'An adapter sits on the PCI or USB bus, but no driver has taken it, so there is no interface.',
      'This follows a new kernel without its modules, a blacklisted module, or firmware that is not installed.',
    ],
    proof:
      '`lspci -k` or `/sys/bus/*/devices` shows the device without a bound driver, and no interface belongs to it.',
    commands: ['modprobe DRIVER'],
    advice:
      'The kernel log (`dmesg`) names firmware that is missing; a module that is not found belongs to another kernel than the one that runs.',
    apart: { 'physical.no-device': 'there no bus lists a network device at all' },
  },
  'physical.no-carrier': {
    meaning: [
      'The interface is switched on, but hears nothing from the other end of its cable.',
      'The cable is out or broken, the switch port is off, or the peer of a virtual cable is down.',
      'Addresses and routes stay configured, which is why this is overlooked.',
    ],
    proof: '`ip link` shows UP together with NO-CARRIER, and `/sys/class/net/IF/carrier` reads 0.',
    commands: ['ip link set PEER up'],
    advice:
      'The command helps only where the peer is a virtual port of yours; otherwise plug the cable in, try another one, and look at the port of the switch.',
    apart: {
      'link.down': 'there the flag UP is absent, and switching the interface on is enough',
      'link.vlan-mismatch': 'there the carrier is there, and nobody answers',
    },
  },
  'physical.errors': {
    meaning: [
      'Frames arrive damaged and are thrown away, so connections are slow or break at random.',
      'A bad cable or optic, a dirty plug, or two ends that disagree about duplex are the usual reasons.',
    ],
    proof:
      'The CRC, frame or carrier error counters of the interface grow while the probes run, or one end is in half duplex.',
    commands: ['ethtool -s IF autoneg on'],
    advice:
      'Change the cable or the optic first; then compare speed and duplex on both ends with `ethtool IF`.',
    apart: {
      'path.loss':
        'there the counters of this interface stand still, and the loss begins further on',
      'link.checksum': 'there the frames are whole, and only the checksums inside are wrong',
    },
  },
  'wifi.blocked': {
    meaning: [
      'The radio is switched off: by software, by flight mode, or by a switch on the case.',
      'No network can be seen, whatever is configured.',
    ],
    proof: '`rfkill list` shows the wireless device as soft blocked or hard blocked.',
    commands: ['rfkill unblock wifi'],
    advice: 'A hard block can only be lifted at the switch or in the firmware.',
    apart: { 'wifi.not-associated': 'there the radio is on and joins no network' },
  },
  'wifi.not-associated': {
    meaning: [
      'The radio works, but the interface belongs to no wireless network.',
      'The network is out of reach, its name or password is wrong, or nothing tries to join it.',
    ],
    proof:
      '`iw dev IF link` says that it is not connected, or wpa_supplicant reports a state short of COMPLETED.',
    commands: ['nmcli device wifi connect SSID password PASSWORD'],
    advice:
      'With wpa_supplicant alone, `wpa_cli -i IF reassociate`; its state tells whether it scans or fails at the key.',
    apart: {
      'wifi.blocked': 'there `rfkill` shows a block',
      'wifi.weak-signal': 'there a network is joined, and its signal is too weak',
    },
  },
  'wifi.weak-signal': {
    meaning: [
      'The interface is joined, but the signal is so weak that many frames have to be sent again.',
      'Connections work for a while, then crawl or break off.',
    ],
    proof: '`iw dev IF station dump` shows a signal below −75 dBm while the retry counters grow.',
    commands: [],
    advice:
      'Move nearer, turn the antenna, or use another channel or band; nothing on this host mends it.',
    apart: { 'path.loss': 'there the wireless hop loses nothing, and the loss begins behind it' },
  },
}
