/**
 * How long a first visit takes on a phone with a slow network, and what it weighs. The screens with sample replies, in a
 * real Chromium whose network and processor are slowed down; nothing is in its cache.
 */
import type { Browser } from 'playwright-core'
import { openBrowser } from '../test/browser.ts'
import { startPreview } from '../web/preview.ts'
import { type PreviewPage, portalPages, previewPages } from '../web/preview-pages.ts'
import { type BenchContext, median, type Table } from './table.ts'

/** Slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms to the answer; a processor four times as slow as this one. */
const slow = { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, offline: false }
const slowdown = 4
const goalMs = 1_500
const limitMs = 2_000
const goalBytes = 20_000
/** Of the pages a customer opens: script is the part of the weight that a slow phone also has to run. */
const goalScriptBytes = 10_000
/** A tenth of what web.dev calls good for the sum of shifts; a head that comes in two packets moves by 0.001. */
const limitShift = 0.01

/** Bytes compressed, as sent; `shift` is the sum of the layout-shift entries, without unit (0: nothing moved). */
type Visit = {
  readonly usableMs: number
  readonly bytes: number
  readonly scriptBytes: number
  readonly requests: number
  readonly shift: number
}

/** Usable: everything of the first view has come and is painted, and the page's scripts have run. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'nl' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.emulateNetworkConditions', slow)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  const sizes: Promise<{ script: boolean; bytes: number }>[] = []
  page.on('requestfinished', (request) => {
    sizes.push(
      request
        .sizes()
        .then(({ responseBodySize }) => ({ script: request.resourceType() === 'script', bytes: responseBodySize })),
    )
  })
  await page.goto(url, { waitUntil: 'load' })
  const usableMs = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        const look = () => {
          const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
          const [paint] = performance.getEntriesByName('first-contentful-paint')
          if (load!.loadEventEnd > 0 && paint) done(Math.max(load!.loadEventEnd, paint.startTime))
          else setTimeout(look, 20)
        }
        look()
      }),
  )
  // What comes later (an icon of the site) is not of the first view.
  page.removeAllListeners('requestfinished')
  const parts = await Promise.all(sizes)
  const shift = await page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 50)))
      }),
  )
  await context.close()
  return {
    usableMs,
    bytes: sum(parts),
    scriptBytes: sum(parts.filter(({ script }) => script)),
    requests: parts.length,
    shift,
  }
}

const sum = (parts: readonly { readonly bytes: number }[]) => parts.reduce((all, { bytes }) => all + bytes, 0)

/** Time the server needs for a page itself, ms, median of 50; without network and browser. */
async function renderMs(app: { request(path: string): Response | Promise<Response> }, path: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 60; round++) {
    const began = performance.now()
    await (await app.request(path)).text()
    if (round >= 10) times.push(performance.now() - began)
  }
  return median(times)
}

export async function run({ quick, say }: BenchContext): Promise<Table> {
  const browser = await openBrowser()
  if (!browser)
    throw new Error('no Chromium found (CHROME_PATH, /usr/bin/chromium, google-chrome, @sparticuz/chromium)')
  const preview = await startPreview()
  const customers = new Set(portalPages.map(({ path }) => path))
  const pages = previewPages.filter(({ status }) => status === undefined)
  const rows: (readonly (string | number)[])[] = []
  const medians: number[] = []
  const weights: number[] = []
  const shifts: number[] = []
  const customerScripts: number[] = []
  const customerShifts: number[] = []
  const renders: number[] = []
  let slowest: { name: string; ms: number } = { name: '', ms: 0 }
  try {
    await visit(browser, `${preview.url}/sign-in`)
    for (const { name, path } of quick ? everyFifth(pages) : pages) {
      const visits: Visit[] = []
      for (let round = 0; round < (quick ? 1 : 5); round++) visits.push(await visit(browser, preview.url + path))
      const times = visits.map(({ usableMs }) => usableMs)
      const { bytes, scriptBytes, requests } = visits.at(-1)!
      const shift = Math.max(...visits.map((each) => each.shift))
      const render = await renderMs(preview.app, path)
      medians.push(median(times))
      weights.push(bytes)
      shifts.push(shift)
      if (customers.has(path)) {
        customerScripts.push(scriptBytes)
        customerShifts.push(shift)
      }
      renders.push(render)
      const worst = Math.max(...times)
      if (worst > slowest.ms) slowest = { name, ms: worst }
      rows.push([
        name,
        Math.round(median(times)),
        `${Math.round(Math.min(...times))}–${Math.round(worst)}`,
        (bytes / 1_000).toFixed(1),
        (scriptBytes / 1_000).toFixed(1),
        requests,
        shift === 0 ? '0' : shift.toFixed(3),
        render.toFixed(2),
      ])
      say(
        `${name}: ${Math.round(median(times))} ms, ${(bytes / 1_000).toFixed(1)} kB, rendered in ${render.toFixed(2)} ms`,
      )
    }
  } finally {
    await browser.close()
    await preview.close()
  }
  const worst = {
    median: Math.max(...medians),
    bytes: Math.max(...weights),
    script: Math.max(...customerScripts, 0),
    shift: Math.max(...shifts),
    customerShift: Math.max(...customerShifts, 0),
    render: Math.max(...renders),
  }
  return {
    title: 'Pages on a slow phone',
    about:
      'Every screen with sample replies, in a real Chromium of 360 pixels wide with an empty cache, network slowed to 1.6 Mbit/s with 150 ms to each answer (slow 4G, without the set-up of the connection), processor slowed four times; five visits each. Usable: all of the first view loaded and painted, scripts run. Weight: bodies as sent, compressed, of all requests of the first view. Layout shift: the sum of the browser’s own layout-shift entries, the worst of the visits. Rendering: the server’s own time per page with the replies at hand, median of 50. Cost grows with the rows that a page shows, and lists are paged.',
    columns: ['page', 'usable, ms', 'range', 'kB', 'of which script', 'requests', 'layout shift', 'rendering, ms'],
    rows,
    goals: [
      {
        goal: `usable within ${goalMs} ms (median of five visits), each page`,
        found: `${Math.round(worst.median)} ms at most`,
        met: worst.median <= goalMs,
      },
      {
        goal: `no visit over ${limitMs} ms`,
        found: `${Math.round(slowest.ms)} ms (${slowest.name})`,
        met: slowest.ms <= limitMs,
      },
      {
        goal: `first view at most ${goalBytes / 1_000} kB compressed, each page`,
        found: `${(worst.bytes / 1_000).toFixed(1)} kB at most`,
        met: worst.bytes <= goalBytes,
      },
      {
        goal: `script at most ${goalScriptBytes / 1_000} kB compressed, each page of a customer`,
        found: `${(worst.script / 1_000).toFixed(1)} kB at most`,
        met: worst.script <= goalScriptBytes,
      },
      {
        goal: 'nothing moves while a page of a customer loads',
        found: `shift ${worst.customerShift.toFixed(3)} at most`,
        met: worst.customerShift < 0.0005,
      },
      {
        goal: `shift under ${limitShift}, each page`,
        found: `${worst.shift.toFixed(3)} at most`,
        met: worst.shift < limitShift,
      },
      {
        goal: 'rendered within 5 ms, each page',
        found: `${worst.render.toFixed(2)} ms at most`,
        met: worst.render <= 5,
      },
    ],
  }
}

const everyFifth = (pages: readonly PreviewPage[]) => pages.filter((_, i) => i % 5 === 0)
