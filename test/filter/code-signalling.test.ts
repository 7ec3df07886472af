import { test } from 'vitest'
import { expectSame } from './front.ts'

test('ATM cells', () => {
  expectSame(
    [123, 1],
    [
      'lane',
      'metac',
      'bcc',
      'oam',
      'oamf4',
      'oamf4ec',
      'oamf4sc',
      'sc',
      'ilmic',
      'connectmsg',
      'metaconnect',
      'vpi 0',
      'vci 5',
      'vci > 30',
      'vci (5 or 16)',
      'vpi != 0',
      'lane and ip',
      'lane and ether host 02:00:00:00:00:01',
    ],
  )
})

test('SS7 messages', () => {
  expectSame(
    [140, 139, 197, 1],
    [
      'fisu',
      'lssu',
      'msu',
      'hfisu',
      'hlssu',
      'hmsu',
      'sio 3',
      'sio > 5',
      'sio (3 or 5)',
      'opc 1000',
      'dpc 1000',
      'sls 3',
      'sls 16',
      'opc 16384',
      'hsio 3',
      'hopc 1000',
      'hdpc 1000',
      'hsls 3',
      'opc != 7',
    ],
  )
})
