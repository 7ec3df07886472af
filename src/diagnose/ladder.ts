/** All checks, from the cable to the application: a new one is a line here. */
import type { Check } from './check.ts'
import * as address from './rung/address.ts'
import * as application from './rung/application.ts'
import * as arrival from './rung/arrival.ts'
import * as backend from './rung/backend.ts'
import * as checksum from './rung/checksum.ts'
import * as container from './rung/container.ts'
import * as delay from './rung/delay.ts'
import * as dropped from './rung/dropped.ts'
import * as echo from './rung/echo.ts'
import * as engine from './rung/engine.ts'
import * as firewall from './rung/firewall.ts'
import * as firstHop from './rung/first-hop.ts'
import * as flow from './rung/flow.ts'
import * as ftp from './rung/ftp.ts'
import * as idle from './rung/idle.ts'
import * as link from './rung/link.ts'
import * as listener from './rung/listener.ts'
import * as log from './rung/log.ts'
import * as loss from './rung/loss.ts'
import * as masquerade from './rung/masquerade.ts'
import * as mtu from './rung/mtu.ts'
import * as name from './rung/name.ts'
import * as neighbour from './rung/neighbour.ts'
import * as physical from './rung/physical.ts'
import * as port from './rung/port.ts'
import * as portal from './rung/portal.ts'
import * as prefix from './rung/prefix.ts'
import * as presentation from './rung/presentation.ts'
import * as process from './rung/process.ts'
import * as program from './rung/program.ts'
import * as proxy from './rung/proxy.ts'
import * as reset from './rung/reset.ts'
import * as resolver from './rung/resolver.ts'
import * as resources from './rung/resources.ts'
import * as route from './rung/route.ts'
import * as router from './rung/router.ts'
import * as served from './rung/served.ts'
import * as service from './rung/service.ts'
import * as session from './rung/session.ts'
import * as ssh from './rung/ssh.ts'
import * as standing from './rung/standing.ts'
import * as translation from './rung/translation.ts'
import * as virtualHost from './rung/virtual-host.ts'
import * as vlan from './rung/vlan.ts'
import * as wire from './rung/wire.ts'

export const LADDER: readonly Check[] = [
  physical.device,
  physical.driver,
  physical.carrier,
  physical.wifi,
  link.state,
  link.traffic,
  checksum.checksum,
  neighbour.neighbour,
  neighbour.ownAddress,
  router.bridge,
  vlan.vlan,
  address.service,
  address.address,
  prefix.prefix,
  address.own,
  route.defaultRoute,
  echo.gateway,
  route.target,
  echo.reply,
  router.forwarding,
  router.conntrack,
  resolver.resolvers,
  masquerade.source,
  name.system,
  firstHop.link,
  mtu.path,
  loss.loss,
  delay.delay,
  port.port,
  session.service,
  firewall.rules,
  program.programs,
  translation.translation,
  session.sockets,
  flow.flow,
  reset.reset,
  standing.standing,
  idle.idle,
  idle.memory,
  arrival.arrival,
  wire.view,
  wire.wire,
  dropped.dropped,
  listener.listening,
  listener.local,
  session.kept,
  proxy.proxy,
  portal.portal,
  presentation.session,
  served.served,
  virtualHost.virtualHost,
  application.answer,
  backend.backend,
  engine.engine,
  ftp.data,
  ssh.algorithms,
  ssh.hostKey,
  process.alive,
  resources.resources,
  service.service,
  container.container,
  log.log,
]
