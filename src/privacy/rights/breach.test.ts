import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assessmentRefusal, breachClock, closeRefusal, notifyBy, type Reporting, reportRefusal } from './breach.ts'

const now = new Date('2027-03-27T11:00:00Z')
const reporting: Reporting = {
  state: 'assessed',
  notifyAuthority: true,
  tellPeople: false,
  notifiedAt: null,
  toldAt: null,
  dueAt: notifyBy(now),
}

describe('a breach', () => {
  test('is reported within 72 hours that pass, also over a change of the clock', () =>
    assert.equal(notifyBy(now).toISOString(), '2027-03-30T11:00:00.000Z'))

  test('with a risk the authority is told, with a high risk the people, unless the law says otherwise', () => {
    const plain = { risk: 'risk', notifyAuthority: true, tellPeople: false, tellException: undefined } as const
    assert.equal(assessmentRefusal('recorded', plain), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, notifyAuthority: false }), 'authority_needed')
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'unlikely', notifyAuthority: false }), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high' }), 'people_needed')
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high', tellException: 'unreadable' }), undefined)
    assert.equal(assessmentRefusal('recorded', { ...plain, risk: 'high', tellPeople: true }), undefined)
    assert.equal(assessmentRefusal('closed', plain), 'breach_closed')
  })

  test('a report at the last moment is in time; after it, it says why', () => {
    const report = (at: Date, lateReason?: string) => reportRefusal(reporting, { at, lateReason })
    assert.equal(report(reporting.dueAt), undefined)
    const after = new Date(reporting.dueAt.getTime() + 1)
    assert.equal(report(after), 'late_reason_needed')
    assert.equal(report(after, ' '), 'late_reason_needed')
    assert.equal(report(after, 'De leverancier meldde het laat.'), undefined)
    assert.equal(
      reportRefusal({ ...reporting, notifyAuthority: null }, { at: now, lateReason: undefined }),
      'breach_not_assessed',
    )
  })

  test('is closed when everybody who had to be told was', () => {
    assert.equal(closeRefusal(reporting), 'authority_not_told')
    assert.equal(closeRefusal({ ...reporting, notifiedAt: now, tellPeople: true }), 'people_not_told')
    assert.equal(closeRefusal({ ...reporting, notifiedAt: now, tellPeople: true, toldAt: now }), undefined)
    assert.equal(closeRefusal({ ...reporting, notifyAuthority: false }), undefined)
    assert.equal(closeRefusal({ ...reporting, notifyAuthority: null }), 'breach_not_assessed')
  })

  test('its clock stands still when it was reported, or need not be', () => {
    const after = new Date(reporting.dueAt.getTime() + 1)
    assert.deepEqual([breachClock(reporting, reporting.dueAt), breachClock(reporting, after)], ['in_time', 'late'])
    assert.equal(breachClock({ ...reporting, notifiedAt: now }, after), 'reported')
    assert.equal(breachClock({ ...reporting, notifyAuthority: false }, after), 'not_needed')
  })
})
