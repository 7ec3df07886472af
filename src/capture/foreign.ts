/** Kinds of file that people hand over as a capture and that are not read here, each with what makes one of them. */

/** One kind, known by its first bytes. */
export type ForeignKind = {
  /** With its article: `a file packed by xz`. */
  readonly name: string
  readonly begins: readonly number[]
  /** What to type, where FILE stands for the file. */
  readonly remedy: string
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

const CONVERTED = '“editcap -F pcapng FILE OUT.pcapng” makes a capture of it'

/** Most have their magic number in Wireshark's wiretap/. */
export const FOREIGN_KINDS: readonly ForeignKind[] = [
  {
    name: 'a file packed by xz',
    begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    remedy: '“xz -dc FILE | rungs read -” reads it',
  },
  {
    name: 'a file packed by zstd',
    begins: [0x28, 0xb5, 0x2f, 0xfd],
    remedy: '“zstd -dc FILE | rungs read -” reads it',
  },
  {
    name: 'a file packed by bzip2',
    begins: ascii('BZh'),
    remedy: '“bzip2 -dc FILE | rungs read -” reads it',
  },
  {
    name: 'a file packed by lz4',
    begins: [0x04, 0x22, 0x4d, 0x18],
    remedy: '“lz4 -dc FILE | rungs read -” reads it',
  },
  {
    name: 'a zip archive',
    begins: ascii('PK\x03\x04'),
    remedy: '“unzip -p FILE | rungs read -” reads it',
  },
  { name: 'a snoop file', begins: ascii('snoop\0\0\0'), remedy: CONVERTED },
  { name: 'a btsnoop file', begins: ascii('btsnoop\0'), remedy: CONVERTED },
  { name: 'a file of Microsoft Network Monitor', begins: ascii('GMBU'), remedy: CONVERTED },
  { name: 'a file of a Sniffer', begins: ascii('TRSNIFF'), remedy: CONVERTED },
]
