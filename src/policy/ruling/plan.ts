/** Commands that change a firewall, and those that take it back. */

/** Each command runs verbatim in a shell; both lists are in the order in which they are run. */
export type Plan = {
  readonly commands: readonly string[]
  readonly undo: readonly string[]
}

/** One plan after the other; what was done last is undone first. */
export const inOrder = (plans: readonly Plan[]): Plan => ({
  commands: plans.flatMap(({ commands }) => commands),
  undo: plans.toReversed().flatMap(({ undo }) => undo),
})
