import { expect, test } from 'vitest'
import { wifiInterfaces, wifiLink, wifiNetworks } from '../../src/facts/iw.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const dev = `phy#1
	Unnamed/non-netdev interface
		wdev 0x100000002
		addr 00:1a:ef:0c:ae:bd
		type P2P-device
		txpower 20.00 dBm
	Interface wlx001aef0caebc
		ifindex 7
		wdev 0x100000001
		addr 00:1a:ef:0c:ae:bc
		type managed
		txpower 20.00 dBm
phy#0
	Interface wlan0
		ifindex 6
		wdev 0x1
		addr 04:d9:f5:11:b8:c3
		ssid caf\\xc3\\xa9 2
		type managed
		channel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz
		txpower 22.00 dBm
		multicast TXQ:
			qsz-byt	qsz-pkt	flows	drops	marks	overlmt	hashcol	tx-bytes	tx-packets
			0	0	0	0	0	0	0	0		0
`

test('an interface has its radio, and what it is joined to', () => {
  expect(answer(wifiInterfaces, printed(dev))).toEqual([
    { phy: 'phy1', name: 'wlx001aef0caebc', type: 'managed', ssid: null, channel: null },
    { phy: 'phy0', name: 'wlan0', type: 'managed', ssid: 'café 2', channel: 36 },
  ])
})

test('a list that was shortened to one line for each is read', () => {
  const text = `phy#2    Interface wlxfc3497286aac...
phy#1    Interface wlx001aef0caebc...
phy#0    Interface wlx04d9f511b8c3...
`
  const interfaces = answer(wifiInterfaces, printed(text))
  expect(interfaces?.map(({ phy, name }) => [phy, name])).toEqual([
    ['phy2', 'wlxfc3497286aac'],
    ['phy1', 'wlx001aef0caebc'],
    ['phy0', 'wlx04d9f511b8c3'],
  ])
})

test('a machine without Wi-Fi is an answer, a kernel without it is none', () => {
  expect(answer(wifiInterfaces, printed(''))).toEqual([])
  expect(answer(wifiInterfaces, printed('', 1, 'nl80211 not found.\n'))).toBeNull()
})

const link = `Connected to b8:69:f4:3a:6e:10 (on wlan0)
	SSID: seax
	freq: 2412
	RX: 1543087 bytes (12045 packets)
	TX: 72704 bytes (523 packets)
	signal: -48 dBm
	rx bitrate: 65.0 MBit/s MCS 7
	tx bitrate: 72.2 MBit/s MCS 7 short GI

	bss flags:	short-preamble short-slot-time
	dtim period:	1
	beacon int:	100
`

test('a link has its access point, signal and rates', () => {
  expect(answer(wifiLink('wlan0'), printed(link))).toEqual({
    connected: true,
    bssid: 'b8:69:f4:3a:6e:10',
    ssid: 'seax',
    frequencyMhz: 2412,
    signalDbm: -48,
    rxBitrateMbps: 65,
    txBitrateMbps: 72.2,
  })
  expect(answer(wifiLink('wlan0'), printed(link.replace('2412', '2412.0')))?.frequencyMhz).toBe(
    2412,
  )
})

test('not being connected is an answer, a missing interface is none', () => {
  expect(answer(wifiLink('wlan0'), printed('Not connected.\n'))).toMatchObject({
    connected: false,
    bssid: null,
  })
  const error = 'command failed: No such device (-19)\n'
  expect(answer(wifiLink('wlan0'), printed('', 237, error))).toBeNull()
})

const scan = `BSS b8:69:f4:3a:6e:10(on wlan0) -- associated
	last seen: 61625.851s [boottime]
	TSF: 61625851770 usec (0d, 17:07:05)
	freq: 2412
	beacon interval: 100 TUs
	capability: ESS Privacy ShortPreamble ShortSlotTime (0x0431)
	signal: -48.00 dBm
	last seen: 20 ms ago
	Information elements from Probe Response frame:
	SSID: seax
	Supported rates: 1.0* 2.0* 5.5* 11.0* 6.0 9.0 12.0 18.0 
	DS Parameter set: channel 1
	RSN:	 * Version: 1
		 * Group cipher: CCMP
BSS 00:11:22:33:44:55(on wlan0)
	freq: 5180
	capability: ESS (0x0001)
	signal: 60/100
	SSID: 
`

test('networks are listed with signal and privacy, hidden ones without a name', () => {
  expect(answer(wifiNetworks('wlan0'), printed(scan))).toEqual([
    {
      bssid: 'b8:69:f4:3a:6e:10',
      ssid: 'seax',
      frequencyMhz: 2412,
      signalDbm: -48,
      privacy: true,
    },
    {
      bssid: '00:11:22:33:44:55',
      ssid: null,
      frequencyMhz: 5180,
      signalDbm: null,
      privacy: false,
    },
  ])
})

test('the output of a live scan, indented with spaces, is read as well', () => {
  const text = `BSS b8:69:f4:3a:6e:10 (on wlan0)
    TSF: 61625851770 usec (0d, 17:07:05)
    freq: 2412
    beacon interval: 100 TUs
    capability: ESS Privacy ShortPreamble ShortSlotTime (0x0431)
    signal: -48.00 dBm
    SSID: seax
    DS Parameter set: channel 1
`
  expect(answer(wifiNetworks('wlan0'), printed(text))).toEqual([
    { bssid: 'b8:69:f4:3a:6e:10', ssid: 'seax', frequencyMhz: 2412, signalDbm: -48, privacy: true },
  ])
})

test('no network heard is an answer, and no scan is ever started', () => {
  expect(answer(wifiNetworks('wlan0'), printed(''))).toEqual([])
  expect(wifiNetworks('wlan0').sources.map(({ argv }) => argv)).toEqual([
    ['iw', 'dev', 'wlan0', 'scan', 'dump'],
  ])
})

test('any text is survived', () => {
  expectQuestionSurvives(wifiInterfaces, dev)
  expectQuestionSurvives(wifiLink('wlan0'), link)
  expectQuestionSurvives(wifiNetworks('wlan0'), scan)
})
