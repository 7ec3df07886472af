/** What fuzzing starts from: the golden captures, and the frames and payloads in them. */
import { join } from 'node:path'
import { readFrame } from '../../src/wire/frame.ts'
import { captureBytes, goldens, walkCapture } from '../capture/walk.ts'

export type Frame = {
  readonly bytes: Uint8Array
  readonly linkType: number
  readonly originalBytes: number
}

export type Corpus = {
  /** Whole files of moderate size. */
  readonly files: readonly Uint8Array[]
  readonly frames: readonly Frame[]
  /** Of each capture, in order. */
  readonly conversations: readonly (readonly Frame[])[]
  /** What TCP and UDP carried. */
  readonly payloads: readonly Uint8Array[]
}

const MOST_FILE_BYTES = 12_000

/** tcpdump's lines, in the styles of different times. */
const LINES = `12:00:00.000001 IP 10.1.0.2.50226 > 10.2.0.2.80: Flags [S], seq 2393188820, win 64240, options [mss 1460,sackOK,TS val 1270976190 ecr 0,nop,wscale 10], length 0
12:00:00.000201 IP 10.2.0.2.80 > 10.1.0.2.50226: Flags [S.], seq 1061574738, ack 2393188821, win 65160, options [mss 1460,nop,nop,sackOK], length 0
12:00:00.000301 IP 10.1.0.2.50226 > 10.2.0.2.80: Flags [P.], seq 1:74, ack 1, win 63, length 73: HTTP: GET /8 HTTP/1.1
08:01:02.3 arp who-has 10.0.0.1 tell 10.0.0.2
10:22:31.911226 host.example.1034 > www.example.org.http: S 3263977215:3263977215(0) win 16384 <mss 1460,nop,nop,sackOK> (DF)
12:00:01.000000 IP6 fd01::2.40000 > fd02::2.9: Flags [S], seq 1, win 64800, length 0
12:00:01.100000 IP 10.1.0.2.41064 > 10.2.0.2.53: 8152+ [1au] A? www.lab.example. (56)
`

/** Reads it from the folder of golden captures. */
export function loadCorpus(directory: string): Corpus {
  const files: Uint8Array[] = [new TextEncoder().encode(LINES)]
  const conversations: Frame[][] = []
  const payloads: Uint8Array[] = []
  for (const name of goldens(directory)) {
    // A copy: a Buffer's slices would share their bytes.
    const bytes = new Uint8Array(captureBytes(join(directory, name)))
    if (bytes.length <= MOST_FILE_BYTES) files.push(bytes)
    const conversation: Frame[] = []
    walkCapture(bytes, ({ batch, at, end, originalBytes, linkType, headers }) => {
      const { buffer, byteOffset } = batch.view
      const cut = (from: number, to: number): Uint8Array =>
        new Uint8Array(buffer.slice(byteOffset + from, byteOffset + to))
      conversation.push({ bytes: cut(at, end), linkType, originalBytes })
      readFrame(batch.view, at, end, originalBytes, linkType, headers)
      const { payloadAt, payloadEnd } = headers
      if (payloadEnd > payloadAt && headers.sourcePort > 0 && payloads.length < 5000)
        payloads.push(cut(payloadAt, payloadEnd))
    })
    conversations.push(conversation)
  }
  return { files, frames: conversations.flat(), conversations, payloads }
}
