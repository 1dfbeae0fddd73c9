/** Work that is nobody's request: it carries ids only and may run twice. */
import { keepClusters, stopSystem } from '../../accountability/index.ts'
import {
  type AuditRunner,
  keepMonitors,
  type PromptRunner,
  type StopSystem,
  startDue,
  startDueCanaries,
} from '../../fairness/index.ts'
import { demandHandOffs, expireIdempotency, explainLater } from '../../gateway/index.ts'
import { pruneLedger } from '../../ledger/index.ts'
import { keepWrongAnswers } from '../../monitoring/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { ApiError } from '../../platform/http.ts'
import { randomIds } from '../../platform/ids.ts'
import type { Job } from '../../platform/io/jobs.ts'
import type { Log } from '../../platform/log.ts'
import type { Settings } from '../../platform/settings.ts'
import {
  entriesKept,
  expirePseudonyms,
  keepBreachesForAll,
  measureCoverage,
  type OpenModel,
  runRetentionForAll,
} from '../../privacy/index.ts'
import { supersedeConsents } from '../../privacy/jobs.ts'
import {
  confirmContest,
  expireAttributesForAll,
  keepCases,
  keepRegister,
  lapseHolds,
  type OnConfirmed,
  recountCasesForAll,
  sendOutgoing,
} from '../../records/index.ts'
import { closeAnswered } from '../../transparency/index.ts'
import { keepNotices } from '../../transparency/jobs.ts'
import type { KeyRing } from '../../vault/index.ts'
import type { Rewritten } from '../keeping/rewrite.ts'
import { backupsUntil } from './backups.ts'
import { mailJobs } from './complaint-mail.ts'
import { keepEpochs } from './key-epochs.ts'
import { codeJobs } from './portal-codes.ts'

const ledgerTermJob = { kind: 'job', id: 'ledger-term' } as const

/** The stop of a monitor whose policy says so: by the job, so that those who answer for the whole lift it. */
const stopByMonitor: StopSystem = async (tx, { system, note, at }, act) => {
  try {
    return await stopSystem(tx, { system, reason: 'discrimination', note, by: 'job:monitors', at }, act)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'already_stopped') return null
    throw error
  }
}

/** A reply that says `confirmed` is the confirmation itself. */
const confirmedByReply: OnConfirmed = async (tx, message, act) => {
  const what = message.event === 'contest.received' ? 'held' : message.event === 'contest.changed' ? 'changed' : null
  if (message.case === null || what === null) return
  try {
    await confirmContest(tx, { contest: message.case, what, system: null }, act)
  } catch (error) {
    // Its term passed while the message waited: it was heard, and nothing is left to confirm.
    if (!(error instanceof ApiError && error.code === 'contest_unknown')) throw error
  }
}

export type JobParts = {
  /** Who carries readings of audits out in this process. */
  readonly audits?: AuditRunner | undefined
  /** Who carries paired-prompt audits out in this process. */
  readonly prompts?: PromptRunner | undefined
  readonly database: Database
  readonly ring: KeyRing
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  /** The model beside the rules, so that what is measured is what runs. */
  readonly model?: OpenModel | undefined
  /** With the private server: takes what was erased out of the files of the database. */
  readonly rewrite?: ((now: Date) => Promise<Rewritten | undefined>) | undefined
  /** The oldest ledger entry waits for its number for longer than is allowed. */
  readonly ledgerLate: () => boolean
}

export function backgroundJobs(parts: JobParts): Job[] {
  const { database, clock, log, settings, ring, model, rewrite, audits, prompts, ledgerLate } = parts
  return [
    {
      name: 'consents-superseded',
      schedule: '*/5 * * * *',
      retries: 3,
      async run() {
        const count = await supersedeConsents(database, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('consents.superseded', { count, job: 'consents-superseded' })
      },
    },
    {
      name: 'register-kept',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const done = await keepRegister(database, () => ({ now: clock.now(), ids: randomIds }))
        const count = done.missed + done.reminded + done.escalated + done.refreshed
        if (count > 0) log.info('register.kept', { count, job: 'register-kept' })
      },
    },
    {
      // Reminders, terms that end, and whom to tell: what time alone changes.
      name: 'cases-kept',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const act = () => ({ now: clock.now(), ids: randomIds })
        const { reminded, passed, escalated } = await keepCases(database, act)
        const breaches = await keepBreachesForAll(database, act)
        const count = reminded + passed + escalated + breaches.reminded + breaches.missed + breaches.escalated
        if (count > 0) log.info('cases.kept', { count, job: 'cases-kept' })
      },
    },
    {
      // Closing days that changed, and rules that came with a release, move ends that no moment of their own would.
      name: 'cases-recounted',
      schedule: '40 3 * * *',
      retries: 2,
      async run() {
        const count = await recountCasesForAll(database, () => ({ now: clock.now(), ids: randomIds }))
        log.info('cases.recounted', { count, job: 'cases-recounted' })
      },
    },
    {
      // Decisions of which nobody said that they wait while a person looks again: from then a person asks.
      name: 'contests-kept',
      schedule: '*/5 * * * *',
      retries: 2,
      async run() {
        const count = await lapseHolds(database, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('contests.kept', { count, job: 'contests-kept' })
      },
    },
    {
      // Signed messages to systems of the organisation; what does not arrive is tried for three days.
      name: 'outgoing-sent',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const { sent, failed } = await sendOutgoing(database, {
          act: () => ({ now: clock.now(), ids: randomIds }),
          confirmed: confirmedByReply,
        })
        if (failed > 0) log.warn('outgoing.failed', { count: failed, job: 'outgoing-sent' })
        if (sent > 0) log.info('outgoing.sent', { count: sent, job: 'outgoing-sent' })
      },
    },
    {
      // Three failures in a row, or a person who needs another: nobody has to ask.
      name: 'handoffs-demanded',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const count = await demandHandOffs(database, ring, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('handoffs.demanded', { count, job: 'handoffs-demanded' })
      },
    },
    ...mailJobs(parts),
    ...codeJobs(parts),
    {
      name: 'clarifications-closed',
      schedule: '25 4 * * *',
      retries: 2,
      async run() {
        const count = await closeAnswered(database, ring, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('clarifications.closed', { count, job: 'clarifications-closed' })
      },
    },
    {
      name: 'complaints-clustered',
      schedule: '*/15 * * * *',
      retries: 2,
      async run() {
        const count = await keepClusters(database, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.warn('complaints.clustered', { count, job: 'complaints-clustered' })
      },
    },
    {
      // The register also changes by other ways than a file, and sentences with a release.
      name: 'notices-kept',
      schedule: '*/10 * * * *',
      retries: 2,
      async run() {
        const count = await keepNotices({ database, ring }, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('notices.published', { count, job: 'notices-kept' })
      },
    },
    {
      name: 'attributes-expired',
      schedule: '20 * * * *',
      retries: 3,
      async run() {
        const count = await expireAttributesForAll(database, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('attributes.expired', { count, job: 'attributes-expired' })
      },
    },
    ...(audits === undefined
      ? []
      : [
          {
            // What was under way when a process died is taken over; what is due is measured.
            name: 'audits-kept',
            schedule: '* * * * *',
            retries: 2,
            async run() {
              const count =
                (await audits.resume()) +
                (await startDue(database, audits, () => ({ now: clock.now(), ids: randomIds })))
              if (count > 0) log.info('audits.kept', { count, job: 'audits-kept' })
            },
          },
        ]),
    ...(prompts === undefined
      ? []
      : [
          {
            // What was under way when a process died is taken over.
            name: 'prompts-kept',
            schedule: '* * * * *',
            retries: 2,
            async run() {
              const count = await prompts.resume()
              if (count > 0) log.info('prompts.kept', { count, job: 'prompts-kept' })
            },
          },
          {
            // At night, so that questions do not stand beside those of customers.
            name: 'canaries-asked',
            schedule: '30 1 * * *',
            retries: 2,
            async run() {
              const act = () => ({ now: clock.now(), ids: randomIds })
              const { begun, failed } = await startDueCanaries(database, prompts, act)
              if (begun > 0) log.info('canaries.asked', { count: begun, job: 'canaries-asked' })
              for (const error of failed) log.error('prompts.failed', { job: 'canaries-asked', error })
            },
          },
        ]),
    {
      name: 'monitors-kept',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const { decisions, alarms, failed } = await keepMonitors(database, {
          stop: stopByMonitor,
          act: () => ({ now: clock.now(), ids: randomIds }),
        })
        if (alarms > 0) log.warn('monitors.alarmed', { count: alarms, job: 'monitors-kept' })
        if (decisions > 0) log.info('monitors.read', { count: decisions, job: 'monitors-kept' })
        for (const error of failed) log.error('monitors.failed', { job: 'monitors-kept', error })
      },
    },
    {
      name: 'wrong-answers-kept',
      schedule: '* * * * *',
      retries: 2,
      async run() {
        const act = () => ({ now: clock.now(), ids: randomIds })
        const { looked, told, failed } = await keepWrongAnswers({ database, ring }, act)
        if (looked + told > 0) log.info('wrong-answers.kept', { count: told, size: looked, job: 'wrong-answers-kept' })
        for (const error of failed) log.error('wrong-answers.failed', { job: 'wrong-answers-kept', error })
      },
    },
    {
      // What a scorer could not explain in time, for a day.
      name: 'decisions-explained',
      schedule: '*/5 * * * *',
      retries: 2,
      async run() {
        const count = await explainLater({ database, ring, ledgerLate }, () => ({ now: clock.now(), ids: randomIds }))
        if (count > 0) log.info('decisions.explained', { count, job: 'decisions-explained' })
      },
    },
    {
      name: 'coverage-measured',
      schedule: '17 3 1 * *',
      retries: 2,
      async run() {
        const act = () => ({ now: clock.now(), ids: randomIds })
        const count = await measureCoverage({ database, ring, ids: randomIds, model }, act)
        if (count > 0) log.info('coverage.measured', { count, job: 'coverage-measured' })
      },
    },
    {
      name: 'key-epochs',
      schedule: '17 * * * *',
      retries: 2,
      async run() {
        const { begun, keys, destroyed } = await keepEpochs({ database, ring, ids: randomIds }, settings, clock.now())
        if (begun !== undefined || keys > 0 || destroyed.length > 0)
          log.info('key-epochs.kept', { count: keys, size: destroyed.length, job: 'key-epochs' })
      },
    },
    {
      // The table of pseudonyms is the only place with originals beside the turns: it goes soon after the conversation.
      name: 'pseudonyms-expire',
      schedule: '*/10 * * * *',
      retries: 3,
      async run() {
        const before = new Date(clock.now().getTime() - settings.pseudonymHours * 3_600_000)
        const rowCount = await database.inTx(
          { tenant: '*', clients: '*', actor: { kind: 'job', id: 'pseudonyms-expire' } },
          (tx) => expirePseudonyms(tx, before),
        )
        if (rowCount > 0) log.info('pseudonyms.expired', { count: rowCount, job: 'pseudonyms-expire' })
      },
    },
    {
      // Idempotency keys, with the answers that were kept under them, count for a day.
      name: 'idempotency-expire',
      schedule: '*/15 * * * *',
      retries: 3,
      async run() {
        const count = await database.inTx(
          { tenant: '*', clients: '*', actor: { kind: 'job', id: 'idempotency-expire' } },
          (tx) => expireIdempotency(tx, clock.now()),
        )
        if (count > 0) log.info('idempotency.expired', { count, job: 'idempotency-expire' })
      },
    },
    {
      // At night; what is left when the process stops goes the next night.
      name: 'retention',
      schedule: '15 3 * * *',
      retries: 2,
      async run() {
        const done = await runRetentionForAll(database, {
          act: () => ({ now: clock.now(), ids: randomIds }),
          backupsUntil: backupsUntil(settings),
        })
        const count = [...done.values()].flatMap(({ counts }) => counts).reduce((sum, { n }) => sum + n, 0)
        log.info('retention.applied', { count, job: 'retention' })
      },
    },
    {
      // One pass over the whole log, after the organisations' own.
      name: 'ledger-term',
      schedule: '45 3 * * *',
      retries: 2,
      async run() {
        const { outcome, pruned, damaged } = await pruneLedger({
          database,
          termDays: settings.ledgerDays,
          act: () => ({ now: clock.now(), ids: randomIds }),
          actor: ledgerTermJob,
          kept: entriesKept(database, ledgerTermJob),
        })
        if (outcome === 'clock_unproven') log.warn('ledger.term.unproven', { job: 'ledger-term' })
        if (damaged.length > 0) log.error('ledger.term.damaged', { count: damaged.length, job: 'ledger-term' })
        if (pruned > 0) log.info('ledger.pruned', { count: pruned, job: 'ledger-term' })
      },
    },
    ...(rewrite === undefined
      ? []
      : [
          {
            // After retention, when few people work: a table is shut while it is written anew.
            name: 'erased-rewritten',
            schedule: '15 4 * * *',
            retries: 2,
            async run() {
              const done = await rewrite(clock.now())
              if (done !== undefined)
                log.info('tables.rewritten', {
                  count: done.tables.length,
                  size: done.left.length,
                  job: 'erased-rewritten',
                })
            },
          },
        ]),
  ]
}
