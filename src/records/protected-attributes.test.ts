import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { protectedAttribute } from './protected-attributes.ts'

describe('a feature named after a protected attribute', () => {
  for (const [name, attribute] of [
    ['gender', 'sex'],
    ['klant_geslacht', 'sex'],
    ['customerAge', 'age'],
    ['AGE_YEARS', 'age'],
    ['age_group', 'age'],
    ['date_of_birth', 'age'],
    ['birthDate', 'age'],
    ['leeftijd', 'age'],
    ['Nationaliteit.code', 'nationality'],
    ['country_of_birth', 'nationality'],
    ['ethnic_origin', 'origin'],
    ['afkomst', 'origin'],
    ['inferred_ethnicity', 'origin'],
    ['huidskleur', 'origin'],
    ['religion_code', 'religion'],
    ['is_pregnant', 'health'],
    ['sexualOrientation', 'sexual_orientation'],
    ['seksuele_gerichtheid', 'sexual_orientation'],
    ['trade_union', 'union_membership'],
    ['marital_status', 'marital_status'],
  ] as const)
    test(`${name} is ${attribute}`, () => assert.equal(protectedAttribute(name), attribute))

  for (const name of [
    'account_age',
    'account_age_months',
    'contract_months',
    'call_origin',
    'late_payments',
    'language',
    'channel',
    'average',
    'message_count',
    'score',
    'customer',
    'type',
    'stage',
    'union_square',
    'surface_area',
    'race_condition_retries',
    'constructor',
    '__proto__',
  ])
    test(`${name} is none`, () => assert.equal(protectedAttribute(name), null))
})
