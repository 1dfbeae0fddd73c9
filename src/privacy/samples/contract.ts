/** What crosses the wire about trying the recogniser, labelled samples and what is measured on them; their entries. */
import { z } from 'zod'
import { id, instant, slug, words } from '../../records/contract.ts'
import { labels } from '../personal-data.ts'

export const sampleLanguages = ['nl', 'en'] as const
export const sampleChannels = ['chat', 'speech', 'email'] as const
export const sampleRoles = ['customer', 'agent', 'ai'] as const

/** Who may try, label, measure. */
export const sampleKeepers = ['dpo', 'ethics_officer', 'ai_engineer', 'administrator'] as const
/** Whose work also needs to read what samples hold: they may take them out. */
export const sampleReaders = ['dpo', 'ethics_officer'] as const

export const MOST_CHARACTERS = 20_000
export const MOST_TURNS = 200
/** Samples of one client, and lines of one import. */
export const MOST_SAMPLES = 5_000
export const MOST_LINES = 1_000

const language = z.enum(sampleLanguages)
const channel = z.enum(sampleChannels)
export const sampleLabels = labels
const label = z.enum(labels)

/** Without a line end: a sample is its turns joined by one. */
export const sampleTurn = z.object({
  role: z.enum(sampleRoles),
  text: words(1, MOST_CHARACTERS).refine((text) => !/[\n\r]/.test(text), { error: 'line_end' }),
})
export type SampleTurn = z.output<typeof sampleTurn>

/** UTF-16 code units of the turn's text, end exclusive. */
export const sampleSpan = z.object({
  turn: z.int().min(0).max(MOST_TURNS),
  start: z.int().min(0).max(MOST_CHARACTERS),
  end: z.int().min(1).max(MOST_CHARACTERS),
  label,
})
export type SampleSpan = z.output<typeof sampleSpan>

/** What may be hidden or not goes by any name, also one that the recogniser does not have (`DATE`). */
const anyLabel = z.string().regex(/^[A-Z][A-Z_]{1,19}$/)
export const optionalSpan = sampleSpan.extend({ label: anyLabel })
export type OptionalSpan = z.output<typeof optionalSpan>

/** A group of name origins, in the organisation's own code. It says nothing about a real person unless one made it so. */
const origin = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/)

// -- trying ---------------------------------------------------------------------------------------------------------

export const tryRequest = z.object({ client: slug, language, channel, text: words(1, MOST_CHARACTERS) })

export const triedFinding = z.object({
  start: z.int(),
  end: z.int(),
  label,
  confidence: z.number(),
  reason: z.string(),
})
export const triedTurn = z.object({
  role: z.enum(sampleRoles),
  text: z.string(),
  /** What the model would get. */
  seen: z.string(),
  findings: z.array(triedFinding),
})
export const tryReply = z.object({
  client: slug,
  language,
  channel,
  turns: z.array(triedTurn),
  /** Own recognisers of this client that took part. */
  recognisers: z.array(z.object({ id: slug, label, shape: z.string() })),
})
export type TryReply = z.output<typeof tryReply>

// -- samples --------------------------------------------------------------------------------------------------------

export const sampleRequest = z.object({
  client: slug,
  language,
  channel,
  origin: origin.optional(),
  /** The stored conversation that it was taken from. */
  conversation: id.optional(),
  turns: z.array(sampleTurn).min(1).max(MOST_TURNS),
  /** Everything that is personal in it, whether it is found or not. */
  spans: z.array(sampleSpan).max(2_000),
  /** What may be hidden or not. */
  optional: z.array(optionalSpan).max(2_000).default([]),
})
export type SampleRequest = z.output<typeof sampleRequest>
export const sampleReply = z.object({ id, proof: z.object({ event: z.string() }) })

export const sampleView = z.object({
  id,
  client: slug,
  language,
  channel,
  origin: z.string().nullable(),
  conversation: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
})
export type SampleView = z.output<typeof sampleView>
export const sampleList = z.object({ samples: z.array(sampleView), total: z.int() })
export const sampleQuery = z.object({ client: slug.optional() })

/** A line of the exchange form: turns joined by a line feed, one role per line, spans in the whole text. */
export const sampleLine = z.object({
  id: z.string().max(200).optional(),
  lang: language,
  channel,
  roles: z
    .array(z.enum(['customer', 'agent']))
    .min(1)
    .max(MOST_TURNS),
  text: z.string().min(1).max(MOST_CHARACTERS),
  spans: z.array(z.tuple([z.int(), z.int(), label])).max(2_000),
  optional: z
    .array(z.tuple([z.int(), z.int(), anyLabel]))
    .max(2_000)
    .optional(),
  origin: origin.nullish(),
})
export type SampleLine = z.output<typeof sampleLine>

export const importRequest = z.object({ client: slug, lines: z.string().min(1).max(8_000_000) })
export const importReply = z.object({ recorded: z.int() })
export const exportReply = z.object({ lines: z.array(sampleLine), unreadable: z.int() })

// -- coverage -------------------------------------------------------------------------------------------------------

/** Below this many labelled stretches no conclusion is drawn. */
export const ENOUGH = 30

/** `share` is of the labelled stretches of which something stayed readable; `low` and `high` are its 95 % interval. */
export const coverageRow = z.object({
  key: z.string(),
  spans: z.int(),
  leaks: z.int(),
  share: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  enough: z.boolean(),
})
export type CoverageRow = z.output<typeof coverageRow>

export const coverageFigures = z.object({
  samples: z.int(),
  /** Samples whose key is gone. */
  unreadable: z.int(),
  leak: coverageRow,
  labels: z.array(coverageRow),
  channels: z.array(coverageRow),
  languages: z.array(coverageRow),
  origins: z.array(coverageRow),
  /** Samples without anything personal, and those of them in which nothing was hidden. */
  clean: z.object({ of: z.int(), untouched: z.int(), share: z.number().nullable(), low: z.number(), high: z.number() }),
  /** Letters and digits that are not personal, and those of them that were hidden. */
  over: z.object({ of: z.int(), hidden: z.int(), share: z.number().nullable() }),
})
export type CoverageFigures = z.output<typeof coverageFigures>

export const storedMeasurement = z.object({
  id,
  client: slug,
  at: instant,
  figures: coverageFigures,
})
export type StoredMeasurement = z.output<typeof storedMeasurement>

export const coverageReply = z.object({
  figures: coverageFigures,
  /** Of each client in view, the last measurement that was put on record. */
  last: z.array(storedMeasurement),
  recogniser: z.object({ model: z.string().nullable() }),
})
export type CoverageReply = z.output<typeof coverageReply>
export const measureRequest = z.object({ client: slug.optional() })
export const measureReply = z.object({
  measured: z.array(z.object({ client: slug, id, event: z.string() })),
})

/** What is known here of how much personal data is missed. */
export const limitsReply = z.object({
  missed: z.object({
    here: z.object({ share: z.number(), low: z.number(), high: z.number(), of: z.int(), on: instant }).nullable(),
  }),
})

// -- ledger events --------------------------------------------------------------------------------------------------

export const sampleEvents = {
  recorded: 'sample.recorded',
  removed: 'sample.removed',
  exported: 'sample.exported',
  measured: 'coverage.measured',
} as const

/** Codes and counts only; an origin is left out, since it may say something about one person. */
export const sampleRecordedBody = z.object({
  source: z.enum(['typed', 'conversation', 'import']),
  language,
  channel,
  spans: z.int(),
  labels: z.record(z.string(), z.int()),
})
export const sampleExportedBody = z.object({ samples: z.int() })
export const coverageMeasuredBody = z.object({
  samples: z.int(),
  unreadable: z.int(),
  spans: z.int(),
  leaks: z.int(),
  clean: z.object({ of: z.int(), untouched: z.int() }),
  over: z.object({ of: z.int(), hidden: z.int() }),
  labels: z.record(z.string(), z.object({ spans: z.int(), leaks: z.int() })),
  model: z.string().nullable(),
})
