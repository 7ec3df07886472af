/** What the commands that use the lab have in common. */
import { LabError } from '../lab/surroundings.ts'
import { type Command, UsageError } from './command.ts'

/** What the lab could not do is told as a mistake that can be mended. */
export const labCommand = (command: Command): Command => ({
  ...command,
  run: async (invocation, around) => {
    try {
      return await command.run(invocation, around)
    } catch (error) {
      if (error instanceof LabError) throw new UsageError(error.message)
      throw error
    }
  },
})
