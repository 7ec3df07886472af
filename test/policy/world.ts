/** A world to begin with, for tests. */
import type { World } from '../../src/policy/world.ts'
import { syn } from './machine.ts'

export const start: World = {
  packet: { ...syn, outputDevice: '', ack: false },
  mark: 0,
  tracking: 'tracked',
  state: 'new',
  reply: false,
  changedSets: [],
  connection: {
    mark: 0,
    original: null,
    answered: false,
    confirmed: false,
    destination: null,
    source: null,
    destinationDone: false,
    sourceDone: false,
  },
  course: null,
  toThisHost: false,
  leavesBy: null,
  passedBy: null,
  turnedBy: null,
  main: true,
  doubts: [],
  trail: null,
}
