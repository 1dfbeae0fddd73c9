/** What a monitor says to somebody who decides, in one to four sentences. */
import { formatNumber, formatShare, type Language } from '../../platform/text.ts'
import type { GroupLook, MonitorAttribute, MonitorMetric, MonitorStatus } from './contract.ts'
import { isMonitorTextKey, monitorText } from './texts.ts'

export type AlarmFacts = {
  readonly attribute: MonitorAttribute
  readonly metric: MonitorMetric
  readonly reference: string | null
  readonly looks: readonly GroupLook[]
  readonly groups: readonly string[]
  readonly level: number
}

/** An alarm: who differs, by how much, how sure that is, and what it does not say. */
export function alarmSentence(facts: AlarmFacts, language: Language): string {
  const { looks, groups, level } = facts
  const named = looks.filter(({ group }) => groups.includes(group))
  const about = named.map((look) => lookSentence(facts, look, language))
  return [
    ...(about.length === 0 ? [monitorText(language, 'say.together')] : about),
    monitorText(language, 'say.sure', { level: levelText(level, language) }),
    monitorText(language, 'say.checked'),
  ].join(' ')
}

/** A group in words: `en` is English, and `voice` a telephone. */
export function groupWord(attribute: MonitorAttribute, group: string, language: Language): string {
  if (attribute === 'language' && /^[a-z]{2,3}$/.test(group))
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' }).of(group) ?? group
  const key = `group.${attribute}.${group}`
  return isMonitorTextKey(key) ? monitorText(language, key) : group
}

function lookSentence({ metric, attribute, reference }: AlarmFacts, look: GroupLook, language: Language): string {
  const below = (look.difference ?? 0) < 0
  const key = metric === 'score' ? (below ? 'say.lower' : 'say.higher') : below ? 'say.less' : 'say.more'
  const who = monitorText(language, key, {
    group: groupWord(attribute, look.group, language),
    reference: reference === null ? '–' : groupWord(attribute, reference, language),
    ...(metric === 'score' ? {} : { what: monitorText(language, `metric.${metric}`) }),
    rate: shareText(look.rate, language),
    other: shareText(look.rateReference, language),
  })
  if (look.lower === null || look.upper === null) return who
  // Limits of a difference are wider than what its evidence says of 0: then the size is the uncertain part.
  const size = look.lower <= 0 && look.upper >= 0 ? 'say.wide' : 'say.between'
  const limits = { lower: pointsText(look.lower, language), upper: pointsText(look.upper, language) }
  return `${who} ${monitorText(language, size, limits)}`
}

/** Where a monitor stands: its open alarm, or that there is none. Evidence of 1 in 5 or stronger is called some. */
export function statusSentence(
  facts: {
    readonly state: MonitorStatus
    readonly outcomes: number
    readonly log10E: number
    readonly alarm: AlarmFacts | undefined
  },
  language: Language,
): string {
  const n = formatNumber(facts.outcomes, language)
  if (facts.state === 'alarm' && facts.alarm !== undefined) return alarmSentence(facts.alarm, language)
  if (facts.state === 'waiting') return monitorText(language, 'say.waiting')
  if (facts.state === 'ended') return monitorText(language, 'say.ended', { n })
  return monitorText(language, facts.log10E >= SOME ? 'say.building' : 'say.watching', { n })
}

/** log10 of 5. */
const SOME = 0.699

const shareText = (share: number | null, language: Language) => (share === null ? '–' : formatShare(share, language))
const pointsText = (share: number, language: Language) =>
  formatNumber(Math.round(share * 1_000) / 10, language).replace('-', '\u2212')

/** 5%, 1.5%, 0.38%: two figures that count. */
function levelText(level: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumSignificantDigits: 2 }).format(level)
}
