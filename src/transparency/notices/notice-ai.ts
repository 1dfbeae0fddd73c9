/** What the notice about AI says: which computers, what is hidden from them, how to reach a person, and their limits. */
import type { Language } from '../../platform/text.ts'
import { labels } from '../../privacy/rules.ts'
import { labelWord } from '../texts.ts'
import type { NoticePart, NoticeSection } from './contract.ts'
import type { NoticeFacts, NoticeSystem } from './facts.ts'
import { contactLine } from './notice-parts.ts'
import { classText, listed, part, sayIn, section } from './say.ts'

export function computersOf(facts: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  const { systems, client } = facts
  return section('systems', say('systems.title'), {
    lines: [say(systems.length === 0 ? 'systems.none' : 'systems.now')],
    parts: systems.map((one) => computerOf(one, facts, language)),
    links: [{ label: say('systems.list'), url: `/systems/${encodeURIComponent(client.id)}` }],
  })
}

function computerOf(one: NoticeSystem, { activities }: NoticeFacts, language: Language): NoticePart {
  const say = sayIn(language)
  const purposes = activities.filter(({ purpose }) => one.purposes.includes(purpose)).map(({ name }) => name[language])
  const { name, region } = one.provider
  return part(one.name[language], [
    one.description[language].trim(),
    classText(one.decisionClass, language),
    say('systems.channel', { channel: say(`channel.${one.channel}`) }),
    say('systems.for', { purposes: listed(purposes, language) }),
    say('systems.maker', { provider: name }),
    ...(region === undefined ? [] : [say('recipients.region', { region })]),
    ...(one.emotionInference === 'customer' ? [say('systems.emotion')] : []),
    ...(one.biometricCategorisation ? [say('systems.biometric')] : []),
  ])
}

/** What the gateway hides is the same for every system; which tools get the real values, a system says. */
export function hiddenOf({ systems }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  if (systems.length === 0) return section('hidden', say('hidden.title'), {})
  const tools = systems.some(({ toolsWithOriginals }) => toolsWithOriginals === null || toolsWithOriginals.length > 0)
  return section('hidden', say('hidden.title'), {
    lines: [
      say('hidden.what'),
      say('hidden.classes', {
        classes: listed(
          labels.map((label) => labelWord(label, language)),
          language,
        ),
      }),
      ...(tools ? [say('hidden.tools')] : []),
    ],
  })
}

export function personOf({ client }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  return section('person', say('person.title'), {
    lines: [
      say('person.word', { humanWord: client.profile.handoff.humanWord[language] }),
      ...contactLine('person.contact', client.profile, language),
    ],
  })
}

export function limitsOf({ systems }: NoticeFacts, language: Language): NoticeSection {
  const say = sayIn(language)
  return section('limits', say('limits.title'), {
    lines: systems.length === 0 ? [] : [say('limits.wrong'), say('limits.record')],
  })
}
