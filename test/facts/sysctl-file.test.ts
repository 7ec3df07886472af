import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { bootSettings } from '../../src/facts/sysctl-file.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const text = `/etc/sysctl.conf:3:net.ipv4.ip_forward=1
/etc/sysctl.d/99-local.conf:1:net/ipv4/conf/eth0.5/rp_filter = 1
/etc/sysctl.d/10-a.conf:1:-net.ipv4.ip_forward = 0
/usr/lib/sysctl.d/10-a.conf:1:net.ipv4.ip_forward = 2
/usr/lib/sysctl.d/README:1:a = b
`

test('settings come in the order in which they are made; of two files of one name that in /etc counts', () => {
  expect(answer(bootSettings, printed(text))?.map(({ name, value }) => `${name}=${value}`)).toEqual(
    ['net.ipv4.ip_forward=0', 'net.ipv4.conf.eth0/5.rp_filter=1', 'net.ipv4.ip_forward=1'],
  )
})

test('no text makes it throw', () => expectQuestionSurvives(bootSettings, text))
