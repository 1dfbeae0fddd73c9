/** The record of processing as a page to read and to print: per purpose what the law asks, and what is missing of it. */
import type { ProcessingActivity, ProcessingRecordView } from '../../../../src/privacy/processing/contract.ts'
import type { Api } from '../../../api.ts'
import { Empty, Facts, Head, Message, Sheet, State } from '../../../ui/components.tsx'
import type { ConsoleContext } from '../../context.ts'
import { Frame } from '../../frame.tsx'
import { Terms } from '../consents/terms.tsx'

export const processingPath = '/console/privacy/purposes'
export const loadProcessing = (api: Api) => api.get<ProcessingRecordView>('/api/privacy/purposes')

type Recipient = ProcessingActivity['recipients'][number]

export const ProcessingPage = ({ cx, record }: { cx: ConsoleContext; record: ProcessingRecordView }) => {
  const incomplete = record.activities.filter(({ gaps }) => gaps.length > 0).length
  return (
    <Frame cx={cx} title={cx.say('area.purposes')} area={processingPath}>
      <Head
        title={cx.say('area.purposes')}
        lead={cx.say('processing.lead')}
        acts={
          record.activities.length > 0 && (
            <>
              <a class="button" href={`${processingPath}/file?format=csv`}>
                {cx.say('processing.csv')}
              </a>
              <a class="button" href={`${processingPath}/file?format=json`}>
                {cx.say('processing.json')}
              </a>
            </>
          )
        }
      />
      <div class="stack">
        {record.activities.length === 0 ? (
          <Empty title={cx.say('processing.none')}>
            <p>{cx.say('processing.noneMore')}</p>
          </Empty>
        ) : (
          <Message
            kind={incomplete > 0 ? 'attention' : 'ok'}
            title={
              incomplete > 0
                ? cx.count('processing.incomplete', incomplete, { of: cx.number(record.activities.length) })
                : cx.say('processing.complete')
            }
            quiet
          />
        )}
        {record.activities.map((one) => (
          <Activity cx={cx} one={one} />
        ))}
      </div>
    </Frame>
  )
}

const Activity = ({ cx, one }: { cx: ConsoleContext; one: ProcessingActivity }) => {
  const missing = cx.say('processing.missing')
  const { controller } = one
  return (
    <Sheet
      id={`activity-${one.client}-${one.purpose}`}
      title={`${controller.name}: ${cx.local(one.name)}`}
      side={
        <State kind={one.gaps.length > 0 ? 'attention' : 'ok'}>
          {cx.say(one.gaps.length > 0 ? 'processing.notComplete' : 'processing.isComplete')}
        </State>
      }
    >
      {one.prohibited && (
        <p>
          <State kind="bad">{cx.say('processing.prohibited')}</State> {one.prohibited.practice} ({one.prohibited.lawRef}
          )
        </p>
      )}
      {one.gaps.length > 0 && (
        <ul class="bullets">
          {one.gaps.map((gap) => (
            <li>{cx.say(`processing.gap.${gap}`)}</li>
          ))}
        </ul>
      )}
      <Facts
        facts={[
          [
            cx.say('processing.controller'),
            [controller.name, controller.address ?? missing, controller.email ?? missing].join(', '),
          ],
          [cx.say('processing.officer'), controller.privacyOfficer ?? cx.say('processing.noOfficer')],
          controller.representative === null
            ? undefined
            : [cx.say('processing.representative'), controller.representative],
          [cx.say('processing.jointControllers'), jointList(cx, one)],
          [
            cx.say('processing.basis'),
            [cx.term('basis', one.basis), ...(one.specialBasis === null ? [] : [one.specialBasis])].join('; '),
          ],
          [
            cx.say('processing.reasoning'),
            one.reasoning === null
              ? cx.say(one.basis === 'consent' ? 'processing.noReasoning' : 'processing.missing')
              : cx.local(one.reasoning),
          ],
          one.signedBy === null || one.signedAt === null
            ? undefined
            : [
                cx.say('processing.signed'),
                cx.say('processing.signedBy', { person: one.signedBy, date: cx.date(one.signedAt) }),
              ],
          [cx.say('processing.objectable'), cx.say(one.objectable ? 'subject.yes' : 'subject.no')],
          [cx.say('processing.about'), aboutWords(cx, one)],
          [cx.say('processing.dataSubjects'), one.dataSubjects === null ? missing : cx.local(one.dataSubjects)],
          [cx.say('processing.dataKinds'), cx.local(one.dataKinds)],
          [
            cx.say('processing.terms'),
            <ul>
              {one.terms.map(({ kind, days }) => (
                <li>
                  {cx.say(`retention.kind.${kind}`)}: {cx.count('terms.days', days)}
                </li>
              ))}
            </ul>,
          ],
          [cx.say('processing.transfers'), transferList(cx, one)],
          [cx.say('processing.security'), one.security === null ? missing : cx.local(one.security)],
        ]}
      />
      <h3>{cx.say('processing.recipients')}</h3>
      {one.recipients.length === 0 ? (
        <p>{cx.say('processing.noRecipients')}</p>
      ) : (
        one.recipients.map((recipient) => <RecipientPart cx={cx} recipient={recipient} />)
      )}
    </Sheet>
  )
}

const aboutWords = (cx: ConsoleContext, { about, staff }: ProcessingActivity): string =>
  about === 'customer'
    ? cx.say('processing.about.customer')
    : [
        cx.say(staff?.level === 'person' ? 'processing.about.person' : 'processing.about.team'),
        staff?.worksCouncil === undefined
          ? cx.say('processing.noCouncil')
          : cx.say('processing.council', {
              reference: staff.worksCouncil.reference,
              date: cx.date(`${staff.worksCouncil.decidedOn}T12:00:00Z`),
            }),
      ].join('. ')

function jointList(cx: ConsoleContext, { jointControllers }: ProcessingActivity) {
  if (jointControllers.length === 0) return cx.say('processing.noJointControllers')
  return (
    <ul>
      {jointControllers.map(({ name, contact, arrangement }) => (
        <li>
          {name}, {contact}. {arrangement ?? cx.say('processing.noArrangement')}
        </li>
      ))}
    </ul>
  )
}

/** «None» is only said when every recipient's country is known. */
function transferList(cx: ConsoleContext, { recipients }: ProcessingActivity) {
  const transfers = recipients.flatMap((one) => one.transfers)
  const unknown = recipients.filter(({ needed, terms }) => needed && terms?.country === undefined)
  if (transfers.length === 0 && unknown.length === 0) return cx.say('processing.noTransfers')
  return (
    <ul>
      {transfers.map(({ name, country, ground, reference }) => (
        <li>
          {name}: {country}, {ground === null ? cx.say('processing.noGround') : cx.term('terms.ground', ground)}
          {reference !== null && `, ${reference}`}
        </li>
      ))}
      {unknown.map(({ name }) => (
        <li>
          {name}: {cx.say('processing.countryUnknown')}
        </li>
      ))}
    </ul>
  )
}

const RecipientPart = ({ cx, recipient }: { cx: ConsoleContext; recipient: Recipient }) => (
  <details open={recipient.problems.length > 0 || !recipient.named}>
    <summary>
      {recipient.name} <State kind={recipient.problems.length > 0 ? 'bad' : 'ok'}>{standing(cx, recipient)}</State>
      {!recipient.named && (
        <>
          {' '}
          <State kind="attention">{cx.say('processing.notNamed')}</State>
        </>
      )}
    </summary>
    {!recipient.named && <p>{cx.say(`processing.notNamed.${recipient.kind}`)}</p>}
    {recipient.task !== null && <p>{cx.local(recipient.task)}</p>}
    {recipient.systems.length > 0 && (
      <p class="small">
        {cx.say('processing.systems', { systems: recipient.systems.map(({ name }) => cx.local(name)).join(', ') })}
      </p>
    )}
    {recipient.problems.length > 0 && (
      <ul class="bullets">
        {recipient.problems.map((problem) => (
          <li>{cx.say(`terms.problem.${problem}`)}</li>
        ))}
      </ul>
    )}
    {recipient.terms !== null && <Terms cx={cx} terms={recipient.terms} />}
  </details>
)

const standing = (cx: ConsoleContext, { needed, problems }: Recipient): string => {
  if (problems.length > 0) return cx.say('processing.termsMissing')
  return cx.say(needed ? 'processing.termsComplete' : 'processing.ownServer')
}
