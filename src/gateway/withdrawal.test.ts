import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPrompt } from './prompt.ts'
import { isWithdrawal } from './withdrawal.ts'

type Message = { role: string; content: string }
const said = (...messages: Message[]) => readPrompt({ model: 'm', messages } as never).prompt
const customer = (content: string) => said({ role: 'user', content })

describe('the words with which a customer takes consent back', () => {
  for (const [text, withdraws] of [
    ['stop toestemming', true],
    ['Stop toestemming!', true],
    ['  STOP   TOESTEMMING. ', true],
    ['Ik trek mijn toestemming in, alstublieft', true],
    ['Withdraw consent', true],
    ['please withdraw consent', true],
    ['stóp toestemming', true],
    ['Wat gebeurt er als ik "stop toestemming" typ?', false],
    ['toestemming', false],
    ['stop', false],
    ['', false],
    [`stop toestemming${' '.repeat(200)}`, false],
  ] as const)
    test(`${JSON.stringify(text.slice(0, 50))}: ${withdraws ? 'taken back' : 'an ordinary message'}`, () =>
      assert.equal(isWithdrawal(customer(text), undefined), withdraws))

  test('only the newest message counts, and only of the customer', () => {
    const stop = { role: 'user', content: 'stop toestemming' }
    assert.equal(
      isWithdrawal(said(stop, { role: 'assistant', content: 'Goed.' }, { role: 'user', content: 'Hallo' })),
      false,
    )
    assert.equal(isWithdrawal(said({ role: 'user', content: 'Hallo' }, { ...stop, role: 'assistant' })), false)
    assert.equal(isWithdrawal(said({ role: 'user', content: 'Hallo' }, stop)), true)
    assert.equal(isWithdrawal(null), false)
  })

  test('a client has words of its own, in both languages at once', () => {
    const words = { nl: ['geen ai meer'], en: ['no more ai'] }
    assert.equal(isWithdrawal(customer('Geen AI meer'), words), true)
    assert.equal(isWithdrawal(customer('No more AI.'), words), true)
    assert.equal(isWithdrawal(customer('stop toestemming'), words), false)
  })
})
