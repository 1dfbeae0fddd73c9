/** What a file or record is, from its own bytes and shape. Nothing is guessed: an unknown shape is refused with that word. */
import type { FormatChoice, SourceFormat } from './contract.ts'
import { hasMessages } from './openai-log.ts'
import { vconForm } from './signed-vcon.ts'
import { isObject, type JsonObject, type JsonValue } from './strict-json.ts'

export type Container = 'gzip' | 'archive' | 'audio' | 'image' | 'document' | 'text'

/** From the first bytes of a file. */
export function containerOf(head: Uint8Array): Container {
  const starts = (...bytes: number[]) => bytes.every((byte, n) => head[n] === byte)
  const ascii = (text: string, at = 0) => [...text].every((letter, n) => head[at + n] === letter.charCodeAt(0))
  if (starts(0x1f, 0x8b)) return 'gzip'
  if (
    ascii('PK\u0003\u0004') ||
    ascii('PK\u0005\u0006') ||
    ascii('7z\u00bc\u00af') ||
    ascii('BZh') ||
    starts(0xfd, 0x37, 0x7a, 0x58, 0x5a) ||
    starts(0x28, 0xb5, 0x2f, 0xfd) ||
    ascii('Rar!') ||
    ascii('ustar', 257)
  )
    return 'archive'
  if (
    (ascii('RIFF') && ascii('WAVE', 8)) ||
    ascii('ID3') ||
    ascii('OggS') ||
    ascii('fLaC') ||
    ascii('ftyp', 4) ||
    (head[0] === 0xff && [0xfb, 0xf3, 0xf2].includes(head[1] ?? 0))
  )
    return 'audio'
  if (starts(0x89, 0x50, 0x4e, 0x47) || starts(0xff, 0xd8, 0xff) || ascii('GIF8')) return 'image'
  if (ascii('%PDF')) return 'document'
  return 'text'
}

export type Shape =
  | { readonly format: SourceFormat }
  | { readonly not: 'schema' | 'rules' | 'metadata' | 'other_format'; readonly name?: string }
  | { readonly unknown: true }

/** The format of one parsed record. `fileName` helps only with a record that has no shape of its own. */
export function shapeOf(value: JsonValue, fileName: string): Shape {
  if (!isObject(value)) return hasMessages(value) ? { format: 'openai-chat' } : { unknown: true }
  if (isSchema(value)) return { not: 'schema' }
  if (vconForm(value) !== 'unsigned' || isVcon(value)) return { format: 'vcon' }
  if (hasMessages(value)) return { format: 'openai-chat' }
  const platform = platformOf(value)
  if (platform !== undefined) return platform
  return /\.vcon(?:\.json)?(?:\.gz)?$/i.test(fileName) ? { format: 'vcon' } : { unknown: true }
}

function isVcon(value: JsonObject): boolean {
  if (value.vcon !== undefined) return true
  return (
    (Array.isArray(value.parties) && (value.dialog !== undefined || value.uuid !== undefined)) ||
    (Array.isArray(value.dialog) && value.uuid !== undefined)
  )
}

/** A description of data and no data: JSON Schema, OpenAPI. */
function isSchema(value: JsonObject): boolean {
  if (
    typeof value.$schema === 'string' &&
    (isObject(value.properties) || isObject(value.definitions) || isObject(value.$defs) || value.type !== undefined)
  )
    return true
  if ((value.openapi !== undefined || value.swagger !== undefined) && isObject(value.info)) return true
  return isObject(value.properties) && (value.type === 'object' || Array.isArray(value.required))
}

/** Formats that are known by sight and not read here: the answer says their name and not "unknown". */
function platformOf(value: JsonObject): Shape | undefined {
  const other = (name: string): Shape => ({ not: 'other_format', name })
  if (Array.isArray(value.Transcript) && value.Participants !== undefined) return other('Amazon Connect Contact Lens')
  if (Array.isArray(value.Actions) && value.TriggerEventSource !== undefined) return { not: 'rules' }
  if (Array.isArray(value.transcripts) && value.conversationId !== undefined) return other('Genesys Cloud')
  if (Array.isArray(value.participants) && value.conversationId !== undefined)
    return { not: 'metadata', name: 'Genesys Cloud' }
  if (isObject(value.results) && isObject(value.metadata)) return other('Deepgram')
  if (Array.isArray(value.utterances) && value.audio_url !== undefined) return other('AssemblyAI')
  if (Array.isArray(value.segments) && typeof value.text === 'string') return other('Whisper')
  if (Array.isArray(value.segments) && isObject(value.transcript)) return other('WTF')
  if (Array.isArray(value.events) && value.sender_id !== undefined) return other('Rasa')
  if (Array.isArray(value.messages) && isObject(value.meta)) return other('Twilio')
  if (Array.isArray(value.SpeechSegments)) return other('Amazon Transcribe')
  return undefined
}

/** The format to read a record with: the one asked for, or by its shape. */
export function formatFor(choice: FormatChoice, value: JsonValue, fileName: string): Shape {
  return choice === 'auto' ? shapeOf(value, fileName) : { format: choice }
}
