import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Line, MOST_BYTES } from '../../../src/host/probe/line.ts'
import { listen, type TestServer } from '../server.ts'

let server: TestServer | undefined
let client: Socket | undefined
afterEach(() => {
  client?.destroy()
  server?.close()
})

async function lineTo(handle: (socket: Socket) => void): Promise<Line> {
  server = await listen(handle)
  client = connect(server.to.port, server.to.address)
  const socket = client
  await new Promise((resolve) => socket.once('connect', resolve))
  return new Line(socket)
}

const text = async (line: Line): Promise<string | null> => {
  const { bytes } = await line.hear(500)
  return bytes && Buffer.from(bytes).toString()
}

describe('a line', () => {
  test('keeps what comes until it is asked for', async () => {
    const line = await lineTo((socket) => socket.write('early'))
    line.say(Buffer.from('x'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await text(line)).toBe('early')
  })

  test('rests for its time, whatever comes meanwhile, and keeps that', async () => {
    const line = await lineTo((socket) => setTimeout(() => socket.write('421 bye'), 30))
    const began = performance.now()
    expect(await line.rest(120)).toBe(true)
    expect(performance.now() - began).toBeGreaterThan(110)
    expect(await text(line)).toBe('421 bye')
  })

  test('does not rest once the far end has closed', async () => {
    const line = await lineTo((socket) => setTimeout(() => socket.end(), 30))
    const began = performance.now()
    expect(await line.rest(5000)).toBe(false)
    expect(performance.now() - began).toBeLessThan(2500)
    expect(line.how).toBe('fin')
  })

  test('says whether there was silence or an end', async () => {
    const line = await lineTo((socket) => setTimeout(() => socket.end(), 100))
    expect(await line.hear(20)).toEqual({ bytes: null, silent: true })
    expect(await line.hear(500)).toEqual({ bytes: null, silent: false })
    expect(line.how).toBe('fin')
    expect(await line.hear(500)).toEqual({ bytes: null, silent: false })
  })

  test('gives the last words before the end', async () => {
    const line = await lineTo((socket) => socket.end('last'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await text(line)).toBe('last')
    expect(await text(line)).toBeNull()
  })

  test('tells a reset from an end', async () => {
    const line = await lineTo((socket) => setTimeout(() => socket.resetAndDestroy(), 30))
    expect(await text(line)).toBeNull()
    expect(line).toMatchObject({ how: 'reset', error: { code: 'ECONNRESET' } })
  })

  test('hears no more than its limit', async () => {
    const line = await lineTo((socket) => socket.write('x'.repeat(2 * MOST_BYTES)))
    let heard = 0
    for (let piece = await text(line); piece !== null; piece = await text(line))
      heard += piece.length
    expect(heard).toBe(MOST_BYTES)
    expect(line.how).toBeNull()
  })

  test('that is continued in TLS forgets what was not asked for in clear', async () => {
    const line = await lineTo((socket) => socket.write('clear'))
    line.say(Buffer.from('x'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    line.continueOn(line.release())
    expect((await line.hear(50)).bytes).toBeNull()
  })
})
