/** Bytes for tests: from pairs of hexadecimal digits, with any white space between them. */
export function hex(text: string): DataView {
  const pairs = text.replace(/\s/g, '').match(/../g) ?? []
  return new DataView(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)).buffer)
}
