import { expect, test } from 'vitest'
import { configText, directoryNames } from '../../src/facts/config-text.ts'
import { printed } from '../../src/facts/source.ts'

test('a file is its text; one that is missing is no answer', () => {
  const [source] = configText('/etc/nginx/nginx.conf').sources
  expect(source?.argv).toEqual(['cat', '/etc/nginx/nginx.conf'])
  expect(source?.parse(printed('user www-data;\n'))).toBe('user www-data;\n')
  expect(source?.parse(printed('', 1, 'cat: x: No such file or directory'))).toBeNull()
})

test('a directory is its names; one that is missing holds none', () => {
  const [source] = directoryNames('/etc/nginx/conf.d').sources
  expect(source?.parse(printed('a.conf\nb.conf\n'))).toEqual(['a.conf', 'b.conf'])
  const missing = "ls: cannot access '/x': No such file or directory"
  expect(source?.parse(printed('', 2, missing))).toEqual([])
  expect(
    source?.parse(printed('', 2, "ls: cannot open directory '/x': Permission denied")),
  ).toBeNull()
})
