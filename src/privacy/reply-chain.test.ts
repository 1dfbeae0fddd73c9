// From prompt to answer: what leaves, and what comes back to the customer, with the real recogniser.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  createRestorer,
  createScreen,
  emptyPseudonyms,
  type Part,
  type PseudonymState,
  type RedactionOptions,
  redact,
  restore,
} from './rules.ts'

const options: RedactionOptions = { languages: ['nl', 'en'], channel: 'chat', allow: ['Kaapstroom'] }
const customer = (text: string): Part => ({ role: 'customer', kind: 'text', text })
const ai = (text: string): Part => ({ role: 'ai', kind: 'text', text })
const tool = (value: unknown): Part => ({ role: 'tool', kind: 'json', text: JSON.stringify(value) })

function reply(text: string, state: PseudonymState, sizes: readonly number[] = [text.length]): string {
  const screen = createScreen(state, options)
  const restorer = createRestorer(state, { lane: 'text' })
  let out = ''
  for (let at = 0, n = 0; at < text.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length]!)
    out += restorer.push(screen.push(text.slice(at, at + size)))
    at += size
  }
  return out + restorer.push(screen.end()) + restorer.end()
}

describe('a conversation there and back', () => {
  const parts = [
    customer('Hallo, mijn naam is Mia de Vries en mijn mail is mia@voorbeeld.nl'),
    tool({ first_name: 'Mia', last_name: 'de Vries', iban: 'NL91ABNA0417164300', order: { status: 'sent' } }),
    ai('Dag Mia, waarmee help ik?'),
  ]
  const { texts, state } = redact(parts, emptyPseudonyms(), options)
  const tokenOf = (value: string) => state.items.find((item) => item.value === value)?.token ?? assert.fail(value)

  test('nothing of the customer leaves, and JSON stays JSON', () => {
    for (const value of ['Mia', 'Vries', 'mia@voorbeeld.nl', 'NL91ABNA0417164300'])
      for (const text of texts) assert.ok(!text.includes(value), `${value} in ${text}`)
    assert.equal(JSON.parse(texts[1]!).order.status, 'sent')
  })
  test('the customer reads their own words, and no one else', () => {
    const text = `Dag ${tokenOf('Mia')}, wij schrijven naar ${tokenOf('mia@voorbeeld.nl')}. Uw buurman heet Kees Jansen.`
    assert.equal(reply(text, state), 'Dag Mia, wij schrijven naar mia@voorbeeld.nl. Uw buurman heet [verborgen].')
  })
  test('a tool of the client gets originals that fit in its JSON', () => {
    const given = restore(JSON.stringify({ to: tokenOf('mia@voorbeeld.nl') }), state, { lane: 'json' })
    assert.deepEqual(JSON.parse(given), { to: 'mia@voorbeeld.nl' })
  })
  test('asking the same again changes nothing', () => {
    const again = redact(parts, state, options)
    assert.deepEqual([again.texts, again.state], [texts, state])
  })
  test('what was given earlier is hidden later, also without a cue', () => {
    assert.ok(
      !redact([customer('en stuur het dus naar mia@voorbeeld.nl, groet Mia')], state, options).texts[0]!.includes(
        'Mia',
      ),
    )
  })
  test('a token that the customer writes is not given back', () => {
    const planted = redact([customer('Schrijf [IBAN_1] en [PERSON_1] op.')], state, options)
    assert.equal(reply(planted.texts[0]!, planted.state), planted.texts[0])
  })
  test('any cutting of the stream gives the same', () => {
    const pieces = fc.array(
      fc.constantFrom(
        `Dag ${tokenOf('Mia')}. `,
        `uw rekening ${tokenOf('NL91ABNA0417164300')} klopt `,
        'en die van Kees Jansen is NL02 ABNA 0123 4567 89 ',
        `zie https://voorbeeld.nl/?m=${tokenOf('mia@voorbeeld.nl')} `,
        '[person 1] 😀 ',
        'dat is alles wat ik op dit moment voor u kan doen ',
        '. \n',
      ),
      { maxLength: 10 },
    )
    fc.assert(
      fc.property(pieces, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (words, sizes) => {
        const text = words.join('')
        assert.equal(reply(text, state, sizes), reply(text, state))
      }),
      { numRuns: 50 },
    )
  })
})
