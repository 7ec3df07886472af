/**
 * Connections end in another order than they began. What is told of them is held back until those
 * before them have ended too, but not without bound: past `mostHeld` it is given as it comes.
 */
export class InOrder<T> {
  private readonly held = new Map<number, T>()
  private readonly mostHeld: number
  private readonly give: (items: readonly T[]) => void
  /** The number that is waited for. */
  private next: number

  /** Numbers count from `first`; `give` gets what is ready, in order. */
  constructor(give: (items: readonly T[]) => void, first: number, mostHeld: number = 10_000) {
    this.give = give
    this.next = first
    this.mostHeld = mostHeld
  }

  /** An item by its number; null where there is nothing to tell of that number. */
  add(number: number, item: T | null): void {
    if (number < this.next) {
      if (item !== null) this.give([item])
      return
    }
    this.held.set(number, item as T)
    if (number === this.next) this.release()
    else if (this.held.size > this.mostHeld) this.flush()
  }

  /** Gives all that is held. */
  flush(): void {
    const numbers = [...this.held.keys()].sort((one, other) => one - other)
    const items = numbers
      .map((number) => this.held.get(number) as T)
      .filter((item) => item !== null)
    this.held.clear()
    this.next = Math.max(this.next, (numbers.at(-1) ?? -1) + 1)
    if (items.length > 0) this.give(items)
  }

  private release(): void {
    const ready: T[] = []
    while (this.held.has(this.next)) {
      const item = this.held.get(this.next) as T
      this.held.delete(this.next)
      if (item !== null) ready.push(item)
      this.next++
    }
    if (ready.length > 0) this.give(ready)
  }
}
