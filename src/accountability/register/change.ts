/**
 * A change of a registered AI system: which gate it opens again. A table says so for every kind of change and how far it goes; nothing
 * is weighed here. Several changes in one request are judged one by one, and the strongest gate holds for all.
 */
import { versionHash } from '../../records/rules.ts'
import type { LawRef } from './law.ts'

export const changeKinds = [
  'model',
  'prompt',
  'knowledge',
  'settings',
  'purpose',
  'channel',
  'data_source',
  'group',
  'decision_class',
  'emotion_inference',
  'supplier',
  'law',
] as const
export type ChangeKind = (typeof changeKinds)[number]

/** `correction`: words or a fact put right, and it does the same. `less`: something ends or gets narrower. `more`: something new or other. */
export const changeExtents = ['correction', 'less', 'more'] as const
export type ChangeExtent = (typeof changeExtents)[number]

/** `none`: it is noted. `light`: one reviewer looks at what changed. `full`: the system is assessed again. */
export const gates = ['none', 'light', 'full'] as const
export type Gate = (typeof gates)[number]

export type ChangeItem = { readonly kind: ChangeKind; readonly extent: ChangeExtent }

type Row = Readonly<Record<ChangeExtent, Gate>> & {
  /** Of a system with high risk: a change that its assessment did not foresee is a substantial one (AI Act 3(23)). */
  readonly highRisk?: Partial<Readonly<Record<ChangeExtent, Gate>>>
  readonly law: LawRef
}

const aiAct = (article: string): LawRef => ({ law: 'ai_act', article })
const gdpr = (article: string): LawRef => ({ law: 'gdpr', article })

/**
 * The articles say why somebody has to look; how deep is the organisation's own choice, except where the law itself asks for a new
 * assessment: another purpose (AI Act 25(1)(c)), a risk that changed (GDPR 35(11)), a decision by a machine alone (GDPR 22).
 */
export const changeTable: Readonly<Record<ChangeKind, Row>> = {
  model: { correction: 'light', less: 'full', more: 'full', law: aiAct('3(23)') },
  prompt: {
    correction: 'none',
    less: 'light',
    more: 'light',
    highRisk: { correction: 'light', less: 'full', more: 'full' },
    law: aiAct('3(23)'),
  },
  knowledge: { correction: 'none', less: 'light', more: 'light', law: gdpr('5(1)(d)') },
  settings: {
    correction: 'none',
    less: 'light',
    more: 'light',
    highRisk: { correction: 'light', less: 'full', more: 'full' },
    law: aiAct('26(1)'),
  },
  purpose: { correction: 'light', less: 'light', more: 'full', law: aiAct('25(1)(c)') },
  channel: { correction: 'none', less: 'none', more: 'light', highRisk: { more: 'full' }, law: aiAct('50(1)') },
  data_source: { correction: 'none', less: 'light', more: 'full', law: gdpr('35(11)') },
  group: { correction: 'none', less: 'light', more: 'full', law: aiAct('27(1)(c)') },
  decision_class: { correction: 'light', less: 'light', more: 'full', law: gdpr('22(1)') },
  emotion_inference: { correction: 'light', less: 'light', more: 'full', law: aiAct('50(3)') },
  supplier: { correction: 'none', less: 'light', more: 'full', law: gdpr('28(2)') },
  law: { correction: 'none', less: 'light', more: 'full', law: gdpr('24(1)') },
}

/** One change as it was judged. `reason`: key of a sentence in the texts of this folder. */
export type JudgedChange = ChangeItem & {
  readonly gate: Gate
  readonly reason: 'change.reason.none' | `change.reason.${ChangeKind}`
  readonly law: LawRef
}

export type ChangeJudgement =
  | { readonly ok: true; readonly gate: Gate; readonly items: readonly JudgedChange[] }
  | { readonly ok: false; readonly code: 'change_empty' | 'change_twice'; readonly kind?: ChangeKind }

/**
 * Which gate a request opens, with each change and why, the strongest first. `highRisk`: what the system is classified as now; where
 * that is not known, true. Refused: a request without a change, and one that names a kind twice.
 */
export function judgeChange(
  items: readonly ChangeItem[],
  { highRisk }: { readonly highRisk: boolean },
): ChangeJudgement {
  if (items.length === 0) return { ok: false, code: 'change_empty' }
  const twice = items.find(({ kind }, n) => items.findIndex((other) => other.kind === kind) < n)
  if (twice !== undefined) return { ok: false, code: 'change_twice', kind: twice.kind }
  const judged = items
    .map((item) => judgeItem(item, highRisk))
    .toSorted((a, b) => rank(b.gate) - rank(a.gate) || changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind))
  return { ok: true, gate: judged[0]!.gate, items: judged }
}

function judgeItem({ kind, extent }: ChangeItem, highRisk: boolean): JudgedChange {
  const row = changeTable[kind]
  const gate = (highRisk ? row.highRisk?.[extent] : undefined) ?? row[extent]
  return { kind, extent, gate, reason: gate === 'none' ? 'change.reason.none' : `change.reason.${kind}`, law: row.law }
}

const rank = (gate: Gate): number => gates.indexOf(gate)

type Version = {
  readonly model: string
  readonly prompt: string
  readonly knowledge: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** What differs between two versions, so that nobody has to remember to say it; how far it goes a person says. */
export function versionChanges(before: Version, after: Version): ChangeKind[] {
  const same = { model: '', prompt: '', knowledge: '', settings: {} }
  return (['model', 'prompt', 'knowledge', 'settings'] as const).filter(
    (part) => versionHash({ ...same, [part]: before[part] }) !== versionHash({ ...same, [part]: after[part] }),
  )
}
