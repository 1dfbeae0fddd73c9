/**
 * Where a vCon differs from the core draft (draft-ietf-vcon-vcon-core-03): first its JSON schema (codes `schema_…`),
 * then its text and the names of earlier versions. Nearly nothing in circulation fits, so this is a list to print and
 * not a door: what can be read safely is read.
 */
import type { Deviation, DeviationCode } from './contract.ts'
import { isObject, type JsonObject, type JsonValue, pointerToken } from './strict-json.ts'

type Add = (code: DeviationCode, pointer: string, detail: string) => void
type Shape = {
  /** What the schema asks for, for the list of deviations. */
  readonly expected: string
  fits(value: JsonValue): boolean
  /** Goes into members that have a schema of their own, when the value fits. */
  inside?(value: JsonValue, pointer: string, add: Add): void
}
type Table = {
  readonly required: readonly string[]
  readonly members: Readonly<Record<string, Shape>>
  also?(object: JsonObject, pointer: string, add: Add): void
}

const isString = (value: JsonValue): value is string => typeof value === 'string'
const isIndex = (value: JsonValue): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0
const each = (value: JsonValue, fits: (item: JsonValue) => boolean): boolean =>
  Array.isArray(value) && value.every(fits)

const string: Shape = { expected: 'string', fits: isString }
const any: Shape = { expected: 'any value', fits: () => true }
const index: Shape = { expected: 'index (integer from 0)', fits: isIndex }
const indexes: Shape = { expected: 'array of indexes', fits: (value) => each(value, isIndex) }
const indexOrIndexes: Shape = {
  expected: 'index or array of indexes',
  fits: (value) => isIndex(value) || each(value, isIndex),
}
const strings: Shape = { expected: 'array of strings', fits: (value) => each(value, isString) }
const hash: Shape = {
  expected: 'string or array of strings',
  fits: (value) => isString(value) || each(value, isString),
}
const duration: Shape = { expected: 'number from 0', fits: (value) => typeof value === 'number' && value >= 0 }
const partyIndexes: Shape = {
  expected: 'index, or array of indexes, arrays of indexes and null',
  fits: (value) => isIndex(value) || each(value, (item) => item === null || isIndex(item) || each(item, isIndex)),
}

function format(expected: string, form: (text: string) => boolean): Shape {
  return {
    expected: 'string',
    fits: isString,
    inside(value, pointer, add) {
      if (!form(value as string)) add('schema_format', pointer, expected)
    },
  }
}
const uuid = format('uuid', isUuid)
const date = format('date-time with zone (RFC 3339)', isDateTime)
const uri = format('uri', (text) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/i.test(text))

function oneOf(values: readonly string[]): Shape {
  return {
    expected: 'string',
    fits: isString,
    inside(value, pointer, add) {
      if (!values.includes(value as string)) add('schema_value', pointer, values.join(' | '))
    },
  }
}
const encoding = oneOf(['base64url', 'json', 'none'])

function object(table: Table): Shape {
  return {
    expected: 'object',
    fits: isObject,
    inside: (value, pointer, add) => checkTable(value as JsonObject, table, pointer, add),
  }
}

function list(table: Table): Shape {
  const item = object(table)
  return {
    expected: 'array of objects',
    fits: (value) => Array.isArray(value),
    inside(value, pointer, add) {
      for (const [n, member] of (value as JsonValue[]).entries()) check(member, item, `${pointer}/${n}`, add)
    },
  }
}

const session: Table = { required: [], members: { local: string, remote: string } }
const isSession = (value: JsonValue): boolean =>
  isObject(value) &&
  Object.entries(session.members).every(([name, shape]) => value[name] === undefined || shape.fits(value[name]))
const sessions: Shape = {
  expected: 'session id, or array of session ids or arrays of them',
  fits: (value) => isSession(value) || each(value, (item) => isSession(item) || each(item, isSession)),
}

const civicaddress: Table = {
  required: [],
  members: Object.fromEntries(
    [
      'country',
      'a1',
      'a2',
      'a3',
      'a4',
      'a5',
      'a6',
      'prd',
      'pod',
      'sts',
      'hno',
      'hns',
      'lmk',
      'loc',
      'flr',
      'nam',
      'pc',
    ].map((name) => [name, string]),
  ),
}

const party: Table = {
  required: [],
  members: {
    ...Object.fromEntries(
      ['tel', 'sip', 'stir', 'mailto', 'name', 'did', 'validation', 'gmlpos', 'uuid', 'type', 'org', 'dept'].map(
        (name) => [name, string],
      ),
    ),
    civicaddress: object(civicaddress),
  },
  also(party, pointer, add) {
    if (party.email !== undefined) add('old_name', `${pointer}/email`, 'email → mailto')
  },
}

const history: Table = {
  required: ['party', 'time', 'event'],
  members: {
    party: index,
    time: date,
    event: oneOf(['join', 'drop', 'hold', 'unhold', 'mute', 'unmute', 'keydown', 'keyup']),
    button: string,
  },
  also(event, pointer, add) {
    if ((event.event === 'keydown' || event.event === 'keyup') && event.button === undefined)
      add('draft_missing', pointer, 'button')
  },
}

const transferOnly = [
  'transferee',
  'transferor',
  'transfer_target',
  'original',
  'consultation',
  'target_dialog',
] as const
const content = ['body', 'encoding', 'url', 'content_hash'] as const

const dialog: Table = {
  required: ['type', 'start'],
  members: {
    type: oneOf(['recording', 'text', 'transfer', 'incomplete', 'recording-set']),
    start: date,
    duration,
    parties: partyIndexes,
    originator: index,
    recordings: indexes,
    recording_set: index,
    mediatype: string,
    filename: string,
    body: any,
    encoding,
    url: uri,
    content_hash: hash,
    disposition: oneOf(['no-answer', 'congestion', 'failed', 'busy', 'hung-up', 'voicemail-no-message']),
    session_id: sessions,
    party_history: list(history),
    transferee: index,
    transferor: index,
    transfer_target: indexOrIndexes,
    original: indexOrIndexes,
    consultation: indexOrIndexes,
    target_dialog: indexOrIndexes,
    application: string,
    message_id: string,
  },
  also: checkDialog,
}

/** What the text of the draft asks of each type of dialog, beyond its schema. */
function checkDialog(dialog: JsonObject, pointer: string, add: Add): void {
  const has = (name: string) => dialog[name] !== undefined
  const misplaced = (names: readonly string[]) => {
    for (const name of names)
      if (has(name))
        add(
          'draft_misplaced',
          `${pointer}/${name}`,
          `not in a dialog of type ${typeof dialog.type === 'string' ? known(dialog.type) : 'none'}`,
        )
  }
  if (dialog.type === 'incomplete' && !has('disposition')) add('draft_missing', pointer, 'disposition')
  if (dialog.type === 'recording-set' && !has('recordings')) add('draft_missing', pointer, 'recordings')
  if (dialog.type === 'incomplete' || dialog.type === 'transfer' || dialog.type === 'recording-set') misplaced(content)
  if (dialog.type === 'transfer') misplaced(['parties', 'originator', 'mediatype', 'filename'])
  else misplaced(transferOnly)
  if (dialog.type !== 'recording-set') misplaced(['recordings'])
  if (dialog.type !== 'recording') misplaced(['recording_set'])
  if (has('body') && !has('mediatype') && !has('mimetype')) add('draft_missing', pointer, 'mediatype')
  if (has('transfer-target')) add('old_name', `${pointer}/transfer-target`, 'transfer-target → transfer_target')
  if (has('target-dialog')) add('old_name', `${pointer}/target-dialog`, 'target-dialog → target_dialog')
  checkContent(dialog, pointer, add)
}

/** Rules for a file that stands in the vCon or is pointed to (Inline Files, Externally Referenced Files). */
function checkContent(holder: JsonObject, pointer: string, add: Add): void {
  if (holder.body !== undefined && holder.body !== '' && holder.encoding === undefined)
    add('draft_missing', pointer, 'encoding')
  const old = typeof holder.alg === 'string' && typeof holder.signature === 'string'
  if (old) add('old_name', `${pointer}/signature`, 'alg, signature → content_hash')
  if (holder.url !== undefined && holder.content_hash === undefined && !old)
    add('draft_missing', pointer, 'content_hash')
  if (typeof holder.url === 'string' && holder.url !== '' && !/^https:\/\//i.test(holder.url))
    add('draft_url_not_https', `${pointer}/url`, 'https')
  if (holder.mimetype !== undefined) add('old_name', `${pointer}/mimetype`, 'mimetype → mediatype')
}

const attachment: Table = {
  required: ['start', 'party', 'dialog'],
  members: {
    purpose: string,
    start: date,
    party: index,
    dialog: index,
    mediatype: string,
    filename: string,
    body: any,
    encoding,
    url: uri,
    content_hash: hash,
  },
  also(attachment, pointer, add) {
    if (attachment.type !== undefined && attachment.purpose === undefined)
      add('old_name', `${pointer}/type`, 'type → purpose')
    checkContent(attachment, pointer, add)
  },
}

const analysis: Table = {
  required: ['type', 'vendor'],
  members: {
    type: string,
    dialog: indexOrIndexes,
    attachment: indexOrIndexes,
    mediatype: string,
    filename: string,
    vendor: string,
    product: string,
    schema: string,
    body: any,
    encoding,
    url: uri,
    content_hash: hash,
  },
  also: checkContent,
}

const versionMembers = { uuid, url: uri, content_hash: hash }
function urlNeedsHash(reference: JsonObject, pointer: string, add: Add): void {
  if (reference.url !== undefined && reference.content_hash === undefined)
    add('schema_dependency', pointer, 'url needs content_hash')
}

const top: Table = {
  required: ['uuid', 'created_at'],
  members: {
    vcon: oneOf(['0.4.0']),
    uuid,
    extensions: strings,
    critical: strings,
    created_at: date,
    updated_at: date,
    subject: string,
    redacted: object({ required: ['type'], members: { ...versionMembers, type: string }, also: urlNeedsHash }),
    amended: object({ required: [], members: versionMembers, also: urlNeedsHash }),
    parties: list(party),
    dialog: list(dialog),
    analysis: list(analysis),
    attachments: list(attachment),
  },
  also(vcon, pointer, add) {
    if (isFilled(vcon.redacted) && isFilled(vcon.amended))
      add('draft_exclusive', `${pointer}/redacted`, 'redacted, amended')
    if (vcon.appended !== undefined) add('old_name', `${pointer}/appended`, 'appended → amended')
    if (vcon.must_support !== undefined) add('old_name', `${pointer}/must_support`, 'must_support → critical')
    if (vcon.group !== undefined) add('old_name', `${pointer}/group`, 'group is no longer part of vCon')
  },
}

/** All differences between an unsigned vCon and the core draft, in the order of the document. Empty: conformant. */
export function vconDeviations(vcon: JsonObject): Deviation[] {
  const found: Deviation[] = []
  checkTable(vcon, top, '', (code, pointer, detail) => found.push({ code, pointer, detail }))
  return found
}

export function isUuid(text: string): boolean {
  return /^(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

function isDateTime(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-](\d\d):?(\d\d))$/.exec(text)
  if (found === null) return false
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = found
    .slice(1)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number, number]
  const days =
    [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
      month - 1
    ] ?? 0
  return day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 60 && zoneHour <= 23 && zoneMinute <= 59
}

function isFilled(value: JsonValue | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0
}

function known(type: string): string {
  return ['recording', 'text', 'transfer', 'incomplete', 'recording-set'].includes(type) ? type : 'other'
}

function check(value: JsonValue, shape: Shape, pointer: string, add: Add): void {
  if (!shape.fits(value)) add('schema_type', pointer, shape.expected)
  else shape.inside?.(value, pointer, add)
}

function checkTable(object: JsonObject, table: Table, pointer: string, add: Add): void {
  for (const name of table.required) if (object[name] === undefined) add('schema_missing', pointer, name)
  for (const [name, shape] of Object.entries(table.members)) {
    const value = object[name]
    if (value !== undefined) check(value, shape, `${pointer}/${pointerToken(name)}`, add)
  }
  table.also?.(object, pointer, add)
}
