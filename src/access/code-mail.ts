/** The mail with a code: what it is for, until when it works, and what to do when nobody asked for it. No link: a mail that asks to be clicked teaches people to click. */
import { formatTime, type Language } from '../platform/text.ts'
import { accessText } from './texts.ts'

export function codeMail(
  { code, client, until }: { readonly code: string; readonly client: string; readonly until: Date },
  language: Language,
): { readonly subject: string; readonly text: string } {
  const say = (key: Parameters<typeof accessText>[1], values: Record<string, string> = {}) =>
    accessText(language, key, values)
  return {
    // The code stands in the subject as well, so that a phone shows it without opening the mail; it is good for ten minutes.
    subject: say('code.mail.subject', { code, client }),
    text: `${[
      say('code.mail.code', { code }),
      say('code.mail.until', { time: formatTime(until, language) }),
      say('code.mail.nobody'),
      say('code.mail.notAsked'),
      client,
    ].join('\n\n')}\n`,
  }
}
