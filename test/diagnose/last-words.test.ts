import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { lastWords } from '../../src/diagnose/last-words.ts'
import { usualLogs } from '../../src/diagnose/logbook.ts'
import { type Outputs, scriptedHost } from './scene.ts'

const LOG = 'tail -c 65536 /var/log/nginx/error.log'
const emerg =
  '2026/11/20 11:00:00 [emerg] 9#9: bind() to 0.0.0.0:80 failed (98: Address already in use)\n'
const notice = '2026/11/20 11:00:00 [notice] 9#9: signal process started\n'
const vague = '2026/11/20 11:00:00 [error] 9#9: still could not bind()\n'

const ask = (outputs: Outputs, name = 'nginx') =>
  lastWords(inquire(scriptedHost({ outputs })), name, usualLogs('nginx'), Date.UTC(2026, 10, 20))

test('the last complaint that says something is the reason', async () => {
  const words = await ask({ [LOG]: notice + emerg + vague })
  expect(words).toMatchObject({ complaint: 'address-in-use' })
  expect(words?.text).toContain('/var/log/nginx/error.log ends with: 2026/11/20 11:00:00 [emerg]')
})

test('one that is long past is not', async () => {
  expect(await ask({ [LOG]: emerg + notice.repeat(20) })).toBeNull()
  expect(await ask({ [LOG]: emerg.replace('11/20', '11/17') })).toBeNull()
})

test('a configuration that is refused comes first', async () => {
  const outputs = {
    [LOG]: vague,
    'haproxy -c -f /etc/haproxy/haproxy.cfg': { code: 1, stderr: '[ALERT] no\n' },
  }
  expect(await ask(outputs, 'haproxy')).toMatchObject({ complaint: 'configuration' })
})

test('where nothing can be read there are none', async () => {
  expect(await ask({})).toBeNull()
})
