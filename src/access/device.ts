/** What a session list says of a device: browser and system by class, never the whole of what a browser sends. */

export const browsers = ['edge', 'firefox', 'chrome', 'safari', 'other'] as const
export const systems = ['windows', 'macos', 'ios', 'android', 'linux', 'other'] as const
export type Device = {
  readonly browser: (typeof browsers)[number]
  readonly system: (typeof systems)[number]
}

/** In this order: Edge says it is Chrome, Chrome says it is Safari, Android says it is Linux, iOS says it is like Mac. */
const browserSigns: readonly (readonly [RegExp, Device['browser']])[] = [
  [/\bEdg(e|A|iOS)?\//, 'edge'],
  [/\b(Firefox|FxiOS)\//, 'firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'chrome'],
  [/\bSafari\//, 'safari'],
]
const systemSigns: readonly (readonly [RegExp, Device['system']])[] = [
  [/\b(iPhone|iPad|iPod)\b/, 'ios'],
  [/\bAndroid\b/, 'android'],
  [/\bWindows\b/, 'windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macos'],
  [/\bLinux\b|\bCrOS\b/, 'linux'],
]

export function deviceOf(userAgent: string | undefined): Device {
  const text = (userAgent ?? '').slice(0, 1_000)
  return {
    browser: browserSigns.find(([sign]) => sign.test(text))?.[1] ?? 'other',
    system: systemSigns.find(([sign]) => sign.test(text))?.[1] ?? 'other',
  }
}

export const formatDevice = ({ browser, system }: Device): string => `${browser}/${system}`

/** A row of ours; anything else is `other`. */
export function parseDevice(text: string): Device {
  const [browser, system] = text.split('/')
  return {
    browser: browsers.find((known) => known === browser) ?? 'other',
    system: systems.find((known) => known === system) ?? 'other',
  }
}
