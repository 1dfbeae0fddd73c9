import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type GroupRole, identityFrom, rolesOfGroups } from './oidc.ts'

describe('what a provider says of a person', () => {
  const whole = {
    sub: 's-1',
    name: 'Noor',
    email: 'noor@x.example',
    email_verified: true,
    groups: ['dpo'],
    amr: ['pwd', 'mfa'],
  }
  const noor = { subject: 's-1', name: 'Noor', email: 'noor@x.example', groups: ['dpo'], secondFactor: true }
  for (const [what, claims, expected] of [
    ['is taken over', whole, noor],
    ['an address that is not verified is not', { ...whole, email_verified: 'true' }, { ...noor, email: null }],
    ['an address that is none is not', { ...whole, email: 'noor' }, { ...noor, email: null }],
    ['one group may stand alone', { ...whole, groups: 'dpo' }, noor],
    ['groups of another form are none', { ...whole, groups: { dpo: true } }, { ...noor, groups: [] }],
    [
      'without a name there is the subject',
      { sub: 's-1' },
      { subject: 's-1', name: 's-1', email: null, groups: [], secondFactor: false },
    ],
    ['a password alone is one factor', { ...whole, amr: ['pwd'] }, { ...noor, secondFactor: false }],
    ['a claim that only looks like more is one factor', { ...whole, amr: 'mfa' }, { ...noor, secondFactor: false }],
    ['without a subject it is nobody', { ...whole, sub: ' ' }, undefined],
    ['a subject that is no text is nobody', { ...whole, sub: 7 }, undefined],
  ] as const)
    test(what, () => assert.deepEqual(identityFrom(claims, 'groups'), expected))

  test('the claim with the groups has the name that the setting gives', () =>
    assert.deepEqual(identityFrom({ sub: 's', roles: ['a'], groups: ['b'] }, 'roles')?.groups, ['a']))
})

describe('roles of groups', () => {
  const mapping = (group: string, role: GroupRole['role'], client: string | null = null) => ({
    id: group,
    group,
    role,
    client,
  })
  const mappings = [
    mapping('dpo', 'dpo'),
    mapping('kwaliteit', 'auditor', 'a'),
    mapping('kwaliteit', 'reviewer', 'b'),
    mapping('fg', 'dpo'),
  ]
  for (const [what, groups, expected] of [
    ['of no group there is none', [], []],
    ['an unknown group gives none', ['zomaar'], []],
    [
      'one group may give several',
      ['kwaliteit'],
      [
        { role: 'auditor', client: 'a' },
        { role: 'reviewer', client: 'b' },
      ],
    ],
    ['two groups may give the same', ['dpo', 'fg'], [{ role: 'dpo', client: null }]],
    ['capitals count', ['DPO'], []],
  ] as const)
    test(what, () => assert.deepEqual(rolesOfGroups(groups, mappings), expected))
})
