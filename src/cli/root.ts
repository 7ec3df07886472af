/** `rungs`: the overview of its commands. Each is loaded when it is called, and only then. */
import type { Group } from './group.ts'
import { lab } from './lab-group.ts'

export const ROOT: Group = {
  name: '',
  help: [
    "Why can't this client talk to that server? rungs climbs the OSI layers on both ends, names one",
    'cause with its proof, and prints the command that mends it. It changes nothing by itself.',
  ].join('\n'),
  examples: [
    'rungs check https://www.example.org',
    'rungs check db.example.org:5432 --server ssh://root@db.example.org',
    'rungs check',
    'rungs read capture.pcap',
    'rungs trace www.example.org',
    'rungs explain tcp.no-listener',
    'rungs demo',
  ],
  commands: {
    check: {
      summary: 'say why this machine cannot talk to that server',
      load: async () => (await import('./check.ts')).check,
    },
    firewall: {
      summary: 'say which rule of a firewall decides about a packet, and how to change it',
      load: async () => (await import('./firewall.ts')).firewall,
    },
    read: {
      summary: 'what the connections of a capture did: the story of each',
      load: async () => (await import('./read.ts')).read,
    },
    trace: {
      summary: 'show the path to a host: its hops, their times, and what is lost',
      load: async () => (await import('./trace.ts')).trace,
    },
    capture: {
      summary: 'what the connections on a device do, while they do it',
      load: async () => (await import('./capture.ts')).capture,
    },
    filter: {
      summary: 'which packets a filter of tcpdump selects, and the program that it is',
      load: async () => (await import('./filter.ts')).filter,
    },
    explain: {
      summary: 'what a cause is, how it is proved and how it is mended',
      load: async () => (await import('./explain.ts')).explain,
    },
    lab: { summary: 'break a network of namespaces on purpose, and score', load: () => lab },
    demo: {
      summary: 'a tour in the lab: a healthy network, three faults, three remedies',
      load: async () => (await import('./demo.ts')).demo,
    },
    schema: {
      summary: 'the JSON Schema of what --json prints',
      load: async () => (await import('./schema.ts')).schema,
    },
    completion: {
      summary: 'the completions for bash, zsh or fish',
      load: async () => (await import('./completion.ts')).completionOf(ROOT),
    },
  },
  notes: [
    'rungs COMMAND --help tells more, rungs --version which version this is. Exit codes: 0 all held,',
    '1 a fault was found, 2 could not work, 3 undecided, 130 interrupted.',
  ],
}
