/** One call of an AI: what decided about it, what left, and where the proof is. */
import type { CallView } from '../../../src/records/contract.ts'
import { type Fact, Facts, State } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { callLook, Entries, hiddenWords, type Names, Proof } from '../parts.tsx'

export const Call = ({
  cx,
  call,
  number,
  names,
}: {
  cx: ConsoleContext
  call: CallView
  number: number
  names: Names
}) => (
  <article class="call" id={`call-${number}`}>
    <div class="call__head">
      <h3>{cx.say('call.number', { number })}</h3>
      <State kind={callLook[call.state]}>{cx.say(`callState.${call.state}`)}</State>
    </div>
    <Facts narrow facts={chiefFacts(cx, call, names)} />
    <More cx={cx} call={call} names={names} />
    <p>
      {call.proofs.map(({ event, index, type }) => (
        <>
          <Proof cx={cx} event={event} index={index} /> <span class="subtle">{cx.term('event', type)}</span>
          <br />
        </>
      ))}
    </p>
  </article>
)

const More = ({ cx, call, names }: { cx: ConsoleContext; call: CallView; names: Names }) => {
  const facts = otherFacts(cx, call, names).filter((fact) => fact !== undefined)
  return facts.length === 0 ? null : (
    <details>
      <summary>
        {cx.say('call.more')}
        <span class="only-read">: {call.id}</span>
      </summary>
      <Facts narrow facts={facts} />
    </details>
  )
}

type Value = Fact[1] | null | undefined | false

/** What was not recorded is left out, never shown as if it were. */
const factIf = (cx: ConsoleContext, key: Parameters<ConsoleContext['say']>[0], value: Value): Fact | undefined =>
  value === null || value === undefined || value === false || value === '' ? undefined : [cx.say(key), value]

/** What decided about the call, in the order in which it is looked at. */
function chiefFacts(cx: ConsoleContext, call: CallView, names: Names): (Fact | undefined)[] {
  const refused = call.state === 'refused'
  const withEntries = (
    key: 'fact.basis' | 'fact.gate' | 'fact.oversight' | 'fact.disclosure',
    word: string | null,
    record: string | null,
  ) =>
    factIf(
      cx,
      key,
      word !== null && (
        <>
          {word} <Entries cx={cx} record={record} what={cx.say(key)} />
        </>
      ),
    )
  return [
    factIf(cx, 'fact.purpose', call.purpose && names.purpose(call.purpose)),
    factIf(
      cx,
      'fact.code',
      call.code !== null && (
        <>
          <code>{call.code}</code>
          <br />
          {cx.term('codeWhy', call.code)}
        </>
      ),
    ),
    factIf(
      cx,
      'fact.wouldRefuse',
      call.wouldRefuse !== null && <State kind="attention">{cx.term('code', call.wouldRefuse)}</State>,
    ),
    withEntries('fact.basis', call.basis && cx.term('basis', call.basis), call.groundRecord),
    withEntries('fact.gate', call.gateRecord && cx.say('fact.gateYes'), call.gateRecord),
    withEntries('fact.oversight', call.oversightRecord && cx.say('fact.oversightYes'), call.oversightRecord),
    withEntries(
      'fact.disclosure',
      call.disclosure && cx.term('disclosureState', call.disclosure),
      call.disclosureRecord,
    ),
    factIf(cx, 'fact.hidden', !refused && (hiddenWords(cx, call.redacted) ?? cx.say('call.nothingHidden'))),
    factIf(
      cx,
      'fact.upstream',
      refused ? cx.say('call.nothingOut') : [call.upstream, call.model].filter(Boolean).join(', '),
    ),
  ]
}

function otherFacts(cx: ConsoleContext, call: CallView, names: Names): (Fact | undefined)[] {
  const { sources = [], tools = [] } = call.facts
  return [
    factIf(cx, 'fact.system', [call.system && names.system(call.system), call.version].filter(Boolean).join(' ')),
    factIf(
      cx,
      'fact.restored',
      call.restored !== null && call.restored > 0 && cx.count('fact.restoredTimes', call.restored),
    ),
    factIf(cx, 'fact.sources', sources.map(({ title }) => title).join(', ')),
    factIf(cx, 'fact.tools', tools.join(', ')),
    factIf(cx, 'fact.duration', durationWords(cx, call)),
    factIf(
      cx,
      'fact.tokens',
      call.tokensIn !== null &&
        call.tokensOut !== null &&
        cx.say('fact.tokensIs', { in: call.tokensIn, out: call.tokensOut }),
    ),
    factIf(cx, 'fact.attempts', call.attempts > 1 && cx.number(call.attempts)),
  ]
}

function durationWords(cx: ConsoleContext, call: CallView): string | undefined {
  if (call.durationMs === null) return undefined
  const whole = cx.say('fact.ms', { ms: call.durationMs })
  return call.firstTokenMs === null ? whole : `${whole}, ${cx.say('fact.firstToken', { ms: call.firstTokenMs })}`
}
