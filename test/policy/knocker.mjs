// Runs in a namespace. `serve PORT…` listens on TCP and UDP, both families, and tells each peer the
// port that it reached. `knock` reads lines of JSON `{ id, protocol, address, port }` and writes
// `{ id, reached }`: the port that answered, or null, within KNOCK_MS.
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'

const KNOCK_MS = Number(process.env.KNOCK_MS ?? 300)

function serve(ports) {
  for (const port of ports) {
    createServer((socket) => {
      socket.on('error', () => {})
      socket.end(String(port))
    }).listen({ port, host: '::', ipv6Only: false })
    for (const type of ['udp4', 'udp6']) {
      const socket = createSocket({ type, ipv6Only: type === 'udp6' })
      socket.on('message', (_, peer) => socket.send(String(port), peer.port, peer.address))
      socket.on('error', () => {})
      socket.bind(port)
    }
  }
  setTimeout(() => console.log('ready'), 50)
}

function knockTcp({ address, port }, done) {
  const socket = connect({ host: address, port })
  socket.on('data', (data) => done(Number(data.toString())))
  socket.on('error', () => done(null))
  return () => socket.destroy()
}

function knockUdp({ address, port }, done) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.on('message', (data) => done(Number(data.toString())))
  socket.on('error', () => done(null))
  socket.connect(port, address, () => socket.send('x', () => {}))
  return () => socket.close()
}

function knock() {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const wanted = JSON.parse(line)
    let open = true
    const done = (reached) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      close()
      console.log(JSON.stringify({ id: wanted.id, reached }))
    }
    const timer = setTimeout(() => done(null), KNOCK_MS)
    const close = (wanted.protocol === 'tcp' ? knockTcp : knockUdp)(wanted, done)
  })
}

const [, , what, ...ports] = process.argv
if (what === 'serve') serve(ports.map(Number))
else knock()
