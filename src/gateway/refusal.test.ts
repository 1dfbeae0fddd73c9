import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { languages } from '../platform/text.ts'
import type { Refusal } from './call.ts'
import { problemCodes, type RefusalCode, refusalBody, refusalCodes, refusals } from './contract.ts'
import { refusalReply } from './refusal.ts'
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }

const now = new Date('2026-11-25T12:00:00Z')
const at = new Date('2026-11-25T13:05:00Z')
const purpose = { nl: 'uw vraag als klant beantwoorden', en: 'answering your question as a customer' }

/** A refusal of each code as the gateway makes them. */
export const examples: Record<RefusalCode, Refusal> = {
  unknown_key: { code: 'unknown_key', values: {} },
  key_revoked: { code: 'key_revoked', values: { date: at } },
  key_expired: { code: 'key_expired', values: { date: at } },
  invalid_request: {
    code: 'invalid_request',
    reason: 'missing',
    param: 'model',
    values: { param: 'model', problem: 'missing' },
  },
  unsupported_endpoint: { code: 'unsupported_endpoint', values: {} },
  model_unknown: {
    code: 'model_unknown',
    param: 'model',
    values: { system: 'klantassistent', model: 'waarborg-retrieval' },
  },
  request_too_large: { code: 'request_too_large', values: { maximum: 1_024 } },
  media_type: { code: 'media_type', values: {} },
  attribute_protected: {
    code: 'attribute_protected',
    param: 'features.leeftijd',
    values: { feature: 'leeftijd', attribute: 'age', system: 'routering' },
  },
  feature_unknown: { code: 'feature_unknown', param: 'tools[0].type', values: { param: 'tools[0].type' } },
  request_timeout: { code: 'request_timeout', values: { seconds: 30 } },
  idempotency_conflict: { code: 'idempotency_conflict', values: {} },
  system_unknown: { code: 'system_unknown', values: { system: 'klantassistent' } },
  system_stopped: {
    code: 'system_stopped',
    reason: 'harm',
    values: { system: 'klantassistent', date: at, time: at, reasonCode: 'harm' },
  },
  gate_not_passed: {
    code: 'gate_not_passed',
    reason: 'expired',
    values: { system: 'klantassistent', version: '4.2', missing: 'gateway.missing.gate.expired' },
  },
  oversight_missing: { code: 'oversight_missing', values: { system: 'klantassistent' } },
  purpose_unknown: { code: 'purpose_unknown', values: { purpose: 'klantenservice' } },
  consent_missing: { code: 'consent_missing', reason: 'never_given', values: { purpose, date: at } },
  consent_withdrawn: { code: 'consent_withdrawn', reason: 'withdrawn', values: { purpose, date: at } },
  objected: { code: 'objected', reason: 'objected', values: { purpose, date: at } },
  restricted: { code: 'restricted', reason: 'restricted', values: { purpose, date: at } },
  prohibited_practice: {
    code: 'prohibited_practice',
    values: { practice: 'social_scoring', lawRef: 'AI-verordening, artikel 5 lid 1 c' },
  },
  provider_not_allowed: {
    code: 'provider_not_allowed',
    reason: 'address_private',
    values: { provider: 'Voorbeeld', region: 'EU', client: 'kaapstroom' },
  },
  disclosure_missing: { code: 'disclosure_missing', values: { conversation: 'c1' } },
  content_not_allowed: {
    code: 'content_not_allowed',
    reason: 'image',
    param: 'messages[0].content[1]',
    values: { system: 'klantassistent', part: 'messages[0].content[1]', contentKind: 'image' },
  },
  explanation_missing: { code: 'explanation_missing', values: { system: 'routering' } },
  limit_exceeded: {
    code: 'limit_exceeded',
    reason: 'callsPerMinute',
    values: { limit: 'callsPerMinute', value: 60, maximum: 60, time: at },
  },
  upstream_failed: {
    code: 'upstream_failed',
    reason: 'cut_off',
    values: { provider: 'Voorbeeld', reasonCode: 'cut_off' },
  },
  upstream_unauthorised: { code: 'upstream_unauthorised', values: { provider: 'Voorbeeld', upstream: 'model' } },
  upstream_timeout: { code: 'upstream_timeout', reason: 'head', values: { provider: 'Voorbeeld', limit: 'head' } },
  safeguard_unavailable: {
    code: 'safeguard_unavailable',
    reason: 'redaction',
    values: { safeguard: 'redaction', errorCode: 'failed', call: 'c1' },
  },
  store_unavailable: { code: 'store_unavailable', values: {} },
  overloaded: { code: 'overloaded', values: { maximum: 2_000 } },
}

const profile = {
  contact: { phone: '088-0000100', email: 'klantenservice@kaapstroom.example' },
  handoff: {
    channel: 'chat' as const,
    hours: { 'mon-fri': '08:00-21:00', sat: '09:00-17:00' },
    timezone: 'Europe/Amsterdam',
    humanWord: { nl: 'medewerker', en: 'person' },
    answerWithinHours: 24,
  },
}

describe('every refusal', () => {
  for (const code of refusalCodes)
    test(`${code} has its status, words for operator and customer in both languages, and a way to a person`, () => {
      for (const language of languages) {
        const reply = refusalReply(examples[code], { now, language, operatorLanguage: language, call: 'c1', profile })
        assert.equal(reply.status, refusals[code].status)
        const { error } = refusalBody.parse(reply.body)
        const { chat, voice } = error.waarborg.say
        for (const text of [error.message, chat, voice]) assert.ok(!/[{}]|undefined|NaN|Invalid/.test(text), text)
        assert.ok(
          chat.endsWith(
            language === 'nl' ? 'Wilt u een medewerker? Kies: medewerker.' : 'Do you want a person? Choose: person.',
          ),
        )
        assert.ok(voice.endsWith(language === 'nl' ? 'Zeg: medewerker.' : 'Say: person.'))
        assert.equal(reply.headers['x-should-retry'], refusals[code].final ? 'false' : undefined)
      }
    })

  test('a final no is never a status that the official client tries again by itself, unless it is told not to', () => {
    for (const code of refusalCodes)
      if (refusals[code].final && [408, 409, 429, 500, 502, 503, 504].includes(refusals[code].status))
        assert.ok(['idempotency_conflict', 'upstream_unauthorised'].includes(code), code)
  })

  test('the customer hears the purpose in their own language, the operator in theirs', () => {
    const { body } = refusalReply(examples.consent_withdrawn, {
      now,
      language: 'en',
      operatorLanguage: 'nl',
      call: null,
      profile: null,
    })
    assert.equal(
      body.error.waarborg.say.chat,
      'You withdrew your consent for: answering your question as a customer. So our AI assistant has stopped. Do you want a person? Contact customer service.',
    )
    assert.equal(
      body.error.message,
      'Deze betrokkene trok de toestemming in op 25 november 2026. Doel: uw vraag als klant beantwoorden. Schakel door naar een medewerker.',
    )
    assert.equal(body.error.waarborg.handoff, null)
  })

  test('two requests at once with one Idempotency-Key are told to try again soon; another request under it is not', () => {
    const headersOf = (reason?: string) =>
      refusalReply(
        { code: 'idempotency_conflict', ...(reason === undefined ? {} : { reason }), values: {} },
        { now, language: 'nl', operatorLanguage: 'nl', call: null, profile },
      )
    assert.deepEqual(headersOf('in_flight').headers, { 'x-should-retry': 'true', 'retry-after': '1' })
    assert.match(headersOf('in_flight').body.error.message, /nog bezig/)
    assert.deepEqual(headersOf().headers, { 'x-should-retry': 'false' })
  })

  test('a limit says in seconds when a retry makes sense', () => {
    const { headers } = refusalReply(examples.limit_exceeded, {
      now,
      language: 'nl',
      operatorLanguage: 'nl',
      call: null,
      profile,
    })
    assert.equal(headers['retry-after'], '3900')
  })
})

describe('the sentences', () => {
  const keys = Object.keys(nl) as (keyof typeof nl)[]
  const variables = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
  const sentences = (text: string) => text.replace(/\{\w+\}/g, 'x').split(/(?<=[.?])\s+/)
  const words = (sentence: string) => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length

  test('stand in both languages with the same variables', () => {
    assert.deepEqual(Object.keys(en), keys)
    for (const key of keys) assert.deepEqual(variables(en[key]), variables(nl[key]), key)
  })

  test('name every code and every problem', () => {
    for (const code of refusalCodes)
      for (const part of ['customer', 'voice', 'operator'])
        assert.ok(`gateway.refusal.${code}.${part}` in nl, `${code}.${part}`)
    for (const code of problemCodes) assert.ok(`gateway.problem.${code}` in nl, code)
  })

  test('offer a person in every refusal to a customer', () => {
    for (const key of keys)
      if (/^gateway.*\.(customer|voice)$/.test(key))
        assert.ok(nl[key].endsWith('{handoff}') && en[key].endsWith('{handoff}'), key)
  })

  test('keep to the limits of length and punctuation', () => {
    for (const texts of [nl, en])
      for (const key of keys)
        for (const sentence of sentences(texts[key])) {
          assert.ok(words(sentence) <= (key.endsWith('voice') ? 16 : 20), `${key}: ${sentence}`)
          assert.ok((sentence.match(/,/g) ?? []).length <= 1, `${key}: ${sentence}`)
          assert.ok(!/[;!–—]/.test(sentence), `${key}: ${sentence}`)
        }
  })

  test('use none of the words that customers do not know, and no familiar form', () => {
    for (const key of keys) {
      assert.ok(
        !/\b(je|jij|jouw|jullie|hij|zij|indien|echter|reeds|middels|algoritme|helaas|klik)\b/i.test(nl[key]),
        key,
      )
      assert.ok(
        !/\b(he|she|pursuant|prior|utilise|terminate|algorithm|automated|unfortunately|click)\b/i.test(en[key]),
        key,
      )
    }
  })
})
