import { expect, test } from 'vitest'
import { HTML_STYLE } from '../../src/report/html-style.ts'

test('both looks name the same colours', () => {
  const names = (block: string): string[] => (block.match(/--[a-z]+(?=:)/g) ?? []).toSorted()
  const [light = '', dark = ''] = HTML_STYLE.match(/:root \{[^}]*\}/g) ?? []
  expect(names(dark)).toEqual(names(light))
  expect(names(light).length).toBeGreaterThan(10)
})

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

test.for([0, 1])('every text can be read on its ground (WCAG AA), look %i', (look) => {
  const block = HTML_STYLE.match(/:root \{[^}]*\}/g)?.[look] ?? ''
  const colours = Object.fromEntries(
    [...block.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]),
  )
  for (const text of ['ink', 'faint', 'pass', 'warn', 'fail', 'unknown', 'skip', 'command'])
    for (const ground of ['paper', 'card', 'code'])
      expect(contrast(colours[text], colours[ground]), `${text} on ${ground}`).toBeGreaterThan(4.5)
})
