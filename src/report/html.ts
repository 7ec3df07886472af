/**
 * A diagnosis as one HTML file: no script, nothing that is loaded (the policy in its head holds that), real
 * headings and tables, readable on a telephone and in the dark.
 */
import type {
  Candidate,
  Contrast,
  Diagnosis,
  Evidence,
  Finding,
  Layer,
  Remedy,
  Status,
} from '../diagnose/diagnosis.ts'
import { describeDelta } from './evidence.ts'
import { HTML_STYLE } from './html-style.ts'
import { findingsByHost, LAYER_NAME, LAYERS } from './ladder.ts'
import { type Markup, markup, markupLines } from './markup.ts'
import { STATE_STATUS, UNICODE_SIGNS } from './page.ts'
import { notKnown, type Reason, ruledOut } from './reason.ts'
import { describeRounds } from './rounds.ts'
import { decidingFindings, describePlace, describePosition, describeUnreached } from './verdict.ts'

/** Nothing may be loaded, sent or run; the only style is the one in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** A sign and a word; `look` is another status where it shall not alarm. */
const status = (of: Status, word: string = of, look: Status = of): Markup =>
  markup`<span class="status ${look}"><span aria-hidden="true">${UNICODE_SIGNS.status[of]}</span> ${word}</span>`

const code = (text: string): Markup => markup`<code>${text}</code>`

const list = (items: readonly Markup[], name = ''): Markup =>
  markup`<ul class="${name}">${items.map((item) => markup`<li>${item}</li>`)}</ul>`

/** A section with its heading; nothing where it would be empty. */
const section = (heading: string, content: readonly (Markup | null)[]): Markup | null =>
  content.every((one) => one === null)
    ? null
    : markup`
<section><h2>${heading}</h2>${content}</section>`

/** One that is opened when somebody wants to know. */
const folded = (heading: string, content: Markup | null): Markup | null =>
  content &&
  markup`
<details><summary><h2>${heading}</h2></summary>${content}</details>`

const evidence = ({ host, command, lines, delta }: Evidence): Markup => {
  const shown = [...lines, ...(delta ? [describeDelta(delta)] : [])]
  return markup`<pre><b>${host}$ ${command}</b>${shown.length > 0 ? markup`\n${markupLines(shown)}` : null}</pre>`
}

function header({ target, client, server, routers }: Diagnosis): Markup {
  const named = (name: string, address: string | null): string =>
    address === null || address === name ? name : `${name} ${address}`
  const access = server?.access ? ` (${server.access})` : ''
  const by = routers.map(({ name, access: how }) => `${name} (${how})`).join(', ')
  return markup`<header><h1>${target ? target.input : 'This machine, up to its way out'}</h1>
<p class="faint">from ${named(client.name, client.address)}${server ? ` to ${named(server.name, server.address)}${access}` : ''}${by ? `; routers asked: ${by}` : ''}</p></header>`
}

function verdictCard({ verdict }: Diagnosis): Markup {
  const of = STATE_STATUS[verdict.state]
  const position = describePosition(verdict)
  return markup`
<section class="verdict ${of}"><h2><span class="${of}">${UNICODE_SIGNS.status[of]} ${verdict.state}${verdict.cause && ':'}</span>${verdict.cause && markup` ${code(verdict.cause)}`}</h2>
${position && markup`<p class="faint">${position}</p>`}
<p class="summary">${verdict.summary}</p></section>`
}

function remedy({ host, command, why, risk, undo, persist, turnsGreen }: Remedy): Markup {
  const note = (name: string, text: Markup | string | null): Markup | null =>
    text === null ? null : markup`<dt>${name}</dt><dd>${text}</dd>`
  return markup`
<div class="card"><h3>On ${host}</h3><p>${why}</p><pre><b>${command}</b></pre>
<dl>${note('Risk', risk)}${note('Undo', undo && code(undo))}${note('Keep', persist)}${note('Then', markup`${code(turnsGreen)} must turn green: run the check again`)}</dl></div>`
}

const proof = (finding: Finding): Markup => markup`
<div class="card"><p>${finding.summary}</p>${finding.evidence.map(evidence)}</div>`

const contrast = ({ works, fails, tells }: Contrast): Markup => markup`
<div class="card"><ul><li>${status('pass', 'works')} ${works}</li><li>${status('fail', 'fails')} ${fails}</li></ul><p class="faint">${tells}</p></div>`

/** Each answer that came, how often and when. */
const rounds = (diagnosis: Diagnosis): Markup[] =>
  describeRounds(diagnosis).map(
    ({ state, what, when }) => markup`
<p>${status(STATE_STATUS[state], what)} <span class="faint">${when}</span></p>`,
  )

const candidate = ({ cause, side, tellApart }: Candidate): Markup => markup`
<div class="card"><h3>${code(cause)} (${side})</h3>${
  tellApart &&
  markup`<pre><b>${tellApart.host}$ ${tellApart.command}</b></pre><p>shows ${tellApart.shows}</p>`
}</div>`

/** What matters has a line of its own; what holds is said in one. */
function rungCell(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return markup`<span class="skip">nothing asked</span>`
  const loud = (['fail', 'warn'] as const).flatMap((of) =>
    findings
      .filter((one) => one.status === of)
      .map(({ summary, explainedBy }) =>
        explainedBy
          ? markup`${status(of, of, 'skip')} <span class="faint">${summary} (follows from ${code(explainedBy)})</span>`
          : markup`${status(of)} ${summary}`,
      ),
  )
  const quiet = (['unknown', 'pass', 'skip'] as const).flatMap((of) => {
    const told = new Set(findings.filter((one) => one.status === of).map(({ summary }) => summary))
    return told.size === 0
      ? []
      : [markup`${status(of)} <span class="faint">${[...told].join(' · ')}</span>`]
  })
  return list([...loud, ...quiet])
}

/** The rungs of client and server beside each other, those of routers after them. */
function ladder({ findings }: Diagnosis): Markup {
  const hosts = findingsByHost(findings)
  const row = (layer: Layer): Markup => markup`
<tr><th scope="row"><span>${layer}</span> ${LAYER_NAME[layer]}</th>${hosts.map(
    ([host, found]) =>
      markup`<td data-host="${host}">${rungCell(found.filter((one) => one.layer === layer))}</td>`,
  )}</tr>`
  return markup`<table><caption class="hidden">What was found on each rung of each host</caption>
<thead><tr><th scope="col">rung</th>${hosts.map(([host]) => markup`<th scope="col">${host}</th>`)}</tr></thead>
<tbody>${LAYERS.map(row)}</tbody></table>`
}

function attempts({ attempts: tried }: Diagnosis): Markup | null {
  if (tried.length === 0) return null
  return list(
    tried.map(
      ({ address, outcome, errno, used }) =>
        markup`${status(outcome === 'answered' ? 'pass' : 'fail', outcome)} ${code(address)}${errno && ` ${errno}`}${used ? ', used' : null}`,
    ),
  )
}

const reasons = (all: readonly Reason[]): Markup | null =>
  all.length === 0
    ? null
    : list(
        all.map(
          ({ names, because }) =>
            markup`${names.map((name, index) => markup`${index > 0 ? ', ' : null}${code(name)}`)}: ${because}`,
        ),
        'reasons',
      )

function check(finding: Finding): Markup {
  const { id, host, layer, status: of, summary, question } = finding
  return markup`
<details><summary>${status(of)} ${code(id)} <span class="faint">${host}, ${layer} ${LAYER_NAME[layer]}</span></summary><p class="faint">${question}</p><p>${summary}</p>${finding.evidence.map(evidence)}</details>`
}

/** The whole document. */
export function formatHtml(diagnosis: Diagnosis): string {
  const { verdict, findings, tool, startedAt, durationMs, privilege, target } = diagnosis
  const { cause, confidence, candidates, behind, place } = verdict
  const others = candidates.filter((one) => confidence !== 'proven' || one.cause !== cause)
  const unreached = describeUnreached(verdict.unreached)
  const who = privilege === 'root' ? 'as root' : 'without root'
  return `${
    markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${verdict.state}: ${target ? target.input : 'this machine'}</title>
<style>${{ markup: HTML_STYLE }}</style></head>
<body><main>${header(diagnosis)}${verdictCard(diagnosis)}
${section('Rounds', rounds(diagnosis))}
${section('Mend it', verdict.remedies.map(remedy))}
${section('Proof', [
  ...decidingFindings(diagnosis).map(proof),
  place?.rule
    ? markup`
<p class="faint">${describePlace(place)}</p>`
    : null,
])}
${section('Beside it', diagnosis.contrasts.map(contrast))}
${section('Could be', others.map(candidate))}
${section('Behind it', [
  ...behind.map(
    (one) => markup`
<div class="card"><h3>${code(one.cause)} (${one.side})</h3><p>${one.because}</p></div>`,
  ),
  unreached === null
    ? null
    : markup`
<p class="faint">${unreached}</p>`,
])}
${section('The ladder', [ladder(diagnosis)])}
${section('Addresses tried', [attempts(diagnosis)])}
${section('In detail', [folded('Ruled out', reasons(ruledOut(diagnosis))), folded('Not known', reasons(notKnown(diagnosis))), folded(`All ${findings.length} checks`, markup`${findings.map(check)}`)])}
</main><footer>${tool}, ${startedAt}, ${Math.round(durationMs)} ms, ${who}</footer></body></html>
`.markup
  }`
}
