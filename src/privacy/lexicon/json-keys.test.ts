import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Kind } from '../personal-data.ts'
import { keyWords, kindByKey } from './json-keys.ts'

const bare = { parent: undefined, siblings: new Set<string>() }

describe('what a key says of its value', () => {
  const cases: readonly (readonly [key: string, kind: Kind | undefined])[] = [
    ['first_name', 'name'],
    ['lastName', 'name'],
    ['ACHTERNAAM', 'name'],
    ['customer-name', 'name'],
    ['dob', 'birth'],
    ['dateOfBirth', 'birth'],
    ['geboortedatum', 'birth'],
    ['primary_email', 'email'],
    ['homePhone', 'phone'],
    ['zip', 'postcode'],
    ['huisnummer', 'house'],
    ['iban', 'iban'],
    ['last_four', 'card'],
    ['user_id', 'username'],
    ['payment_id', 'reference'],
    ['klantnummer', 'reference'],
    ['reservations', 'reference'],
    ['password', 'secret'],
    ['flight_number', 'quantity'],
    ['product_name', 'quantity'],
    ['order_date', 'quantity'],
    ['description', undefined],
    ['', undefined],
  ]
  for (const [key, kind] of cases)
    test(`${key || '(none)'}: ${kind ?? 'nothing'}`, () => assert.equal(kindByKey(key, bare), kind))

  test('“name” is a person’s unless the keys beside it are those of a product', () => {
    assert.equal(kindByKey('name', bare), 'name')
    assert.equal(kindByKey('name', { parent: undefined, siblings: new Set(['name', 'price']) }), 'quantity')
    assert.equal(kindByKey('name', { parent: 'product', siblings: new Set(['name', 'dob']) }), 'name')
  })

  test('“city” is a home beside a postcode and a topic elsewhere', () => {
    assert.equal(kindByKey('city', { parent: 'address', siblings: new Set(['city']) }), 'city')
    assert.equal(kindByKey('city', bare), undefined)
  })

  test('spelling does not matter, and a very long key says nothing', () => {
    for (const key of ['firstName', 'first_name', 'first-name', 'FIRST NAME', 'First.Name'])
      assert.deepEqual(keyWords(key), ['first', 'name'])
    assert.deepEqual(keyWords('x'.repeat(81)), [])
  })
})
