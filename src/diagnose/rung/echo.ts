/** Rung 3: do the server and the gateway answer a ping? One that is missing is never a cause. */
import { type Check, pass, seen, shown, skip, unknown } from '../check.ts'
import { unlessReached, untilCounted } from '../reached.ts'
import { relevant } from '../relevant.ts'

export const reply: Check = {
  id: 'network.reply',
  layer: 3,
  question: 'Does the server answer a ping?',
  on: ['client'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const names = await witness.names()
    const addresses = names?.addresses ?? []
    // All are asked at once, before it is known which of them is in question.
    const pings = new Map(addresses.map(({ address }) => [address, witness.echo(address)]))
    const { family, lookup } = await relevant(witness, inquiry)
    const address = addresses.find((one) => one.family === family)?.address
    const ping = address ? pings.get(address) : undefined
    if (!address || !ping) return skip('the name has no address')
    if (lookup?.error) return skip('no route leads there')
    const echo = await unlessReached(witness, ping)
    if (echo === null)
      return {
        status: 'warn',
        summary: `${address} does not answer ping, yet the service answers`,
        evidence: [],
      }
    if (!echo.possible) return unknown(echo.because ?? 'no ping could be sent', 'iputils-ping')
    if (echo.received > 0)
      return pass(
        `${address} answers${echo.rttMs === null ? '' : ` in ${echo.rttMs.toFixed(1)} ms`}${echo.ttl === null ? '' : `, TTL ${echo.ttl}`}`,
        [shown(inquiry.host.name, echo)],
      )
    const [error] = echo.errors
    return {
      status: 'warn',
      summary: error
        ? `${address}: ${error.text}${error.from ? ` (from ${error.from})` : ''}`
        : `${address} does not answer ping`,
      evidence: [shown(inquiry.host.name, echo)],
    }
  },
}

export const gateway: Check = {
  id: 'route.gateway',
  layer: 3,
  question: 'Does the gateway answer?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const { lookup } = await relevant(witness, inquiry)
    if (!lookup) return unknown('the route could not be read', 'iproute2')
    if (!lookup?.gateway || !lookup.device) return skip('no gateway is on the way')
    if (inquiry.host.role !== 'client') {
      if (witness.target && !(await witness.concern())) return skip('the service answers')
      await untilCounted(witness)
      const output = await inquiry.run(['ping', '-c', '1', '-W', '1', lookup.gateway])
      if (output.failure)
        return unknown(`ping could not be run on ${inquiry.host.name}`, 'iputils-ping')
      const answers = / 0% packet loss|bytes from/.test(output.stdout)
      return answers
        ? pass(`${lookup.gateway} answers`, [seen(inquiry.host.name, output)])
        : {
            status: 'warn',
            summary: `${lookup.gateway} does not answer ping`,
            evidence: [seen(inquiry.host.name, output)],
          }
    }
    const { gateway: address, device } = lookup
    const echo = await unlessReached(witness, witness.echo(address))
    if (echo && echo.received > 0)
      return pass(`${address} answers ping`, [shown(inquiry.host.name, echo)])
    const near = await witness.neighbour({ address, device })
    const evidence = [
      ...(echo ? [shown(inquiry.host.name, echo)] : []),
      shown(inquiry.host.name, near),
    ]
    const asked = address.includes(':') ? 'ND' : 'ARP'
    return near.outcome === 'answered'
      ? pass(`${address} answers ${asked}, not ping`, evidence)
      : { status: 'warn', summary: `${address} answers neither ping nor ${asked}`, evidence }
  },
}
