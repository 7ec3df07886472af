import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proxySettings } from '../../src/facts/proxy-settings.ts'
import { printed } from '../../src/facts/source.ts'

const parse = (text: string, code = 0) => proxySettings.sources[0]?.parse(printed(text, code))

test('the files of a machine name proxies in their own ways', () => {
  // grep -rhis proxy … of a Debian 12 with each of them set.
  const lines = [
    'https_proxy="http://proxy.example.org:3128"',
    'export HTTP_PROXY=http://10.0.0.9:8080',
    '# You can set the default proxies for Wget to use for http, https, and ftp.',
    '#https_proxy = http://proxy.yoyodyne.com:18023/',
    'use_proxy = on',
    'all_proxy = socks5://10.0.0.9:1080',
    'Acquire::http::Proxy "http://apt.example.org:3142";',
    'Acquire::https::Proxy "DIRECT";',
    'no_proxy=localhost',
  ]
  expect(parse(lines.join('\n'))).toEqual([
    { variable: 'https_proxy', value: 'http://proxy.example.org:3128' },
    { variable: 'HTTP_PROXY', value: 'http://10.0.0.9:8080' },
    { variable: 'all_proxy', value: 'socks5://10.0.0.9:1080' },
    { variable: 'Acquire::http::Proxy of apt', value: 'http://apt.example.org:3142' },
  ])
})

test('no line, and files that are missing, are no proxy; a grep that failed is no answer', () => {
  expect(parse('', 1)).toEqual([])
  expect(parse('https_proxy=http://p:1\n', 2)).toHaveLength(1)
  expect(parse('', 127)).toBeNull()
})

test('any text is survived', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(Array.isArray(parse(`http_proxy=${text}`))).toBe(true)
    }),
  )
})
