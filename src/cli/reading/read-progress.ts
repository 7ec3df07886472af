/** How far a reading has come, on a terminal: only once it takes longer than a moment, and never between lines of the answer. */
import type { CaptureSource } from '../../host/capture-file.ts'
import { formatCount } from '../../report/read/amount.ts'
import { type Progress, startProgress } from '../progress.ts'
import type { Sink } from '../surroundings.ts'

/** Whoever waits shorter than this needs no words. */
const PATIENCE_MS = 300
const INTERVAL_MS = 150

export class ReadProgress {
  private readonly err: Sink
  private readonly now: () => number
  private nextMs: number
  private shown: Progress | null = null
  private over: boolean

  /** `now` is a clock in milliseconds. */
  constructor(err: Sink, now: () => number) {
    this.err = err
    this.now = now
    this.nextMs = now() + PATIENCE_MS
    this.over = !err.isTerminal
  }

  /** Tells how far it is; cheap enough for every batch. */
  tell(source: CaptureSource, packets: number): void {
    if (this.over) return
    const nowMs = this.now()
    if (nowMs < this.nextMs) return
    this.nextMs = nowMs + INTERVAL_MS
    const { totalBytes, readBytes, path } = source
    const share =
      totalBytes === null || totalBytes === 0
        ? ''
        : ` ${Math.floor((100 * readBytes) / totalBytes)} %,`
    const text = `reading ${path === '-' ? 'stdin' : path}:${share} ${formatCount(packets)} packets`
    if (this.shown === null) this.shown = startProgress(this.err, text)
    else this.shown.show(text)
  }

  /** Erases it; nothing is shown afterwards. */
  end(): void {
    this.over = true
    this.shown?.end()
  }
}
