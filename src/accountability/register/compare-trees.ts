/** Our outcome laid beside that of the government's tree: where they say the same and where not. Dates are ours alone. */
import type { Outcome } from './classification/classify.ts'
import type { GovernmentOutcome } from './government-tree.ts'

export const aspects = ['applies', 'provider', 'deployer', 'prohibited', 'high_risk', 'transparency'] as const
export type Aspect = (typeof aspects)[number]

export const treeWarnings = ['dates_not_shown', 'own_open', 'role_not_ours', 'model_not_ours'] as const
export type TreeWarning = (typeof treeWarnings)[number]

export type AspectRow = {
  readonly aspect: Aspect
  /** null: this tree did not come to ask it. */
  readonly own: boolean | null
  readonly theirs: boolean | null
  /** null: one of the two does not say. */
  readonly agrees: boolean | null
}

export type TreeComparison = {
  readonly rows: readonly AspectRow[]
  /** Nothing differs; what one of the two does not say is no difference. */
  readonly agrees: boolean
  /** `dates_not_shown` stands always: those of the government's tree are not read. */
  readonly warnings: readonly TreeWarning[]
}

/** Conclusions of the government's tree that say that the AI Act does not apply. */
const outside = /^11\./

export function compareTrees(own: Outcome, theirs: GovernmentOutcome): TreeComparison {
  const ours = ownAspects(own)
  const others = theirAspects(theirs)
  const rows = aspects.map((aspect): AspectRow => {
    const [one, other] = [ours[aspect], others[aspect]]
    return { aspect, own: one, theirs: other, agrees: one === null || other === null ? null : one === other }
  })
  const has = (label: string) => theirs.labels.includes(label)
  return {
    rows,
    agrees: rows.every(({ agrees }) => agrees !== false),
    warnings: [
      'dates_not_shown',
      ...(own.open.length > 0 ? (['own_open'] as const) : []),
      ...(has('importeur') || has('distributeur') ? (['role_not_ours'] as const) : []),
      ...(has('AI-model voor algemene doeleinden') ? (['model_not_ours'] as const) : []),
    ],
  }
}

type Aspects = Readonly<Record<Aspect, boolean | null>>

function ownAspects(own: Outcome): Aspects {
  const applies = own.notAi.length === 0
  const found = (list: readonly unknown[]) => (applies ? list.length > 0 : null)
  return {
    applies,
    provider: found(own.role.filter(({ id }) => id === 'provider')),
    deployer: found(own.role.filter(({ id }) => id === 'deployer')),
    prohibited: found(own.prohibited),
    high_risk: found(own.highRisk),
    transparency: found(own.transparency),
  }
}

function theirAspects({ conclusion, labels }: GovernmentOutcome): Aspects {
  const has = (label: string) => labels.includes(label)
  const either = (yes: string, no: string) => (has(yes) ? true : has(no) ? false : null)
  const roles = ['aanbieder', 'gebruiksverantwoordelijke', 'importeur', 'distributeur']
  const role = (label: string) => (roles.some(has) ? has(label) : null)
  const highRisk = either('hoog-risico AI', 'geen hoog-risico AI')
  return {
    applies: !outside.test(conclusion.id),
    provider: role('aanbieder'),
    deployer: role('gebruiksverantwoordelijke'),
    // What is forbidden ends the walk; who came to high risk was asked before.
    prohibited: has('verboden AI') ? true : highRisk === null ? null : false,
    high_risk: highRisk,
    transparency: either('transparantieverplichting', 'geen transparantieverplichting'),
  }
}
