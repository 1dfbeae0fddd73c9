/** `waarborg form`: what a form for an assessment holds, how far its answers are, and what they lead to. Needs no store. */
import { readFile } from 'node:fs/promises'
import {
  countForm,
  type Form,
  noAnswers,
  outcomesOf,
  progressOf,
  readAnswers,
  readForm,
  sayText,
  versionedUrn,
  visible,
} from '../assessments/forms/rules.ts'
import { answersProblemSentence, formProblemSentence, formsText } from '../assessments/forms/texts.ts'
import type { Command, ExitCode, Io } from './command.ts'
import { formingText } from './forming/text.ts'

export const command: Command = {
  name: 'form',
  summary: {
    nl: 'Lees een formulier voor een beoordeling: wat erin staat, hoe ver de antwoorden zijn, en waartoe zij leiden.',
    en: 'Read a form for an assessment: what it holds, how far its answers are, and what they lead to.',
  },
  usage: 'FORM [ANSWERS] [--json]',
  options: {
    json: { type: 'boolean', help: { nl: 'Uitvoer als JSON.', en: 'Output as JSON.' } },
  },
  async run(io, { values, positionals }) {
    const [formFile, answersFile, ...more] = positionals
    if (formFile === undefined || more.length > 0) return refuse(io, 'form.which')
    const text = await contentOf(formFile)
    if ('code' in text) return refuse(io, 'form.unreadable', { file: formFile, code: text.code })
    const read = readForm(text.text, { name: formFile })
    if (!read.ok)
      return refuseAll(
        io,
        read.problems.map((one) => formProblemSentence(io.language, one)),
      )
    const { form, warnings } = read
    let answers = noAnswers
    if (answersFile !== undefined) {
      const given = await contentOf(answersFile)
      if ('code' in given) return refuse(io, 'form.unreadable', { file: answersFile, code: given.code })
      const file = parsed(given.text)
      if (file === undefined) return refuse(io, 'form.not_json', { file: answersFile })
      const found = readAnswers(form, file.value)
      if (!found.ok)
        return refuseAll(
          io,
          found.problems.map((one) => answersProblemSentence(io.language, one)),
        )
      answers = found.answers
    }
    const seen = visible(form, answers)
    const facts = { count: countForm(form), progress: progressOf(seen), outcomes: outcomesOf(seen.filled) }
    const notes = warnings.map((one) => formProblemSentence(io.language, one))
    if (values.json === true) io.stdout.write(`${JSON.stringify(asJson(form, facts, notes))}\n`)
    else say(io, form, facts, { notes, answered: answersFile !== undefined })
    return 0
  },
}

type Facts = {
  readonly count: ReturnType<typeof countForm>
  readonly progress: ReturnType<typeof progressOf>
  readonly outcomes: ReturnType<typeof outcomesOf>
}

const asJson = (form: Form, { count, progress, outcomes }: Facts, warnings: readonly string[]) => ({
  urn: versionedUrn(form),
  name: form.name,
  count,
  progress: {
    ...progress,
    sections: progress.sections.map(({ task, ...line }) => ({ id: task.id, label: task.label, ...line })),
  },
  outcomes,
  warnings,
})

function say(
  io: Io,
  form: Form,
  { count, progress, outcomes }: Facts,
  { notes, answered }: { readonly notes: readonly string[]; readonly answered: boolean },
): void {
  const { language } = io
  const line = (text: string) => io.stdout.write(`${text}\n`)
  const numbers = Object.fromEntries(Object.entries(count).map(([name, n]) => [name, String(n)]))
  line(
    formingText(language, 'form.holds', {
      ...(numbers as Record<keyof typeof count, string>),
      name: sayText(form.name, language).text,
      urn: versionedUrn(form),
      sections: String(form.tasks.length),
    }),
  )
  if (answered) {
    line(
      formingText(language, 'form.progress', {
        answered: String(progress.answered),
        shown: String(progress.shown),
        open: String(progress.open.length),
      }),
    )
    for (const { task, ...section } of progress.sections)
      line(
        formingText(language, 'form.section', {
          answered: String(section.answered),
          shown: String(section.shown),
          section: sayText(task.label, language).text,
        }),
      )
    for (const { id, level } of outcomes)
      line(formingText(language, 'form.outcome', { id, level: formsText(language, `outcome.${level}`) }))
  }
  if (notes.length > 0) line(formingText(language, 'form.warnings'))
  for (const note of notes) line(`  ${note}`)
}

function refuse(io: Io, key: Parameters<typeof formingText>[1], values: Record<string, string> = {}): ExitCode {
  return refuseAll(io, [formingText(io.language, key, values)])
}

function refuseAll(io: Io, sentences: readonly string[]): ExitCode {
  for (const sentence of sentences) io.stderr.write(`${sentence}\n`)
  return 2
}

async function contentOf(file: string): Promise<{ readonly text: string } | { readonly code: string }> {
  try {
    return { text: await readFile(file, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return { code }
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, '')) as unknown }
  } catch {
    return undefined
  }
}
