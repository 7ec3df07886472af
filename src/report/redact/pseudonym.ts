/** Pseudonyms: the same word always gets the same one, and none that occurs in the report already. */

export type Pseudonyms = (original: string) => string

/** `make` gives the n-th pseudonym, from 1 on; `report` is all text that is to be redacted. */
export function pseudonyms(report: string, make: (index: number) => string): Pseudonyms {
  const given = new Map<string, string>()
  let index = 0
  return (original) => {
    const known = given.get(original)
    if (known !== undefined) return known
    let name = make(++index)
    while (report.includes(name)) name = make(++index)
    given.set(original, name)
    return name
  }
}
