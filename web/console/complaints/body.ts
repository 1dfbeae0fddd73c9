/** From the forms of a complaint to what its API takes, and back from a refusal to the field it is about. */
import type { Answered, ComplaintAct } from '../../../src/accountability/complaints/contract.ts'
import { type ActName, actNames } from '../../../src/accountability/complaints/contract.ts'
import type { Failure } from '../../api.ts'
import type { Form } from '../kit.ts'

export const MOST_POINTS = 20

export const isAct = (name: string): name is ActName => (actNames as readonly string[]).includes(name)

const filled = (form: Form, ...names: readonly string[]): Form =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = form[name]?.trim()
      return value ? [[name, value]] : []
    }),
  )

/** Rows of points in which something was written, by their number on the form. */
export function pointRows(form: Form): readonly number[] {
  return Array.from({ length: MOST_POINTS }, (_, n) => n).filter((n) =>
    [`point.${n}`, `verdict.${n}`, `reasons.${n}`].some((name) => form[name]?.trim()),
  )
}

const lines = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

function answerIn(form: Form) {
  const [role, human] = [form.aiRole?.trim(), form.aiHuman?.trim()]
  return {
    points: pointRows(form).map((n) => ({
      point: form[`point.${n}`]?.trim() ?? '',
      verdict: form[`verdict.${n}`] ?? '',
      reasons: form[`reasons.${n}`]?.trim() ?? '',
    })),
    ...{ findings: form.findings?.trim() ?? '', reasons: form.reasons?.trim() ?? '' },
    ...filled(form, 'measures', 'measuresBy', 'improvements'),
    evidence: lines(form.evidence),
    ...(role || human ? { ai: { role: role ?? '', human: human ?? '' } } : {}),
  }
}

/** What is sent; whether it is right is for the API to say, which names the field that is not. */
export function actIn(act: ActName, form: Form): unknown {
  const via = filled(form, 'via')
  switch (act) {
    case 'assess':
      return {
        act,
        aiRelated: form.aiRelated === undefined ? undefined : form.aiRelated === 'yes',
        ...filled(form, 'severity', 'cause'),
        safety: form.safety === 'yes',
        breach: form.breach === 'yes',
        request: form.request === 'yes',
      }
    case 'propose':
      return { act, ...answerIn(form) }
    case 'decide_appeal':
      return { act, ...answerIn(form), ...via }
    default:
      return { act, ...filled(form, ...fieldsOf[act]) }
  }
}

/** Of acts whose fields go as they stand. */
const fieldsOf = {
  acknowledge: ['via'],
  cause: ['cause'],
  link: ['kind', 'target', 'state'],
  investigate: [],
  invite: ['proposal', 'via'],
  hear: ['heardOn', 'notes'],
  waive: ['reason'],
  revise: [],
  decide: [],
  communicate: ['via'],
  close: [],
  take_appeal: [],
  refer: ['route'],
  hand_over: ['to', 'target', 'via'],
  extend: ['reasons', 'via'],
  extend_by_consent: ['until'],
  reply: ['text', 'via'],
  ask_hearing: [],
  withdraw: [],
  appeal: ['words'],
  drop_appeal: [],
} as const satisfies Readonly<
  Record<Exclude<ComplaintAct['act'], 'assess' | 'propose' | 'decide_appeal'>, readonly string[]>
>

/** Fields that a code of refusal is about, where the reply does not name them. */
const codeFields: Readonly<Record<string, string>> = {
  points_missing: 'point.0',
  route_not_open: 'route',
  target_needed: 'target',
  target_other_person: 'target',
}

/** Name of the field on the form; undefined: it is about none of them. */
export function fieldOf({ code, param }: Pick<Failure, 'code' | 'param'>, form: Form): string | undefined {
  const named = (param ?? '').replace(/^do\.?/, '')
  if (named === '') return codeFields[code]
  const row = /^points\[(\d+)\](?:\.(\w+))?$/.exec(named)
  if (row !== null) return `${row[2] ?? 'point'}.${pointRows(form)[Number(row[1])] ?? 0}`
  if (named === 'points') return 'point.0'
  if (named.startsWith('evidence')) return 'evidence'
  if (named.startsWith('ai')) return named === 'ai.human' ? 'aiHuman' : named === 'aiRelated' ? named : 'aiRole'
  return /^[a-z]\w*$/i.test(named) ? named : codeFields[code]
}

/** What was proposed before, as the fields of the form. */
export function formFrom(answer: Answered | null): Form {
  if (answer === null) return {}
  return {
    ...Object.fromEntries(
      answer.points.flatMap(({ point, verdict, reasons }, n) => [
        [`point.${n}`, point],
        [`verdict.${n}`, verdict],
        [`reasons.${n}`, reasons],
      ]),
    ),
    findings: answer.findings,
    reasons: answer.reasons,
    measures: answer.measures ?? '',
    measuresBy: answer.measuresBy ?? '',
    improvements: answer.improvements ?? '',
    evidence: answer.evidence.join('\n'),
    aiRole: answer.ai?.role ?? '',
    aiHuman: answer.ai?.human ?? '',
  }
}
