/** What is wrong with a page in a real browser: for who sees, hears or reads it otherwise (axe-core), and on a small screen. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type AxeResult = { violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[] }

export const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Rules whose outcome changes with the colours alone. */
export const colourRules = ['color-contrast', 'link-in-text-block']

/** What axe-core finds on the page as it is now, a line per kind of fault. */
export async function faults(page: Page, only: readonly string[] = rules): Promise<string[]> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axe)
  // Colours that are on their way to others are not what a reader sees.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish()
  })
  const { violations } = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run(root: Document, options: object): Promise<AxeResult> } }).axe.run(
        document,
        { runOnly: tags, resultTypes: ['violations'] },
      ),
    only,
  )
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ target }) => target.join(' '))
        .join(', ')} ${nodes[0]?.failureSummary ?? ''}`,
  )
}

/** How many pixels the page is wider than the screen; more than 0 is a fault. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

/** Both, as lines that begin with the name of the page. */
export async function wrongOn(page: Page, name: string): Promise<string[]> {
  const found = (await faults(page)).map((fault) => `${name}: ${fault}`)
  return (await sideways(page)) > 0 ? [...found, `${name}: too wide`] : found
}
