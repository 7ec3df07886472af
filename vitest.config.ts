import { defineConfig } from 'vitest/config'

/** What knows no machine keeps nothing between two tests: its files share their processes, which takes a third of the time. */
const PURE = 'test/{base,wire,capture,filter,flow,dialog,facts,policy,diagnose,report}/**/*.test.ts'
const LAB = 'test/**/*.lab.test.ts'

/** A busy machine is no failure; what hangs is still found. */
const PATIENCE_MS = 60_000

/** Unit tests run side by side; lab tests need namespaces and run one after the other. */
export default defineConfig({
  test: {
    // Otherwise one processor is left alone, which of two is half of them.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'pure',
          include: [PURE],
          exclude: [LAB],
          isolate: false,
          testTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [PURE, LAB],
          testTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: 'lab',
          include: [LAB],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
