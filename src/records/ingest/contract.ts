/**
 * What importing and replay hand over: recorded conversations as Waarborg holds them, the problems that kept a record
 * out, and the deviations with which one came in. Nothing here is guessed: what a file does not say is absent.
 */
import type { JsonObject, JsonValue } from './strict-json.ts'

export type SourceFormat = 'vcon' | 'openai-chat' | 'mapped'
/** Formats a caller may ask for; `auto` looks at the record itself. */
export type FormatChoice = 'auto' | SourceFormat
export const formatChoices: readonly FormatChoice[] = ['auto', 'vcon', 'openai-chat', 'mapped']

/**
 * Where a record stands in the input: the file as the person named it, for lines and rows the line (from 1), for a
 * record in a list the JSON pointer of its place in the document.
 */
export type Place = {
  readonly file: string
  readonly line?: number | undefined
  readonly within?: string | undefined
}

/** `unknown` is a finding, not a gap: such a party stays out of figures about groups. */
export type PartyRole = 'customer' | 'human_agent' | 'ai' | 'system' | 'supervisor' | 'third_party' | 'unknown'
export const partyRoles: readonly PartyRole[] = [
  'customer',
  'human_agent',
  'ai',
  'system',
  'supervisor',
  'third_party',
  'unknown',
]

export type ImportedParty = {
  readonly n: number
  readonly role: PartyRole
  /** The role as the file words it, in lower case; absent when the file names none. */
  readonly sourceRole?: string
  readonly name?: string
  readonly tel?: string
  readonly mailto?: string
  readonly uuid?: string
  /** Model identifier that the file gives for an AI party. */
  readonly model?: string
}

export type ImportedTurn = {
  /** From 0, in the order of (at, seq) where times can be compared, else in the order of the file. */
  readonly seq: number
  /** Index in `parties`; null when the file does not say who spoke. */
  readonly party: number | null
  /** ISO 8601 in UTC; only when the file gives date, time and zone. */
  readonly at?: string
  /** Milliseconds since the first dated turn; also there when times have no zone. */
  readonly offsetMs?: number
  readonly endMs?: number
  /** Exactly as decoded from the file: no trim, no normalisation. Empty when the source holds a turn without its words. */
  readonly text: string
  readonly modality?: 'text' | 'speech'
  readonly mediatype?: string
  readonly lang?: string
  /** JSON pointer in the record, or `line:N` for rows. */
  readonly pointer: string
  /** Places that the source had already hidden ([PII], ####): UTF-16 offsets, end exclusive. Not text, never hidden twice. */
  readonly redaction?: { readonly by: 'source'; readonly spans: readonly (readonly [number, number])[] }
}

export type EventKind =
  | 'join'
  | 'leave'
  | 'hold'
  | 'unhold'
  | 'mute'
  | 'unmute'
  | 'keydown'
  | 'keyup'
  | 'transfer'
  | 'incomplete'
  | 'recording_set'
  | 'attachment'
  | 'instruction'
  | 'tool_call'
  | 'tool_result'
  | 'reasoning'
  | 'unknown'

export type ImportedEvent = {
  readonly seq: number
  readonly kind: EventKind
  readonly at?: string
  readonly party?: number
  readonly pointer: string
  /** Tool, attachment or disposition as the file names it. */
  readonly name?: string
  /** What the event carries (tool arguments, tool result, instruction): may hold personal data, so it is sealed when stored. */
  readonly content?: string
}

/** A recording that the file points to or holds. It is never fetched and never listened to on import. */
export type ImportedRecording = {
  readonly pointer: string
  readonly where: 'url' | 'inline' | 'none'
  /** Scheme, host and path only: user, password, query and fragment are taken off, since they may open the file. */
  readonly url?: string
  readonly mediatype?: string
  readonly contentHash?: string
  readonly at?: string
  readonly durationMs?: number
  readonly bytes?: number
  readonly fetched: false
}

/** A label somebody else gave (transcript, summary, sentiment): kept beside the conversation, never taken for true. */
export type ForeignLabel = {
  readonly kind: string
  readonly vendor?: string
  readonly product?: string
  readonly schema?: string
  readonly pointer: string
  readonly value: JsonValue
  readonly verified: false
}

export type SourceGrant = {
  readonly purpose: string
  readonly granted: boolean
  readonly grantedAt?: string
  readonly conditions: readonly string[]
  /** When the attachment that holds the grant ends; null when it has no end. */
  readonly expiresAt: string | null
  readonly pointer: string
}

/**
 * What the source says about its ground (draft-howe-vcon-lawful-basis). It is a statement by a third party: it can
 * take a use away, it cannot give one that the register does not know.
 */
export type SourceBasis = {
  readonly bases: readonly { readonly basis: string; readonly expiresAt: string | null; readonly pointer: string }[]
  readonly grants: readonly SourceGrant[]
  /** Pointers of attachments that could not be read or whose own hash differs: they grant nothing. */
  readonly unreadable: readonly string[]
  readonly verified: false
}

/** Link to another version of the same conversation, or to members of a group. */
export type VersionLink = {
  readonly relation: 'redacts' | 'amends' | 'appends' | 'group_member'
  readonly uuid?: string
  readonly url?: string
  readonly what?: string
}

export type SignatureState = {
  readonly state: 'valid' | 'unverified'
  /** Why it is unverified; absent when valid. */
  readonly reason?: SignatureReason
  readonly algorithm?: string
  /** SHA-256 of the signing certificate. The chain ends in no anchor of ours: it says who claims to have signed. */
  readonly certificate?: string
}

export type SignatureReason =
  | 'algorithm_refused'
  | 'certificate_by_url'
  | 'certificate_expired'
  | 'certificate_missing'
  | 'certificate_unprotected'
  | 'certificate_unreadable'
  | 'chain_broken'
  | 'critical_header'
  | 'header_unreadable'
  | 'signature_missing'
  | 'signature_wrong'
  | 'uuid_differs'

export type Grade =
  /** Follows the published schema of its format to the letter. */
  | 'conformant'
  /** Read, with the deviations listed. */
  | 'readable'
  /** Read, but the signature it carries could not be confirmed; the reason stands in `signature`. */
  | 'unverified'
  /** Encrypted: bytes and hash are kept, nothing is read. */
  | 'sealed'

export type ImportedConversation = {
  readonly sourceId: string
  readonly format: SourceFormat
  /** Version of the format, as declared or as its field names show; words of the file, not a promise. */
  readonly formatVersion: string
  readonly place: Place
  readonly channel?: string
  readonly language?: string
  readonly subjectReference?: string
  readonly startedAt?: string
  readonly endedAt?: string
  readonly timeQuality: 'exact' | 'offset_only' | 'none'
  readonly parties: readonly ImportedParty[]
  readonly turns: readonly ImportedTurn[]
  readonly events: readonly ImportedEvent[]
  readonly recordings: readonly ImportedRecording[]
  readonly foreignLabels: readonly ForeignLabel[]
  readonly links: readonly VersionLink[]
  readonly grade: Grade
  readonly signature?: SignatureState
  readonly deviations: readonly Deviation[]
  readonly lawfulBasis?: SourceBasis
  /** The source says that this contact was not to be recorded: its words are not kept. */
  readonly noRecording?: true
  /** The source says that the customer objected (GDPR 21). */
  readonly objection?: true
  /** The same conversation gets the same key, in whatever form, file or order it comes. */
  readonly idempotencyKey: string
  /** SHA-256 over who said what in canonical form: same key and other content is a conflict. */
  readonly contentHash: string
  /** SHA-256 over all turns' texts joined by one LF, for comparing with a list made by another reader. */
  readonly textSha256: string
  /** Encrypted records only: the bytes as they came. */
  readonly sealed?: { readonly bytes: Uint8Array; readonly sha256: string }
}

export type Deviation = { readonly code: DeviationCode; readonly pointer: string; readonly detail: string }

export const deviationCodes = [
  // against the JSON schema of the core draft
  'schema_missing',
  'schema_type',
  'schema_format',
  'schema_value',
  'schema_dependency',
  // against its text, or a form of an earlier version
  'draft_exclusive',
  'draft_misplaced',
  'draft_missing',
  'draft_url_not_https',
  'old_name',
  // what we changed or left out while reading
  'agent_emotion_dropped',
  'big_number_kept_as_text',
  'clear_fields_ignored',
  'dialog_without_content',
  'dialog_without_type',
  'duplicate_key',
  'header_names_shared',
  'inline_media_not_kept',
  'inline_version_not_read',
  'jws_flattened',
  'lawful_basis_unreadable',
  'lone_surrogate_replaced',
  'no_turns',
  'nul_replaced',
  'order_of_file_kept',
  'party_unknown',
  'role_in_meta',
  'role_unknown',
  'rows_left_out',
  'signature_unverified',
  'text_by_reference',
  'text_not_readable',
  'time_end_before_start',
  'time_goes_back',
  'time_implausible',
  'time_unreadable',
  'time_without_zone',
  'more_deviations',
] as const
export type DeviationCode = (typeof deviationCodes)[number]

export const problemCodes = [
  'archive_not_read',
  'column_duplicate',
  'column_unknown',
  'conflict',
  'critical_unknown',
  'encoding_unknown',
  'encoding_not_utf8',
  'encoding_wrong',
  'file_empty',
  'file_not_found',
  'file_too_large',
  'file_unreadable',
  'format_unknown',
  'gzip_damaged',
  'gzip_too_much',
  'id_missing',
  'json_duplicate_key',
  'json_syntax',
  'json_too_deep',
  'json_truncated',
  'line_too_long',
  'mapping_invalid',
  'mapping_needed',
  'mapping_path_missing',
  'message_invalid',
  'messages_missing',
  'no_recording',
  'not_a_conversation',
  'nothing_said',
  'objected',
  'quote_misplaced',
  'quote_unclosed',
  'row_ragged',
  'sealed',
  'signed_payload_unreadable',
  'too_many_parties',
  'too_many_rows',
  'too_many_turns',
  'turn_too_long',
  'uuid_missing',
  'value_type',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/**
 * Why a record or file did not go in. It names the place, never what stands there: a message may end up in a log.
 * `byte` and `column` count from 1 within the file or, for line formats, within the line.
 */
export type Problem = {
  readonly code: ProblemCode
  readonly file: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly byte?: number | undefined
  readonly pointer?: string | undefined
  readonly params?: Readonly<Record<string, string>>
}

export type Read =
  | { readonly kind: 'conversation'; readonly conversation: ImportedConversation }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** Roles of the OpenAI chat format that a log may hold. */
export const messageRoles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const
export type MessageRole = (typeof messageRoles)[number]

/** One message exactly as recorded; unknown members stay. */
export type OpenAiMessage = JsonObject & { readonly role: MessageRole }

/** What replay sends again: the messages as they were, and the scalars that stood beside them. */
export type RecordedConversation = {
  readonly id: string
  readonly messages: readonly OpenAiMessage[]
  readonly metadata: {
    readonly file: string
    readonly line?: number | undefined
    readonly format: SourceFormat
    readonly channel?: string | undefined
    readonly language?: string | undefined
    readonly subject?: string | undefined
    /** Turns that are no message to or from an AI (a human agent's, an unknown speaker's): left out of the replay. */
    readonly turnsLeftOut: number
    readonly values: Readonly<Record<string, string | number | boolean>>
  }
}

export type ReplayRead =
  | { readonly kind: 'conversation'; readonly conversation: RecordedConversation }
  | { readonly kind: 'refused'; readonly problem: Problem }

export type SignatureInput = {
  readonly algorithm: string
  /** ASCII of `protected.payload`, the bytes that were signed (RFC 7515, 5.2). */
  readonly signed: string
  readonly signature: Uint8Array
  /** DER certificates, the signer's first (RFC 7515, 4.1.6). */
  readonly chain: readonly Uint8Array[]
}

/** What the pure readers need from the machine, handed in by io/tools.ts. */
export type ReaderTools = {
  /** Lower-case hexadecimal SHA-256. */
  sha256(data: string | Uint8Array): string
  /** Gunzips within the limits; names the reason when it cannot. */
  inflate(bytes: Uint8Array): { readonly bytes: Uint8Array } | { readonly reason: 'gzip_too_much' | 'gzip_damaged' }
  verify(input: SignatureInput): {
    readonly state: 'valid' | 'unverified'
    readonly reason?: SignatureReason
    readonly certificate?: string
  }
  /** The time of reading: dates far from it are not believed. */
  readonly now: Date
}
