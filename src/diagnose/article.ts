/**
 * The articles of the catalogue: what is told to people of each cause. Kept apart from `cause.ts`,
 * so that a check does not load them.
 */
import { ADDRESS_ARTICLES } from './article/address.ts'
import { APPLICATION_ARTICLES } from './article/application.ts'
import type { Article } from './article/article.ts'
import { FIREWALL_ARTICLES } from './article/firewall.ts'
import { LINK_ARTICLES } from './article/link.ts'
import { NAME_ARTICLES } from './article/name.ts'
import { NAT_ARTICLES } from './article/nat.ts'
import { PATH_ARTICLES } from './article/path.ts'
import { PHYSICAL_ARTICLES } from './article/physical.ts'
import { PRESENTATION_ARTICLES } from './article/presentation.ts'
import { ROUTE_ARTICLES } from './article/route.ts'
import { SESSION_ARTICLES } from './article/session.ts'
import { TRANSPORT_ARTICLES } from './article/transport.ts'
import type { CauseCode } from './cause.ts'

const ARTICLES: Readonly<Record<CauseCode, Article>> = {
  ...PHYSICAL_ARTICLES,
  ...LINK_ARTICLES,
  ...ADDRESS_ARTICLES,
  ...ROUTE_ARTICLES,
  ...NAT_ARTICLES,
  ...PATH_ARTICLES,
  ...NAME_ARTICLES,
  ...TRANSPORT_ARTICLES,
  ...FIREWALL_ARTICLES,
  ...SESSION_ARTICLES,
  ...PRESENTATION_ARTICLES,
  ...APPLICATION_ARTICLES,
}

export const articleOf = (code: CauseCode): Article => ARTICLES[code]
