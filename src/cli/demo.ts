/** `rungs demo`: the tour of the lab. */
import { demo as tourTheLab } from '../lab/demo.ts'
import type { Command } from './command.ts'
import { labCommand } from './lab-command.ts'

export const demo: Command = labCommand({
  name: 'demo',
  operands: '',
  mostOperands: 0,
  help: 'A tour: a healthy network, three faults, and the remedies that rungs prints for them.',
  examples: ['rungs demo'],
  flags: [],
  notes: ['It runs in a network of namespaces of its own; nothing of this machine is touched.'],
  run: (_, around) => tourTheLab(around),
})
