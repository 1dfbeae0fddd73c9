/** What a notice says of each purpose: which data, why the law allows it, how long, and what one may do about it. */
import type { Language } from '../../platform/text.ts'
import type { ProcessingActivity } from '../../privacy/rules.ts'
import { groundOf } from '../ground.ts'
import type { NoticePart, NoticeSection } from './contract.ts'
import type { NoticeFacts } from './facts.ts'
import { asTitle, inSentence, part, sayIn, section } from './say.ts'
import { termText } from './texts.ts'

export function purposesOf({ activities }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  return section('purposes', say('purposes.title'), {
    lines: activities.length === 0 ? [say('purposes.none')] : [],
    parts: activities.map((one) => purposeOf(one, language)),
  })
}

function purposeOf(one: ProcessingActivity, language: Language): NoticePart {
  const say = sayIn(language)
  const { sentence, law } = groundOf(one.basis, language)
  const lines = [
    say('purposes.data', { dataKinds: inSentence(one.dataKinds[language]) }),
    ...(one.dataSubjects === null
      ? []
      : [say('purposes.subjects', { dataSubjects: inSentence(one.dataSubjects[language]) })]),
    ...(one.specialBasis === null ? [] : [say('purposes.special')]),
    sentence,
    ...(one.reasoning === null ? [] : [one.reasoning[language].trim()]),
    ...one.jointControllers.map(({ name, contact }) => say('who.joint', { name, contact: inSentence(contact) })),
    ...termLines(one, language),
    ...(one.basis === 'consent' ? [say('purposes.withdraw')] : []),
    ...(one.objectable ? [say('purposes.object')] : []),
    ...(one.kind === 'telemarketing' ? [say('purposes.sales')] : []),
  ]
  return part(asTitle(one.name[language]), lines, [law])
}

/** Recordings from elsewhere are named only where they have a term of their own; proof, where there is a yes or a no to prove. */
function termLines({ terms, basis, objectable }: ProcessingActivity, language: Language): string[] {
  const say = sayIn(language)
  const days = new Map(terms.map((term) => [term.kind, term.days]))
  const line = (
    kind: 'contents' | 'importedRecordings' | 'callFacts' | 'consentProof',
    key: 'purposes.contents' | 'purposes.imported' | 'purposes.facts' | 'purposes.proof',
  ) => {
    const term = days.get(kind)
    return term === undefined ? [] : [say(key, { term: termText(language, term) })]
  }
  return [
    ...line('contents', 'purposes.contents'),
    ...(days.get('importedRecordings') === days.get('contents') ? [] : line('importedRecordings', 'purposes.imported')),
    ...line('callFacts', 'purposes.facts'),
    ...(basis === 'consent' || objectable ? line('consentProof', 'purposes.proof') : []),
  ]
}
