import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeMarkup, markup, markupLines } from '../../src/report/markup.ts'

test('a value is escaped where it is put in, markup is not', () => {
  const name = '"><script>\'&'
  expect(markup`<a href="${name}">${markup`<b>${name}</b>`}</a>`.markup).toBe(
    '<a href="&quot;&gt;&lt;script&gt;&#39;&amp;"><b>&quot;&gt;&lt;script&gt;&#39;&amp;</b></a>',
  )
})

test('lists follow one another, null and empty text are nothing, numbers are written', () => {
  expect(markup`<p>${['a', markup`<br>`, 2, null]}${null}${''}</p>`.markup).toBe('<p>a<br>2</p>')
})

test('lines stay lines', () => {
  expect(markupLines(['a<b', 'c\nd']).markup).toBe('a&lt;b\nc\\x0ad')
})

test('no text can leave its place or hold what XML forbids', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ufffe', '\uffff', '\u0000', ']]>'),
  )
  fc.assert(
    fc.property(text, (one) => {
      expect(escapeMarkup(one)).toMatch(/^[^<>"'\u0000-\u001f\ufffe\uffff]*$/)
      expect(escapeMarkup(one)).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/)
    }),
  )
})
