/**
 * libpcap itself as the oracle, without a tcpdump for each expression: what its compiler makes of one, what its machine gives for
 * a packet, and how it prints an instruction. It is the library that the installed tcpdump runs on.
 */
import { createRequire } from 'node:module'
import type { Instruction, Program } from '../../src/filter/instruction.ts'

const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
const pcap = koffi.load('libpcap.so.0.8')

const openDead = pcap.func('void *pcap_open_dead(int, int)')
const openOffline = pcap.func('void *pcap_open_offline(const char *, void *)')
const close = pcap.func('void pcap_close(void *)')
const compile = pcap.func('int pcap_compile(void *, void *, const char *, int, uint32_t)')
const geterr = pcap.func('const char *pcap_geterr(void *)')
const freecode = pcap.func('void pcap_freecode(void *)')
const image = pcap.func('const char *bpf_image(const void *, int)')
const filter = pcap.func('uint32_t bpf_filter(const void *, const void *, uint32_t, uint32_t)')

/** `struct bpf_insn`: code 16, jt 8, jf 8, k 32. */
const INSTRUCTION_BYTES = 8

/** The netmask that tcpdump gives where it knows none. */
const NO_NETMASK = 0xffffffff

/** What tcpdump keeps of a packet. */
export const SNAP_LENGTH = 262_144

/** A program as the C library and the kernel take it: `struct bpf_insn` after `struct bpf_insn`. */
export function programBytes(program: Program): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES)
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    const at = index * INSTRUCTION_BYTES
    bytes.writeUInt16LE(code, at)
    bytes.writeUInt8(jt, at + 2)
    bytes.writeUInt8(jf, at + 3)
    bytes.writeUInt32LE(k, at + 4)
  }
  return bytes
}

function readProgram(bytes: Buffer): Instruction[] {
  return Array.from({ length: bytes.length / INSTRUCTION_BYTES }, (_, index) => {
    const at = index * INSTRUCTION_BYTES
    return {
      code: bytes.readUInt16LE(at),
      jt: bytes.readUInt8(at + 2),
      jf: bytes.readUInt8(at + 3),
      k: bytes.readUInt32LE(at + 4),
    }
  })
}

/** What libpcap compiles an expression to, or its words for why it does not. */
export function libpcapCompile(
  expression: string,
  linkType: number,
  optimise: boolean,
): Program | string {
  const handle = openDead(linkType, SNAP_LENGTH)
  try {
    return compileFor(handle, expression, optimise, NO_NETMASK)
  } finally {
    close(handle)
  }
}

function compileFor(
  handle: unknown,
  expression: string,
  optimise: boolean,
  netmask: number,
): Program | string {
  // `struct bpf_program`: how many 32, then a pointer.
  const program = Buffer.alloc(16)
  if (compile(handle, program, expression, optimise ? 1 : 0, netmask) !== 0)
    return String(geterr(handle))
  const length = program.readUInt32LE(0) * INSTRUCTION_BYTES
  const bytes = Buffer.from(koffi.view(program.readBigUInt64LE(8), length).slice(0))
  freecode(program)
  return readProgram(bytes)
}

/** `PCAP_ERRBUF_SIZE`. */
const ERROR_BYTES = 256

/** What libpcap compiles expressions to for a file, as `tcpdump -r` has it compile them; each a program or its words of refusal. */
export function libpcapCompileForFile(
  path: string,
  expressions: readonly string[],
): (Program | string)[] {
  const error = Buffer.alloc(ERROR_BYTES)
  const handle = openOffline(path, error)
  if (handle === null) throw new Error(error.toString('latin1'))
  try {
    return expressions.map((expression) => compileFor(handle, expression, true, 0))
  } finally {
    close(handle)
  }
}

/** What libpcap's machine gives. */
export const libpcapRun = (program: Program, bytes: Uint8Array, wireLength: number): number =>
  filter(programBytes(program), bytes, wireLength, bytes.length)

/** How libpcap prints an instruction. */
export const libpcapImage = (instruction: Instruction, at: number): string =>
  String(image(programBytes([instruction]), at))

const linkType = pcap.func('int pcap_datalink_name_to_val(const char *)')

/** The number that libpcap has in memory for the link type of that name; −1 where it knows none. */
export const libpcapLinkType = (name: string): number => linkType(name)
