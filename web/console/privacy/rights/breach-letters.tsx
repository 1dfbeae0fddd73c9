/** What customers are told of a data breach: its words in both languages, and the letters as one bundle to print. */
import type { BreachDetail, Bundle } from '../../../../src/privacy/rights/contract.ts'
import { Empty, Head, Message, Sheet } from '../../../ui/components.tsx'
import { Send, WordsField } from '../../../ui/forms.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import type { Form } from '../../kit.ts'
import { Id, languageWord, shortId } from '../../parts.tsx'

type Props = { cx: ConsoleContext; breach: BreachDetail; path: string; values: Form }

const languages = ['nl', 'en'] as const
const parts = ['happened', 'consequences', 'measures', 'advice'] as const

/** The form's fields as the API takes them. */
export const wordsIn = (form: Form): object =>
  Object.fromEntries(
    languages.map((language) => [
      language,
      Object.fromEntries(
        parts.flatMap((part) => {
          const text = form[`${part}_${language}`]?.trim() ?? ''
          return text === '' && part === 'advice' ? [] : [[part, text]]
        }),
      ),
    ]),
  )

/** Written once, apart from what is written for the authority; after somebody was told it stays as it is. */
export const LetterWords = ({ cx, breach, path, values }: Props) => (
  <Sheet id="words" title={cx.say('breach.words')}>
    {breach.toldAt !== null && breach.words !== null ? (
      languages.map((language) => (
        <div lang={language}>
          {parts.map((part) => {
            const text = breach.words?.[language][part]
            return text && <p>{text}</p>
          })}
        </div>
      ))
    ) : (
      <form class="form" method="post" action={`${path}/letter`}>
        <p>{cx.say('breach.wordsMore')}</p>
        {languages.map((language) => (
          <fieldset class="form">
            <legend>{languageWord(cx, language)}</legend>
            {parts.map((part) => (
              <WordsField
                id={`${part}_${language}`}
                label={cx.say(`breach.words.${part}`)}
                value={values[`${part}_${language}`] ?? breach.words?.[language][part]}
                rows={3}
                max={2_000}
                required={part !== 'advice'}
              />
            ))}
          </fieldset>
        ))}
        <Send>{cx.say('breach.wordsNow')}</Send>
      </form>
    )}
  </Sheet>
)

export const LetterBundle = ({ cx, breach, path, values }: Props) => (
  <Sheet id="letters" title={cx.say('breach.letters')}>
    {breach.affected === null || breach.affected === 0 ? (
      <Empty title={cx.say('breach.lettersNobody')} />
    ) : (
      <form class="form" method="post" action={`${path}/letters`}>
        <p>
          {cx.count('breach.lettersFor', breach.affected)} {cx.count('breach.untold', breach.untold)}
        </p>
        <WordsField
          id="references"
          label={cx.say('breach.references')}
          hint={cx.say('breach.referencesHint')}
          value={values.references}
          max={60_000}
        />
        <div class="head__acts">
          <button class="button" type="submit" name="as" value="page">
            {cx.say('breach.lettersPrint')}
          </button>
          <button class="button" type="submit" name="as" value="file">
            {cx.say('breach.lettersFile')}
          </button>
        </div>
      </form>
    )}
  </Sheet>
)

/** Every letter on a sheet of its own, in the language of its reader. */
export const Letters = ({
  cx,
  breach,
  path,
  bundle,
}: {
  cx: ConsoleContext
  breach: BreachDetail
  path: string
  bundle: Bundle
}) => (
  <Frame
    cx={cx}
    title={cx.say('breach.letters')}
    area="/console/breaches"
    crumbs={[
      { href: '/console/breaches', word: cx.say('area.breaches') },
      { href: path, word: shortId(breach.id) },
      { word: cx.say('breach.letters') },
    ]}
  >
    <Head
      title={cx.say('breach.letters')}
      lead={cx.say('breach.lettersLead')}
      acts={
        <a class="button" href={path}>
          {cx.say('breach.lettersBack')}
        </a>
      }
    />
    <div class="stack letters">
      {bundle.erased > 0 && <Message kind="attention" title={cx.count('breach.lettersErased', bundle.erased)} quiet />}
      {bundle.letters.length === 0 && <Empty title={cx.say('breach.lettersNobody')} />}
      {bundle.letters.map(({ subject, reference, letter }, n) => (
        <section class="sheet letter" aria-labelledby={`letter-${n}`}>
          <p class="small">
            {reference === null ? (
              <>
                {cx.say('request.customer')} <Id id={subject} />
              </>
            ) : (
              cx.say('breach.lettersTo', { reference })
            )}
          </p>
          <div lang={letter.language}>
            <h2 id={`letter-${n}`}>{letter.subject}</h2>
            <p>{cx.date(letter.at)}</p>
            {letter.paragraphs.map((paragraph) => (
              <p>{paragraph}</p>
            ))}
          </div>
        </section>
      ))}
    </div>
  </Frame>
)
