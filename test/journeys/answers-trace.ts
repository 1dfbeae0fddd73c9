/**
 * Reads what a customer is told of an answer back against the rows of the store: a second reader, which knows the sentences of the
 * two languages and nothing of how a text is made.
 */
export type AnswerRow = {
  readonly conversation: string
  readonly seq: number
  readonly builtin: string | null
  readonly model: string | null
  /** Null: no call is on record, and so nothing below. */
  readonly state: string | null
  readonly code: string | null
  readonly would: string | null
  readonly sources: readonly { readonly id: string; readonly title: string }[]
  readonly tools: readonly string[]
  readonly masked: Readonly<Record<string, number>>
}

const sentences = {
  nl: {
    chat: /^Dit antwoord komt uit: (.+)\. De computer zocht deze teksten bij uw vraag\. Daarna maakte de computer er zinnen van\./,
    retrieval: /^Dit antwoord komt uit: (.+)\. De computer zocht deze tekst bij uw vraag en nam er zinnen uit over\./,
    chatWithout: /^Bij dit antwoord hoort geen bron\./,
    retrievalWithout: /^De computer vond geen tekst die bij uw vraag past\./,
    summary: /^De computer maakte een verslag van het gesprek\./,
    routing: /^De computer telde woorden in uw eerste zin/,
    tools: /^De computer vroeg ook gegevens op in onze systemen\. De naam daarvan is: (.+)\.$/,
    masked: /^In dit antwoord stonden gegevens die daar niet hoorden: .+\. Wij hebben ze afgeschermd\.$/,
    failed: /^De computer gaf geen antwoord, want er ging bij ons of bij een leverancier iets stuk\./,
    cancelled: /^Het antwoord stopte, want de verbinding met u werd verbroken\.$/,
    stopped: /^Wij hebben de computer tijdens dit antwoord stilgezet\.$/,
    admitted: /^Dit antwoord is nog niet klaar\.$/,
    unrecorded: /^Wij hebben niet vastgelegd hoe dit antwoord tot stand kwam\.$/,
    observed: /^Volgens onze eigen regels had de computer dit niet mogen doen\./,
  },
  en: {
    chat: /^This answer comes from: (.+)\. The computer looked for these texts for your question\. Then it made sentences from them\./,
    retrieval:
      /^This answer comes from: (.+)\. The computer looked for this text for your question and copied sentences from it\./,
    chatWithout: /^This answer has no source\./,
    retrievalWithout: /^The computer found no text that fits your question\./,
    summary: /^The computer made a summary of the conversation\./,
    routing: /^The computer counted words in your first sentence/,
    tools: /^The computer also asked for data from our systems\. The name of it is: (.+)\.$/,
    masked: /^This answer held data that did not belong there: .+\. We have hidden them\.$/,
    failed: /^The computer gave no answer, because something broke at our side or at a supplier\./,
    cancelled: /^The answer stopped, because the connection with you was broken\.$/,
    stopped: /^We switched the computer off during this answer\.$/,
    admitted: /^This answer is not finished yet\.$/,
    unrecorded: /^We have not recorded how this answer came about\.$/,
    observed: /^Under our own rules the computer should not have done this\./,
  },
} as const
export type Read = keyof (typeof sentences)['nl']
const ends: readonly string[] = ['failed', 'cancelled', 'stopped', 'admitted'] satisfies Read[]

/** `sentence`: which one each of the texts is. `problems`: what no row carries, and what a row asks for and is not said. */
export function traceAnswer(row: AnswerRow, why: readonly string[], language: 'nl' | 'en') {
  const said = new Map<Read, string>()
  const problems: string[] = []
  for (const text of why) {
    const found = (Object.entries(sentences[language]) as [Read, RegExp][]).find(([, form]) => form.test(text))
    if (found === undefined) problems.push(`unknown: ${text}`)
    else said.set(found[0], found[1].exec(text)![1] ?? '')
  }
  const list = (names: readonly string[]) => new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
  // In English this list has no comma before its last; both ways are read.
  const isList = (text: string, names: readonly string[]) =>
    text === list(names) || text.replace(/, and /, ' and ') === list(names).replace(/, and /, ' and ')
  const need = (sentence: Read, wanted: boolean) => {
    if (said.has(sentence) !== wanted) problems.push(`${wanted ? 'missing' : 'not so'}: ${sentence}`)
  }
  const known = row.state !== null
  const isSummary = row.builtin === 'assistant' && row.model === 'waarborg-summary'
  const isRouting = row.builtin === 'assistant' && row.model === 'waarborg-routing'
  const origin = known && !isSummary && !isRouting
  const isRetrieval = row.builtin === 'assistant'
  const cites = row.sources.length > 0
  need('unrecorded', !known)
  need('summary', known && isSummary)
  need('routing', known && isRouting)
  need('retrieval', origin && isRetrieval && cites)
  need('chat', origin && !isRetrieval && cites)
  need('retrievalWithout', origin && isRetrieval && !cites && row.state === 'completed')
  need('chatWithout', origin && !isRetrieval && !cites && row.state === 'completed')
  need('tools', row.tools.length > 0)
  need(
    'masked',
    Object.values(row.masked).some((n) => n > 0),
  )
  need('observed', row.would !== null)
  for (const end of ends) need(end as Read, row.state === end)
  const cited = said.get('retrieval') ?? said.get('chat')
  if (
    cited !== undefined &&
    !isList(
      cited,
      row.sources.map(({ title }) => title),
    )
  )
    problems.push(`cites: ${cited}`)
  const asked = said.get('tools')
  if (asked !== undefined && !isList(asked, row.tools)) problems.push(`tools: ${asked}`)
  return { problems, sentences: [...said.keys()] }
}

/** The row with one fact otherwise, for each fact that it has. */
export function mutations(row: AnswerRow): AnswerRow[] {
  const { sources, tools } = row
  return [
    { ...row, state: row.state === 'completed' ? 'failed' : 'completed' },
    { ...row, would: row.would === null ? 'consent_missing' : null },
    { ...row, masked: Object.values(row.masked).some((n) => n > 0) ? {} : { BSN: 1 } },
    { ...row, tools: tools.length > 0 ? tools.slice(1) : ['lookup'] },
    ...(row.builtin !== 'assistant' || (row.model !== 'waarborg-summary' && row.model !== 'waarborg-routing')
      ? [
          { ...row, builtin: row.builtin === 'assistant' ? null : 'assistant', model: 'x' },
          { ...row, sources: [...sources, { id: 'x', title: 'Elders' }] },
          ...sources.map((_, n) => ({ ...row, sources: sources.with(n, { id: 'x', title: 'Iets anders' }) })),
        ]
      : [{ ...row, model: row.model === 'waarborg-summary' ? 'waarborg-routing' : 'waarborg-summary' }]),
  ]
}
