/** `rungs lab`: its overview. The commands themselves are in `lab.ts`, loaded when one is called. */
import type { Group } from './group.ts'

const load =
  (name: 'list' | 'up' | 'break' | 'check' | 'score' | 'down' | 'inner' | 'replay') => async () =>
    (await import('./lab.ts')).LAB_COMMANDS[name]

export const lab: Group = {
  name: 'lab',
  help: [
    'A network of namespaces on this machine: build it, break it on purpose, ask rungs what is wrong.',
    'Nothing but what the lab made is touched.',
  ].join('\n'),
  examples: ['rungs lab up', 'rungs lab break server-frozen', 'rungs lab check', 'rungs lab down'],
  commands: {
    list: { summary: 'which faults there are', load: load('list') },
    up: { summary: 'build the network', load: load('up') },
    break: { summary: 'inject a fault', load: load('break') },
    check: { summary: 'run rungs check on its client', load: load('check') },
    score: {
      summary: 'inject every fault and count how often its cause is named',
      load: load('score'),
    },
    down: { summary: 'remove the network', load: load('down') },
    serve: { summary: null, load: load('inner') },
    trial: { summary: null, load: load('inner') },
    replay: { summary: null, load: load('replay') },
    tour: { summary: null, load: load('inner') },
  },
  notes: ['Without root, the lab lives in a user namespace of its own.'],
}
