import { expectTypeOf, test } from 'vitest'
import { identify } from '../../src/dialog/greeting.ts'
import type { Found, Identity, Service } from '../../src/dialog/identity.ts'

test('what is identified names its service, and what is found can become it', () => {
  expectTypeOf(identify).returns.toEqualTypeOf<Identity>()
  expectTypeOf<Found['service']>().toEqualTypeOf<Service>()
})
