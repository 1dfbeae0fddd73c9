/** One notice in both languages as customers read it, with its versions and where each stands in the ledger. */
import type { NoticeDifference, NoticeDocument } from '../../../src/transparency/contract.ts'
import type { StaffNotice } from '../../../src/transparency/staff-contract.ts'
import { SectionBody } from '../../portal/notices/sections.tsx'
import { Head, Sheet } from '../../ui/components.tsx'
import type { ConsoleContext } from '../context.ts'
import { Frame } from '../frame.tsx'
import { Entries } from '../parts.tsx'
import { Earlier, noticePath, noticesPath, systemsPath } from './overview.tsx'

export const StaffNoticePage = ({ cx, notice }: { cx: ConsoleContext; notice: StaffNotice }) => {
  const { client, shown, current, versions } = notice
  const name = `${cx.say(`told.notice.${shown.kind}`)}, ${client.name}`
  return (
    <Frame
      cx={cx}
      title={name}
      area={systemsPath}
      crumbs={[
        { href: systemsPath, word: cx.say('area.systems') },
        { href: noticesPath, word: cx.say('told.title') },
        { word: name },
      ]}
    >
      <Head
        title={name}
        lead={cx.say('told.noticeLine', { version: String(shown.version), date: cx.date(shown.countsFrom) })}
        acts={
          <a class="button" href={`/notices/${encodeURIComponent(client.id)}/${shown.kind}`}>
            {cx.say('told.public')}
          </a>
        }
      />
      <div class="stack">
        {shown.version !== current && <Earlier cx={cx} current={current} />}
        <Sheet id="versions" title={cx.say('told.versions')}>
          <ul class="rows">
            {versions.map((one) => {
              const line = cx.say('told.noticeLine', { version: String(one.version), date: cx.date(one.countsFrom) })
              return (
                <li>
                  <a href={noticePath(client.id, shown.kind, one.version)}>{line}</a>{' '}
                  <Entries cx={cx} record={one.record} what={line} />
                  <Difference cx={cx} difference={one.difference} />
                  <p class="subtle small">
                    {cx.say('told.hash')}: <code>{one.sha256}</code>
                  </p>
                </li>
              )
            })}
          </ul>
        </Sheet>
        {(['nl', 'en'] as const).map((language) => (
          <Sheet id={`preview-${language}`} title={`${cx.say('told.preview')}: ${cx.say(`told.${language}`)}`}>
            <Preview document={shown.documents[language]} language={language} />
          </Sheet>
        ))}
      </div>
    </Frame>
  )
}

const Difference = ({ cx, difference }: { cx: ConsoleContext; difference: NoticeDifference | null }) => {
  if (difference === null) return <p class="small">{cx.say('told.first')}</p>
  if (difference.length === 0) return <p class="small">{cx.say('told.sameHere')}</p>
  return (
    <ul class="bullets small">
      {difference.flatMap(({ removed, added }) => [
        ...removed.map((line) => (
          <li>
            {cx.say('told.removed')}: <del>{line}</del>
          </li>
        )),
        ...added.map((line) => (
          <li>
            {cx.say('told.added')}: <ins>{line}</ins>
          </li>
        )),
      ])}
    </ul>
  )
}

const Preview = ({ document, language }: { document: NoticeDocument; language: 'nl' | 'en' }) => (
  <div class="stack stack--tight" lang={language}>
    <p>
      <b>{document.title}</b>
    </p>
    <p>{document.lead}</p>
    {document.sections.map((section) => (
      <>
        <h3>{section.title}</h3>
        <SectionBody section={section} part="h4" />
      </>
    ))}
  </div>
)
