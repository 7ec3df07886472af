/** Which connections were asked for, and what it takes to know. */
import type { Connection } from '../../flow/connection.ts'
import type { StoryName } from '../../flow/story-word.ts'
import type { ReadRequest } from '../read.ts'

/** Whether a connection that has ended, whose story is `name`, was asked for. */
export const isWanted = (
  { id }: Connection,
  name: StoryName,
  { flow, stories }: Pick<ReadRequest, 'flow' | 'stories'>,
): boolean => (flow === null || flow === id) && (stories === null || stories.has(name))

/** Whether the packets are needed once more, after the stories are known. */
export const readsTwice = ({ form, stories }: Pick<ReadRequest, 'form' | 'stories'>): boolean =>
  form === 'write' ||
  (stories !== null && (form === 'packets' || form === 'stats' || form === 'count'))
