/** The marks of the golden captures beside tshark's, as one capture. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { joinCaptures } from '../capture/tshark.ts'
import { dataDirectory, goldens } from '../capture/walk.ts'
import { agreementText, fraction, markAgreement } from './mark-agreement.ts'

test('nineteen of twenty marks of each kind in the golden captures are those of tshark', {
  timeout: 60_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rungs-marks-'))
  try {
    const all = join(folder, 'all.pcapng')
    // A packet in a packet is two conversations to tshark and one to us; `wrapped-*` holds none with marks.
    const names = goldens().filter((name) => !name.startsWith('wrapped-'))
    joinCaptures(
      names.map((name) => join(dataDirectory, name)),
      all,
      'of-times',
    )
    const table = markAgreement(all)
    console.log(agreementText(table))
    for (const [kind, row] of table) {
      if (row.both + row.ours + row.theirs < 50) continue
      expect(fraction(row), `${kind}: ${row.only.slice(0, 20).join(', ')}`).toBeGreaterThan(0.95)
    }
    expect([...table.values()].filter(({ both }) => both > 0).length).toBeGreaterThanOrEqual(13)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
