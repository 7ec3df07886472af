import { expect, test } from 'vitest'
import { cleared, on, suspect } from '../../src/diagnose/suspicion.ts'

test('a suspect is only possible unless more is said', () => {
  expect(suspect('path.loss', 'path', { because: 'pings are lost' })).toMatchObject({
    weight: 'possible',
    place: { host: 'path' },
  })
  expect(suspect('path.loss', 'path', { because: 'so', weight: 'proven' }).weight).toBe('proven')
})

test('a suspect keeps the command that would tell', () => {
  const tellApart = on('server', 'ip -br link', 'NO-CARRIER')
  expect(suspect('physical.no-carrier', 'server', { because: 'so', tellApart })).toMatchObject({
    tellApart: { host: 'server', command: 'ip -br link', shows: 'NO-CARRIER' },
  })
})

test('who is cleared is cleared on one side, for a reason', () => {
  expect(cleared('a reset came')(['firewall.path-reject', 'path'])).toEqual({
    cause: 'firewall.path-reject',
    side: 'path',
    because: 'a reset came',
  })
})
