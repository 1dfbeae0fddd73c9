/** Whether staff may put their second factor off: with the demonstration, on one's own machine, and nowhere else. */
import { isLoopback } from '../access/rules.ts'
import { SettingError, type Settings } from '../platform/settings.ts'
import { demonstrationTenant } from './demonstration.ts'

type Given = {
  /** Does this installation run the demonstration's data? */
  readonly demonstration: boolean
  /** Was the setting given, or is it the default? */
  readonly given: boolean
}

/**
 * The organisation in which a second factor may wait; null: none. With the demonstration on this machine it may, unless
 * the setting says `required`. Errors: SettingError when `optional` was asked for anywhere else.
 */
export function secondFactorWaitsFor(
  settings: Pick<Settings, 'secondFactor' | 'host' | 'publicUrl'>,
  { demonstration, given }: Given,
): string | null {
  const here = isLoopback(settings.host) && (settings.publicUrl === null || isLoopback(hostIn(settings.publicUrl)))
  if (settings.secondFactor === 'required' && given) return null
  if (demonstration && here) return demonstrationTenant
  if (settings.secondFactor === 'optional')
    throw new SettingError(
      'WAARBORG_SECOND_FACTOR',
      'optional works only with the demonstration organisation, on an address of this machine',
    )
  return null
}

function hostIn(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
