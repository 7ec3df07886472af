/** What this tool calls itself; the version is the one of `package.json` (a test holds them). */
export const VERSION = '0.1.0'

/** `rungs 0.1.0` */
export const TOOL: string = `rungs ${VERSION}`
