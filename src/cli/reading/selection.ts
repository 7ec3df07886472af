/** Which connections were asked for. */
import type { Connection } from '../../flow/connection.ts'
import type { StoryName } from '../../flow/story-word.ts'
import type { ReadRequest } from '../read.ts'

/** Whether a connection that has ended, whose story is `name`, was asked for. */
export const isWanted = (
  { id }: Connection,
  name: StoryName,
  { flow, stories }: Pick<ReadRequest, 'flow' | 'stories'>,
): boolean => (flow === null || flow === id) && (stories === null || stories.has(name))
