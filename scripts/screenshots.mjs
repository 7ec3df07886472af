/**
 * `npm run screenshots`: pictures of the terminal for the README. The tour of the lab is run for real, in
 * its own world, and what it prints in colour is drawn as SVG: a cell a character, so that columns stand
 * under each other in any font.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const directory = `${root}docs/screenshots`

const CELL_WIDTH = 8.4
const LINE_HEIGHT = 19
const MARGIN = 18
/** The terminal's own colours, by the number that SGR selects them with (ECMA-48 §8.3.117). */
const COLOURS = {
  31: '#f08a7d',
  32: '#8ccf9b',
  33: '#e5bd6a',
  35: '#c9a6e4',
  36: '#84c5e8',
}

/** What `rungs WORDS` prints in colour, 80 columns wide. */
function rungs(...words) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['dist/rungs.js', ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', LC_ALL: 'C.UTF-8' },
  })
  if (status !== 0) throw new Error(`rungs ${words.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The style after one more SGR number. */
function select(style, number) {
  if (number === 0) return {}
  if (number === 1) return { ...style, bold: true }
  if (number === 2) return { ...style, dim: true }
  if (number === 22) return { colour: style.colour }
  return { ...style, colour: COLOURS[number] }
}

/** The line as pieces of one style, each at its column. */
function piecesOf(line) {
  const pieces = []
  let style = {}
  let column = 0
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    const sequence = /^\u001b\[([\d;]*)m$/.exec(part)
    if (sequence) for (const number of sequence[1].split(';')) style = select(style, Number(number))
    else if (part !== '') {
      pieces.push({ text: part, column, style })
      column += [...part].length
    }
  }
  return pieces
}

function drawPiece({ text, column, style }) {
  const leading = text.length - text.trimStart().length
  const shown = text.trim()
  if (shown === '') return ''
  const x = (MARGIN + (column + leading) * CELL_WIDTH).toFixed(1)
  const width = ([...shown].length * CELL_WIDTH).toFixed(1)
  const look = [
    style.colour ? ` fill="${style.colour}"` : '',
    style.bold ? ' font-weight="700"' : '',
    style.dim ? ' opacity=".6"' : '',
  ].join('')
  return `<tspan x="${x}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${look}>${escaped(shown)}</tspan>`
}

/** The text as a picture; what it shows is told to those who cannot see it. */
function draw(text, title) {
  const lines = text.trimEnd().split('\n').map(piecesOf)
  const columns = Math.max(
    80,
    ...lines.map((pieces) =>
      Math.max(0, ...pieces.map((one) => one.column + [...one.text.trimEnd()].length)),
    ),
  )
  const width = Math.ceil(2 * MARGIN + columns * CELL_WIDTH)
  const height = 2 * MARGIN + lines.length * LINE_HEIGHT
  const rows = lines.map((pieces, row) => {
    const y = MARGIN + row * LINE_HEIGHT + 14
    const drawn = pieces.map(drawPiece).join('')
    return drawn === '' ? '' : `<text xml:space="preserve" y="${y}">${drawn}</text>\n`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" rx="8" fill="#1b1e23"/>
<g fill="#e4e3df" font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('')}</g></svg>
`
}

/** Each check of the tour with the command that was typed. */
const checks = rungs('demo')
  .split(/(?=^\$ rungs check )/m)
  .slice(1)
  .map((text) => text.split(/\n\n(?:--- |The printed remedy|The network)/)[0])

const [healthy, ...broken] = checks
mkdirSync(directory, { recursive: true })
for (const [name, text, title] of [
  ['healthy', healthy, 'rungs check of a server that answers'],
  [
    'unreachable',
    broken.at(-1),
    'rungs check of a server that cannot be reached: the cause, its proof, the remedy',
  ],
  [
    'explain',
    `$ rungs explain tcp.no-listener\n${rungs('explain', 'tcp.no-listener')}`,
    'rungs explain tcp.no-listener',
  ],
])
  writeFileSync(`${directory}/${name}.svg`, draw(text, title))
