import { expect, test } from 'vitest'
import { linkSettings } from '../../src/facts/ethtool.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const gigabit = `Settings for enp0s3:
	Supported ports: [ TP ]
	Supported link modes:   10baseT/Half 10baseT/Full
	                        100baseT/Half 100baseT/Full
	                        1000baseT/Full
	Supports auto-negotiation: Yes
	Advertised auto-negotiation: Yes
	Speed: 1000Mb/s
	Duplex: Full
	Auto-negotiation: on
	Port: Twisted Pair
	PHYAD: 0
	Transceiver: internal
	MDI-X: off (auto)
	Supports Wake-on: umbg
	Wake-on: d
        Current message level: 0x00000007 (7)
                               drv probe link
	Link detected: yes
`

const ask = (text: string, code = 0) => answer(linkSettings('enp0s3'), printed(text, code))

test('a gigabit link is read', () => {
  expect(ask(gigabit)).toEqual({
    speedMbps: 1000,
    duplex: 'full',
    autonegotiation: true,
    linkDetected: true,
  })
})

test('a link without a cable has no speed', () => {
  const text = `Settings for enp0s9:
	Speed: Unknown!
	Duplex: Unknown! (255)
	Auto-negotiation: on
	Link detected: no (No cable)
`
  expect(ask(text)).toEqual({
    speedMbps: null,
    duplex: null,
    autonegotiation: true,
    linkDetected: false,
  })
})

test('a virtual card negotiates nothing', () => {
  const text = `Settings for eth0:
	Supports auto-negotiation: No
	Speed: Unknown!
	Duplex: Unknown! (255)
	Auto-negotiation: off
	Port: Other
	Link detected: yes
`
  expect(ask(text)).toMatchObject({ autonegotiation: false, linkDetected: true })
})

test('half duplex is told', () => {
  const text = gigabit.replace('1000Mb/s', '10Mb/s').replace('Duplex: Full', 'Duplex: Half')
  expect(ask(text)).toMatchObject({ speedMbps: 10, duplex: 'half' })
})

test('an interface that is not there, or has nothing to tell, is no answer', () => {
  expect(ask('Settings for nope:\nNo data available\n', 75)).toBeNull()
  expect(ask('', 1)).toEqual(null)
})

test.for([
  ['1000\nfull\n', 1000, 'full'],
  ['-1\nunknown\n', null, null],
  ['4294967295\nhalf\n', null, 'half'],
  ['unknown\n', null, null],
] as const)('the files of sysfs, %j, are the second source', ([text, speedMbps, duplex]) => {
  expect(ask(text)).toEqual({ speedMbps, duplex, autonegotiation: null, linkDetected: null })
})

test('any text is survived', () => expectQuestionSurvives(linkSettings('enp0s3'), gigabit))
