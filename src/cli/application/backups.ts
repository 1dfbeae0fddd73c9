import type { Settings } from '../../platform/settings.ts'

/**
 * Until when a backup can hold the sealed contents of somebody who is erased now together with a key that opens them: the
 * epoch of their key is left within `epochDays`, and its key is destroyed `backupDays` after that.
 */
export function backupsUntil({
  epochDays,
  backupDays,
}: Pick<Settings, 'epochDays' | 'backupDays'>): (now: Date) => Date {
  return (now) => new Date(now.getTime() + (epochDays + backupDays) * 86_400_000)
}
