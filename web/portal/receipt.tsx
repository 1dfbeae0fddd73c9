/** Receipts: the list of them, one that checks itself in the reader's browser, and the public page for a file. */
import type { z } from 'zod'
import type { PortalView, receiptReply } from '../../src/transparency/contract.ts'
import { Facts, Icon } from '../ui/components.tsx'
import type { PortalContext } from './context.ts'
import { Back, Frame } from './frame.tsx'
import { receiptPath } from './parts.tsx'
import { ReceiptCheck } from './receipt-check.tsx'
import { themeOf } from './what-happened.tsx'

export type Receipt = z.output<typeof receiptReply>

export const Receipts = ({ cx, view }: { cx: PortalContext; view: PortalView }) => (
  <Frame cx={cx} title={cx.say('receipts.title')} brand={view.client} theme={themeOf(view)}>
    <div>
      <Back cx={cx} />
      <h1>{cx.say('receipts.title')}</h1>
      <p class="lead">{cx.say('receipt.what')}</p>
    </div>
    {view.receipts.length === 0 ? (
      <p>{cx.say('receipts.none')}</p>
    ) : (
      <section class="sheet" aria-label={cx.say('receipts.title')}>
        <ul class="rows linked">
          {view.receipts.map(({ event, sentence, at, index }) => (
            <li>
              <span>
                {sentence}
                <br />
                <span class="small subtle">
                  <time datetime={at}>{cx.full(at)}</time>
                </span>
              </span>
              <a href={receiptPath(cx, event)}>
                <Icon name={index === null ? 'wait' : 'keur'} />
                {cx.say('receipt.check')}
                <span class="only-read">: {sentence}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    )}
  </Frame>
)

/** When the entry says it was recorded; undefined when it says nothing readable. */
export function recordedAt(entry: string): string | undefined {
  try {
    const { at } = JSON.parse(entry) as { at?: unknown }
    return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? at : undefined
  } catch {
    return undefined
  }
}

/** Whose ledger it stands in, and how to reach them. */
export type Brand = Pick<PortalView, 'client' | 'contact'> & { readonly conversation: string | null }

export const ReceiptPage = ({ cx, view, receipt }: { cx: PortalContext; view: Brand; receipt: Receipt }) => {
  const at = recordedAt(receipt.entry)
  const path = receiptPath(cx, receipt.event)
  const contact = view.contact.email ?? view.contact.phone
  return (
    <Frame
      cx={cx}
      title={cx.say('check.title')}
      brand={view.client}
      scripts={cx.assets.verifyJs}
      alone={view.conversation === null}
    >
      <div>
        <Back cx={cx} />
        <h1>{cx.say('check.title')}</h1>
        <p class="lead">{receipt.sentence}</p>
      </div>
      <ReceiptCheck language={cx.language} at={at} ready={receipt.proof !== null} again={path} contact={contact} />
      <How cx={cx} />
      <section class="sheet" aria-labelledby="self">
        <h2 id="self">{cx.say('self.title')}</h2>
        <p>{cx.say('self.more')}</p>
        {receipt.proof !== null && (
          <p class="head__acts">
            <a class="button button--first" href={`${path}/file`} download={fileNames(receipt).receipt}>
              {cx.say('self.save')}
            </a>
            <button class="button" type="button" data-try="" hidden data-other={cx.say('self.undo')}>
              {cx.say('self.try')}
            </button>
          </p>
        )}
        <details>
          <summary>{cx.say('self.experts')}</summary>
          <p class="small">{cx.say('self.entry')}</p>
          <pre class="bytes" data-entry="">
            {receipt.entry}
          </pre>
          {receipt.proof !== null && (
            <>
              <p class="small">{cx.say('self.proof')}</p>
              <pre class="bytes" data-proof="">
                {receipt.proof}
              </pre>
            </>
          )}
          <Facts
            facts={[
              [cx.say('self.key'), <code data-vkey="">{receipt.vkey}</code>],
              [cx.say('self.fingerprint'), <code data-fill="fingerprint">–</code>],
              [cx.say('self.number'), <span data-fill="number">–</span>],
              [cx.say('self.size'), <span data-fill="size">–</span>],
              [cx.say('self.root'), <code data-fill="root">–</code>],
            ]}
          />
          {receipt.proof !== null && (
            <p class="small">
              <a href={`${path}/entry`} download={fileNames(receipt).entry}>
                {cx.say('self.entryFile')}
              </a>{' '}
              <a href={`${path}/proof`} download={fileNames(receipt).proof}>
                {cx.say('self.proofFile')}
              </a>
            </p>
          )}
        </details>
      </section>
    </Frame>
  )
}

/** Names of the three files of a receipt; only letters, digits, point and hyphen, whatever the record says. */
export function fileNames({ fileName, event }: Pick<Receipt, 'fileName' | 'event'>) {
  const given = fileName.replace(/(\.tlog-proof|\.json)+$/, '').replace(/[^\w.-]/g, '-')
  const stem = given === '' ? event : given
  return { receipt: `${stem}.receipt.json`, entry: `${stem}.json`, proof: `${stem}.tlog-proof` }
}

/** One file with everything that a check needs; the key in it is a claim until it is compared with a trusted one. */
export const receiptFile = ({ entry, proof, vkey }: Receipt): string =>
  `${JSON.stringify({ waarborg: 'receipt/v1', entry, proof, vkey }, null, 1)}\n`

const How = ({ cx }: { cx: PortalContext }) => (
  <section aria-labelledby="how">
    <h2 id="how">{cx.say('how.title')}</h2>
    <ol class="steps-line">
      <li>
        <Icon name="file" />
        <div>
          <h3>{cx.say('how.print')}</h3>
          <p>{cx.say('how.printMore')}</p>
        </div>
      </li>
      <li>
        <Icon name="keur" />
        <div>
          <h3>{cx.say('how.row')}</h3>
          <p>{cx.say('how.rowMore')}</p>
        </div>
      </li>
      <li>
        <Icon name="person" />
        <div>
          <h3>{cx.say('how.signed')}</h3>
          <p>{cx.say('how.signedMore')}</p>
        </div>
      </li>
    </ol>
  </section>
)

/** Public: anyone drops a receipt; nothing of it leaves the browser. `vkey` is that of this installation's ledger. */
export const VerifyPage = ({
  cx,
  vkey,
  organisation,
}: {
  cx: PortalContext
  vkey: string | undefined
  organisation: string
}) => (
  <Frame cx={cx} title={cx.say('check.title')} brand={organisation} scripts={cx.assets.dropJs}>
    <div>
      <h1>{cx.say('check.title')}</h1>
      <p class="lead">{cx.say('drop.lead')}</p>
    </div>
    <form class="drop" data-drop="">
      <label for="file">{cx.say('drop.label')}</label>
      <p class="small" id="file-hint">
        {cx.say('drop.hint')}
      </p>
      <input id="file" type="file" multiple accept=".json,.tlog-proof" aria-describedby="file-hint" />
      <noscript>
        <p>{cx.say('drop.noScript')}</p>
      </noscript>
    </form>
    <div data-result="" hidden>
      <ReceiptCheck language={cx.language} ready={false} />
    </div>
    <section class="sheet" data-shown="" hidden aria-labelledby="shown">
      <h2 id="shown">{cx.say('drop.shown')}</h2>
      <pre class="bytes" data-entry="" />
      <pre data-proof="" hidden />
      <Facts
        facts={[
          [cx.say('self.fingerprint'), <code data-fill="fingerprint">–</code>],
          [cx.say('self.number'), <span data-fill="number">–</span>],
          [cx.say('self.size'), <span data-fill="size">–</span>],
          [cx.say('self.root'), <code data-fill="root">–</code>],
        ]}
      />
    </section>
    <How cx={cx} />
    <section aria-labelledby="key">
      <h2 id="key">{cx.say('drop.key')}</h2>
      <p>{cx.say(vkey === undefined ? 'drop.noKey' : 'drop.keyMore')}</p>
      {vkey !== undefined && (
        <p>
          <code data-vkey="">{vkey}</code>
        </p>
      )}
    </section>
  </Frame>
)
