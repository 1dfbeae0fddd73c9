/** What every view of the portal is given beside its reply. */
import { formatNumber, type Language } from '../../src/platform/text.ts'
import type { AssetPaths, Scheme } from '../console/context.ts'
import { type Dates, datesIn } from '../ui/dates.ts'
import { createWords, type Words } from '../ui/words.ts'
import attributesEn from './attributes/text.en.json' with { type: 'json' }
import attributesNl from './attributes/text.nl.json' with { type: 'json' }
import casesEn from './cases/text.en.json' with { type: 'json' }
import casesNl from './cases/text.nl.json' with { type: 'json' }
import consentEn from './consent/text.en.json' with { type: 'json' }
import consentNl from './consent/text.nl.json' with { type: 'json' }
import decisionsEn from './decisions/text.en.json' with { type: 'json' }
import decisionsNl from './decisions/text.nl.json' with { type: 'json' }
import feedbackEn from './feedback/text.en.json' with { type: 'json' }
import feedbackNl from './feedback/text.nl.json' with { type: 'json' }
import noticesEn from './notices/text.en.json' with { type: 'json' }
import noticesNl from './notices/text.nl.json' with { type: 'json' }
import rightsEn from './rights/text.en.json' with { type: 'json' }
import rightsNl from './rights/text.nl.json' with { type: 'json' }
import en from './text.en.json' with { type: 'json' }
import nl from './text.nl.json' with { type: 'json' }
import wayInEn from './way-in/text.en.json' with { type: 'json' }
import wayInNl from './way-in/text.nl.json' with { type: 'json' }

export type PortalKey =
  | keyof typeof nl
  | keyof typeof attributesNl
  | keyof typeof casesNl
  | keyof typeof consentNl
  | keyof typeof noticesNl
  | keyof typeof decisionsNl
  | keyof typeof feedbackNl
  | keyof typeof rightsNl
  | keyof typeof wayInNl

export const portalWords = createWords(
  {
    ...attributesNl,
    ...casesNl,
    ...consentNl,
    ...decisionsNl,
    ...feedbackNl,
    ...noticesNl,
    ...rightsNl,
    ...wayInNl,
    ...nl,
  },
  {
    ...attributesEn,
    ...casesEn,
    ...consentEn,
    ...decisionsEn,
    ...feedbackEn,
    ...noticesEn,
    ...rightsEn,
    ...wayInEn,
    ...en,
  },
)

export type PortalContext = Words<PortalKey> &
  Dates & {
    readonly language: Language
    readonly now: Date
    readonly path: string
    readonly scheme: Scheme
    readonly assets: AssetPaths
    /** `/p/<token>`, or undefined on public pages. */
    readonly base: string | undefined
    /** Where a link to everything of the person begins, on the page of something that was chosen there; undefined on every other page. */
    readonly home?: string | undefined
    number(n: number): string
  }

export function portalContext(
  given: Pick<PortalContext, 'language' | 'now' | 'path' | 'scheme' | 'assets' | 'base' | 'home'>,
): PortalContext {
  const { language } = given
  return {
    ...given,
    ...portalWords(language),
    ...datesIn(language),
    number: (n) => formatNumber(n, language),
  }
}
