/** The screens in a real Chromium, on the preview server: usable by keyboard, by eye, by screen reader, on a small phone. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { findBrowser, launch } from '../test/browser.ts'
import { colourRules, faults, rules, sideways } from '../test/page-faults.ts'
import { caseIds } from './fixtures/cases.ts'
import { entryViews, vkey } from './fixtures/ledger.ts'
import { receiptOf } from './fixtures/portal.ts'
import { receiptFile } from './portal/receipt.tsx'
import { startPreview } from './preview.ts'
import { type PreviewPage, previewPages } from './preview-pages.ts'

const found = await findBrowser()
const skip = found ? false : 'no Chromium found (CHROME_PATH, /usr/bin/chromium, google-chrome, @sparticuz/chromium)'

let browser: Browser | undefined
let preview: Awaited<ReturnType<typeof startPreview>>
const open: BrowserContext[] = []
/** What a browser complained of, and what it asked of other hosts. */
const complaints: string[] = []

before(async () => {
  preview = await startPreview()
  browser = found && (await launch(found))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((context) => context.close()))
})
after(async () => {
  await browser?.close()
  await preview.close()
})

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser!.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl', ...options })
  open.push(context)
  const page = await context.newPage()
  watch(page)
  await page.goto(preview.url + path)
  return page
}

function watch(page: Page): void {
  page.on('console', (message) => {
    // Chromium reports the status of a page that is asked for and not there.
    if (message.type() === 'error' && !/status of (404|410)/.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(preview.url) && !request.url().startsWith('data:')) complaints.push(request.url())
  })
}

/**
 * Words that stand over two lines without a joint that was marked for it: a reader meets half a word. Addresses, numbers and
 * code may be broken anywhere.
 */
const brokenWords = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const parent = text.parentElement!
      if (parent.offsetParent === null || parent.closest('script, style, pre, code, .only-read')) continue
      if (parent.offsetWidth < 3) continue
      for (const { 0: word, index } of text.nodeValue!.matchAll(/(?<![\w@.:/-])\p{L}[\p{L}\u00ad]+(?![\w@:/])/gu)) {
        const range = document.createRange()
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const boxes = [...range.getClientRects()]
        if (boxes.every(({ top }) => Math.abs(top - boxes[0]!.top) <= 4)) continue
        let line: number | undefined
        for (let i = 0; i < word.length; i++) {
          range.setStart(text, index + i)
          range.setEnd(text, index + i + 1)
          const box = [...range.getClientRects()].at(-1)
          if (box === undefined || box.width === 0) continue
          if (line !== undefined && box.top - line > 4 && word[i - 1] !== '\u00ad')
            found.push(`${parent.tagName.toLowerCase()}: ${word.slice(0, i)}/${word.slice(i)}`)
          line = box.top
        }
      }
    }
    return found
  })
/** The reader's own size of text, as set in the browser. */
async function setTextSize(page: Page, pixels: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setFontSizes', { fontSizes: { standard: pixels, fixed: pixels } })
  await session.detach()
}

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim() || '')

/** `only`: rules of axe; null: none. The narrowest and the widest window have every element of a page between them. */
const looks = [
  { width: 1280, scheme: 'light', only: rules },
  { width: 1280, scheme: 'dark', only: colourRules },
  { width: 360, scheme: 'dark', only: null },
  { width: 320, scheme: 'light', only: rules },
] as const

/** Every look of a page after the other, in the same window. */
async function look(page: Page, { name, path, status = 200 }: PreviewPage, language: string): Promise<string[]> {
  const wrong: string[] = []
  const reply = await page.goto(`${preview.url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
  if (reply!.status() !== status) wrong.push(`${name}: status ${reply!.status()}`)
  // Elements and colours do not depend on the language; how much room words take does.
  const dutch = language === 'nl'
  for (const { width, scheme, only } of looks.filter((one) => dutch || one.only === rules)) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme: scheme })
    const over = await sideways(page)
    if (over > 0) wrong.push(`${name} ${width}: ${over} pixels too wide`)
    if (dutch && only !== null)
      for (const fault of await faults(page, only)) wrong.push(`${name} ${width} ${scheme}: ${fault}`)
    if (width === 320) for (const word of await brokenWords(page)) wrong.push(`${name} 320: ${word}`)
  }
  // WCAG 1.4.4: text twice as large, in a window that is half a screen; and on paper.
  await page.setViewportSize({ width: 680, height: 900 })
  await setTextSize(page, 32)
  const large = await sideways(page)
  if (large > 0) wrong.push(`${name}, large text: ${large} pixels too wide`)
  for (const word of await brokenWords(page)) wrong.push(`${name}, large text: ${word}`)
  await setTextSize(page, 16)
  await page.emulateMedia({ media: 'print' })
  const paper = await sideways(page)
  if (paper > 0) wrong.push(`${name}, print: ${paper} pixels too wide`)
  for (const word of await brokenWords(page)) wrong.push(`${name}, print: ${word}`)
  await page.emulateMedia({ media: 'screen' })
  return wrong
}

describe('every screen', { skip, concurrency: 2 }, () => {
  const half = Math.ceil(previewPages.length / 2)
  for (const language of ['nl', 'en'])
    for (const [part, pages] of [previewPages.slice(0, half), previewPages.slice(half)].entries())
      test(`has no fault for axe and no word or column that does not fit, light and dark (${language}, ${part + 1})`, async () => {
        const context = await browser!.newContext({ reducedMotion: 'reduce' })
        const page = await context.newPage()
        watch(page)
        const wrong: string[] = []
        for (const one of pages) wrong.push(...(await look(page, one, language)))
        await context.close()
        assert.deepEqual(wrong, [])
        assert.deepEqual(complaints, [], 'no error in the console, nothing asked elsewhere')
        assert.deepEqual(preview.failures, [])
      })
})

describe('what opens over a screen', { skip }, () => {
  const system = '/console/systems/klantassistent'

  for (const { width, scheme } of looks)
    test(`has no fault for axe either (${width}, ${scheme})`, async () => {
      const page = await visit(system, { viewport: { width, height: 900 }, colorScheme: scheme })
      const wrong: string[] = []
      await page.click('.button--stop[data-dialog="stop"]')
      await page.waitForSelector('dialog#stop[open]')
      wrong.push(...(await faults(page)), ...((await sideways(page)) > 0 ? ['stop: too wide'] : []))
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await page.waitForSelector('dialog#palette[open] a')
      wrong.push(...(await faults(page)), ...((await sideways(page)) > 0 ? ['palette: too wide'] : []))
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await page.waitForSelector('dialog#keys[open] dl.keys')
      wrong.push(...(await faults(page)))
      await page.keyboard.press('Escape')
      if (width < 1024) {
        await page.click('.top__menu')
        await page.waitForSelector('.areas:popover-open')
        wrong.push(...(await faults(page)))
      }
      assert.deepEqual(wrong, [])
    })
})

describe('by keyboard', { skip }, () => {
  test('the first stop skips the menu, and the next is in the content', async () => {
    for (const path of ['/console/today', '/p/goed']) {
      const page = await visit(path)
      await page.keyboard.press('Tab')
      assert.equal(await page.evaluate(() => document.activeElement?.className), 'skip')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      assert.ok(await page.evaluate(() => document.activeElement?.closest('main') !== null), path)
    }
  })

  test('every stop shows where it is', async () => {
    const page = await visit('/console/today')
    for (let stop = 0; stop < 25; stop++) {
      await page.keyboard.press('Tab')
      const shown = await page.evaluate(() => {
        const element = document.activeElement!
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
      })
      assert.ok(shown, `stop ${stop}: ${await focused(page)}`)
    }
  })

  test('the stop dialog has the safe choice in focus, Escape closes it and focus returns', async () => {
    const page = await visit('/console/systems/klantassistent')
    await page.focus('.button--stop[data-dialog="stop"]')
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog#stop[open]')
    assert.ok(await page.evaluate(() => document.activeElement?.hasAttribute('data-close')))
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('dialog#stop[open]').count(), 0)
    assert.ok(await page.evaluate(() => document.activeElement?.getAttribute('data-dialog') === 'stop'))
  })

  test('the palette finds a screen and a system, the arrows choose, Escape goes back', async () => {
    const page = await visit('/console/today')
    await page.keyboard.press('/')
    await page.waitForSelector('dialog#palette[open] a')
    assert.equal(await focused(page), 'palette-field')
    await page.keyboard.type('telefoon')
    // At once, while the rows are on their way: the keys act on the rows of what was typed.
    await page.keyboard.press('ArrowDown')
    await Promise.all([page.waitForURL('**/console/systems/telefoonassistent'), page.keyboard.press('Enter')])
    await page.keyboard.press('Control+k')
    await page.waitForSelector('dialog#palette[open]')
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('dialog[open]').count(), 0)
  })

  test('g and a letter goes to an area, j and k walk the rows, o opens one', async () => {
    const page = await visit('/console/today')
    await page.keyboard.press('g')
    await Promise.all([page.waitForURL('**/console/conversations'), page.keyboard.press('g')])
    await page.keyboard.press('j')
    const first = await focused(page)
    await page.keyboard.press('j')
    assert.notEqual(await focused(page), first)
    await page.keyboard.press('k')
    assert.equal(await focused(page), first)
    await Promise.all([page.waitForURL('**/console/conversations/*'), page.keyboard.press('o')])
  })

  test('letters do nothing in a field, and nothing at all when they are switched off', async () => {
    const page = await visit('/console/conversations')
    await page.focus('input[name="find"]')
    await page.keyboard.type('g/?j')
    assert.equal(await page.inputValue('input[name="find"]'), 'g/?j')
    assert.equal(await page.locator('dialog[open]').count(), 0)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('?')
    await page.waitForSelector('dialog#keys[open]')
    await page.uncheck('[data-letters]')
    await page.keyboard.press('Escape')
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('/')
    assert.equal(await page.locator('dialog[open]').count(), 0)
    await page.reload()
    await page.keyboard.press('?')
    assert.equal(await page.locator('dialog[open]').count(), 0, 'also on the next page')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('dialog#palette[open]')
  })

  test('no single letter stops a system', async () => {
    const page = await visit('/console/systems/klantassistent')
    for (const key of 'abcdefhijklmnpqrsuvwxyz') await page.keyboard.press(key)
    assert.equal(await page.locator('dialog#stop[open]').count(), 0)
    assert.ok(page.url().startsWith(preview.url))
  })

  test('the menu of a phone opens and closes, and focus returns', async () => {
    const page = await visit('/console/today', { viewport: { width: 360, height: 740 } })
    assert.equal(await page.locator('.areas').isVisible(), false)
    await page.focus('.top__menu')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.areas:popover-open')
    await page.keyboard.press('Escape')
    assert.equal(await page.locator('.areas').isVisible(), false)
    assert.ok(await page.evaluate(() => document.activeElement?.classList.contains('top__menu')))
  })
})

describe('a system', { skip }, () => {
  for (const javaScriptEnabled of [true, false])
    test(`is stopped with a reason and started again, ${javaScriptEnabled ? 'in the dialog' : 'without script on pages'}`, async () => {
      const page = await visit('/console/systems/gespreksverslag', { javaScriptEnabled })
      await page.click('.head__acts .button--stop')
      if (javaScriptEnabled) await page.waitForSelector('dialog#stop[open]')
      else await page.waitForURL('**/stop')
      await page.check('input[name="reason"][value="privacy"] >> visible=true')
      await Promise.all([
        page.waitForURL('**/gespreksverslag?done=stopped'),
        page.click('.button--stop-now >> visible=true'),
      ])
      assert.equal(await page.locator('.message--bad').count(), 1)
      await page.click('a[href$="/resume"]')
      await page.fill('textarea[name="reason"]', 'Het lek is gedicht en nagekeken.')
      await Promise.all([page.waitForURL('**/gespreksverslag?done=resumed'), page.click('main form .button--first')])
      assert.equal(await page.locator('.message--ok').count(), 1)
    })
})

describe('a case', { skip }, () => {
  test('is found, opened and read by keyboard alone', async () => {
    const page = await visit('/console/today')
    await page.keyboard.press('g')
    await Promise.all([page.waitForURL('**/console/cases'), page.keyboard.press('a')])
    await page.keyboard.press('j')
    const first = await focused(page)
    await page.keyboard.press('j')
    assert.notEqual(await focused(page), first)
    await Promise.all([page.waitForURL('**/console/cases/*'), page.keyboard.press('o')])
    await page.keyboard.press('/')
    await page.waitForSelector('dialog#palette[open] a')
    await page.keyboard.type('K-2026-009312')
    await page.keyboard.press('ArrowDown')
    await Promise.all([page.waitForURL('**/console/cases?find=K-2026-009312'), page.keyboard.press('Enter')])
  })

  for (const javaScriptEnabled of [true, false])
    test(`is taken, given back and noted on, with forms alone${javaScriptEnabled ? '' : ', also without script'}`, async () => {
      const page = await visit('/console/cases', { javaScriptEnabled })
      await Promise.all([page.waitForURL('**tab=none'), page.click('.tabs a[href*="tab=none"]')])
      await page.selectOption('#kind', 'complaint')
      await Promise.all([page.waitForURL('**kind=complaint**'), page.click('form.filters button')])
      await Promise.all([page.waitForURL('**done=taken**'), page.click('form[action$="/take"] button')])
      assert.match(page.url(), /tab=none.*kind=complaint/)
      assert.equal(await page.locator('.message--ok[role="status"]').count(), 1)
      await Promise.all([page.waitForURL('**done=returned**'), page.click('form[action$="/return"] button')])
      await Promise.all([page.waitForURL('**/console/cases/*'), page.click('table a.id')])
      await page.fill('#note', 'De klant belt maandag terug.')
      await Promise.all([page.waitForURL('**?done=noted'), page.click('form[action$="/notes"] button')])
      assert.equal(await page.locator('.message--ok[role="status"]').count(), 1)
    })

  test('has no fault for axe with a form that was refused, in every look', async () => {
    const page = await visit(`/console/cases/${caseIds.complaint}?act=propose`)
    const wrong: string[] = []
    await page.fill('[name="point.0"]', 'De computer wees af')
    await Promise.all([page.waitForLoadState('load'), page.click('button[name="more"]')])
    await page.waitForSelector('[name="point.2"]')
    assert.equal(await page.inputValue('[name="point.0"]'), 'De computer wees af')
    for (const { width, scheme } of looks) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      if ((await sideways(page)) > 0) wrong.push(`${width}: too wide`)
      for (const fault of await faults(page)) wrong.push(`${width} ${scheme}: ${fault}`)
    }
    assert.deepEqual(wrong, [])
  })

  test('gives a file to save and stays where it is', async () => {
    const page = await visit(`/console/cases/${caseIds.complaint}`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')])
    assert.equal(download.suggestedFilename(), 'afspraak monteur.pdf')
    assert.match(page.url(), /\/console\/cases\/[\w-]+$/)
  })

  test('prints each letter on a sheet of its own, folded away on screen or not', async () => {
    const page = await visit(`/console/cases/${caseIds.complaint}`)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('.letters .letter').first().isVisible(), true)
    assert.equal(
      await page
        .locator('.letters .letter')
        .first()
        .evaluate((letter) => getComputedStyle(letter).breakBefore),
      'page',
    )
  })
})

describe('the search in what was said', { skip }, () => {
  for (const language of ['nl', 'en'])
    test(`has no fault for axe with what it found, before and after a reason, and when it stopped (${language})`, async () => {
      const page = await visit(`/console/conversations/words?lang=${language}`)
      const wrong: string[] = []
      const check = async (name: string) => {
        for (const { width, scheme } of looks) {
          await page.setViewportSize({ width, height: 900 })
          await page.emulateMedia({ colorScheme: scheme })
          const over = await sideways(page)
          if (over > 0) wrong.push(`${name} ${width}: ${over} pixels too wide`)
          for (const fault of await faults(page)) wrong.push(`${name} ${width} ${scheme}: ${fault}`)
        }
      }
      const ask = async (words: string) => {
        await page.fill('#f-words', words)
        await Promise.all([page.waitForLoadState('load'), page.keyboard.press('Enter')])
        await page.waitForSelector('#found, .empty, #f-words-error')
      }
      await page.click('details > summary')
      await page.focus('#f-words')
      await ask('monteur')
      await check('found')
      await page.selectOption('#reason', 'complaint')
      await Promise.all([page.waitForSelector('main mark'), page.click('form[aria-labelledby="pieces"] button')])
      await check('pieces')
      for (const words of ['oud', 'niets', 'de']) {
        await ask(words)
        await check(words)
      }
      assert.deepEqual(wrong, [])
    })

  test('keeps the filters in the address and the words out of it; j walks what was found', async () => {
    const page = await visit('/console/conversations/words')
    await page.selectOption('#f-channel', 'voice')
    await page.fill('#f-words', 'Vlierboom')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#found')
    assert.match(page.url(), /\/words\?channel=voice$/)
    assert.equal(await page.inputValue('#f-words'), 'Vlierboom')
    assert.equal(await page.inputValue('#f-channel'), 'voice')
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('j')
    assert.ok(await page.evaluate(() => document.activeElement?.closest('ol.rows') !== null))
  })
})

describe('a switch of the portal', { skip }, () => {
  test('counts at once: the page stays, the news is told, the focus stays, and a reload shows the same', async () => {
    const page = await visit('/p/goed/choices')
    const id = '#choice-gespreksopname-switch'
    const before = await page.getAttribute(id, 'aria-checked')
    await page.evaluate(() => Object.assign(globalThis, { stayed: true }))
    await page.focus(id)
    await page.keyboard.press('Space')
    await page.waitForFunction(
      ([selector, was]) => document.querySelector(selector!)?.getAttribute('aria-checked') !== was,
      [id, before] as const,
    )
    assert.equal(await page.evaluate(() => (globalThis as { stayed?: boolean }).stayed), true, 'no new page')
    assert.ok((await page.textContent('#news[role="status"]'))!.trim().length > 20)
    assert.equal(await page.evaluate(() => document.activeElement?.id), id.slice(1))
    assert.deepEqual(await faults(page), [])
    const after = await page.getAttribute(id, 'aria-checked')
    await page.reload()
    assert.equal(await page.getAttribute(id, 'aria-checked'), after)
  })

  test('works as a form without script', async () => {
    const page = await visit('/p/goed/choices', { javaScriptEnabled: false })
    const id = '#choice-gespreksopname-switch'
    const before = await page.getAttribute(id, 'aria-checked')
    await Promise.all([page.waitForURL('**/choices?done=gespreksopname'), page.click(id)])
    assert.notEqual(await page.getAttribute(id, 'aria-checked'), before)
    assert.equal(await page.locator('#news .message--ok').count(), 1)
  })
})

describe('a question of consent', { skip }, () => {
  const [yes, no] = ['#choice-gespreksanalyse-yes', '#choice-gespreksanalyse-no'] as const
  for (const width of [320, 1_100])
    test(`yes and no weigh the same at ${width} px: one element, one size, one look, and nothing is chosen`, async () => {
      const page = await visit('/p/goed/choices')
      await page.setViewportSize({ width, height: 900 })
      const look = (id: string) =>
        page.locator(id).evaluate((element) => {
          const { width: w, height: h, top } = element.getBoundingClientRect()
          const style = getComputedStyle(element)
          return {
            element: element.tagName,
            role: element.getAttribute('role'),
            size: [Math.round(w), Math.round(h)],
            top: Math.round(top),
            colours: [style.color, style.backgroundColor, style.borderColor, style.fontWeight, style.fontSize],
          }
        })
      assert.deepEqual(await look(yes), await look(no))
      assert.ok((await look(no)).size[1]! >= 44)
      assert.equal(await page.locator('[aria-pressed="true"], :checked').count(), 0)
    })

  for (const [id, on, news] of [
    [yes, 'true', 'aan'],
    [no, 'false', 'uit'],
  ] as const)
    for (const javaScriptEnabled of [true, false])
      test(`one click on ${id} is enough${javaScriptEnabled ? '' : ' without script too'}, and there is a receipt`, async () => {
        const fresh = await startPreview()
        const context = await browser!.newContext({ javaScriptEnabled, locale: 'nl' })
        open.push(context)
        const page = await context.newPage()
        await page.goto(`${fresh.url}/p/goed/choices`)
        await page.click(id)
        await page.waitForSelector('#news .message--ok')
        assert.match((await page.textContent('#news'))!, new RegExp(`staat nu ${news}`))
        assert.equal(await page.locator('#news a[href*="/receipts/"]').count(), 1)
        const switchOf = page.locator('#choice-gespreksanalyse-switch')
        assert.equal(await switchOf.getAttribute('aria-checked'), on)
        assert.equal(await page.locator(yes).count(), 0)
        await context.close()
        await fresh.close()
      })
})

describe('a receipt', { skip }, () => {
  const event = entryViews[4]!.event
  const verdict = (page: Page, wanted: string) => page.waitForSelector(`[data-receipt][data-verdict="${wanted}"]`)

  test('is checked in the reader’s own browser, also after one character is changed and without a network', async () => {
    const page = await visit(`/p/goed/receipts/${event}`)
    await verdict(page, 'ok')
    await page.context().setOffline(true)
    await page.click('[data-try]')
    await verdict(page, 'bad')
    assert.equal(await page.locator('mark.diff').count(), 1)
    assert.deepEqual(await faults(page), [])
    await page.click('[data-try]')
    await verdict(page, 'ok')
  })

  test('that is tampered with is never green, wherever the change is', async () => {
    const page = await visit(`/p/goed/receipts/${event}`)
    await verdict(page, 'ok')
    for (const [place, from, to] of [
      ['[data-entry]', '"chat"', '"voice"'],
      ['[data-proof]', 'index 4', 'index 5'],
      ['[data-proof]', /\n— [^\n]+\n$/, '\n'],
      ['[data-vkey]', /.{6}$/, 'AAAAAA'],
    ] as const) {
      await page.reload()
      await verdict(page, 'ok')
      const whole = (await page.textContent(place))!
      const changed = whole.replace(from, to)
      assert.notEqual(changed, whole)
      // The two clicks check again what stands in the page; the entry is put back by the second.
      await page.evaluate(
        ([selector, text]) => {
          document.querySelector(selector!)!.textContent = text!
        },
        [place, changed] as const,
      )
      if (place === '[data-entry]') continue
      await page.click('[data-try]')
      await page.click('[data-try]')
      await page.waitForFunction(() => document.querySelector('[data-receipt]')?.getAttribute('data-verdict') !== 'ok')
    }
  })

  test('of the console is checked there too', async () => {
    const page = await visit(`/console/ledger/entries/${event}`)
    await verdict(page, 'ok')
  })

  test('without a number waits, and is neither right nor wrong', async () => {
    const page = await visit(`/p/goed/receipts/${entryViews.at(-1)!.event}`)
    await page.waitForLoadState('networkidle')
    await verdict(page, 'wait')
  })

  const receipt = receiptOf(event)
  const file = (name: string, content: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
  const whole = receiptFile(receipt)
  for (const [what, files, wanted] of [
    ['whole', [file('bewijs.receipt.json', whole)], 'ok'],
    ['as entry and proof', [file('a.json', receipt.entry), file('a.tlog-proof', receipt.proof!)], 'ok'],
    ['with one letter changed', [file('b.json', whole.replace('\\"chat\\"', '\\"chaT\\"'))], 'bad'],
    ['of another ledger', [file('c.json', whole.replaceAll('dekade.example/ledger', 'anders.example/log'))], 'unknown'],
    ['that is no receipt', [file('d.json', '{"hallo":1}')], 'unknown'],
    [
      'that is no text',
      [{ name: 'e.json', mimeType: 'image/png', buffer: Buffer.from([0xff, 0xd8, 0xff, 0]) }],
      'unknown',
    ],
    ['without its proof', [file('f.json', receipt.entry)], 'unknown'],
  ] as const)
    test(`that a reader brings, ${what}, is checked without a network: ${wanted}`, async () => {
      const page = await visit('/verify')
      await page.waitForLoadState('networkidle')
      await page.context().setOffline(true)
      await page.setInputFiles('#file', [...files])
      await verdict(page, wanted)
      assert.equal(await page.locator('[data-result]').isVisible(), true)
      assert.deepEqual(await faults(page), [])
    })

  test('cannot be checked where the key of the ledger is not to be had: that is not «wrong»', async () => {
    const page = await visit('/verify')
    await page.evaluate(() => document.querySelector('[data-vkey]')?.remove())
    await page.setInputFiles('#file', [file('bewijs.receipt.json', whole)])
    await verdict(page, 'unknown')
    assert.equal(await page.locator('[data-because="noKey"]').isVisible(), true)
  })

  test('names the key that is checked with, so that it can be compared', async () => {
    const page = await visit('/verify')
    assert.equal(await page.textContent('[data-vkey]'), vkey)
  })
})

describe('a reader’s own choice', { skip }, () => {
  test('of dark or light holds on the next page, with and without script', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await visit('/console/today', { javaScriptEnabled, colorScheme: 'light' })
      const saved = page.waitForResponse((reply) => reply.url().endsWith('/scheme'))
      await page.click('[data-scheme-form] button[value="dark"]')
      await saved
      await page.goto(`${preview.url}/console/systems`)
      assert.equal(await page.getAttribute('html', 'data-scheme'), 'dark')
    }
  })

  test('of language keeps the page, holds on the next, and is read aloud in that language', async () => {
    const page = await visit('/console/conversations?state=refused')
    assert.equal(await page.getAttribute('html', 'lang'), 'nl')
    await page.click('.tools a[lang="en"]')
    await page.waitForURL('**lang=en**')
    assert.match(page.url(), /state=refused/)
    await page.goto(`${preview.url}/console/today`)
    assert.equal(await page.getAttribute('html', 'lang'), 'en')
  })
})

describe('a session that ends', { skip }, () => {
  const idle = 'dialog#idle[open]'
  const path = '/console/people'
  /** The watch comes some seconds after the page, and counts from then: a clock that jumps before that ends nothing. */
  const watched = async (page: Page) => {
    await page.clock.fastForward('00:15')
    await page.waitForFunction(() => localStorage.getItem('waarborg-seen') !== null)
  }

  test('is asked about before, goes on when somebody is there, and takes its page along when nobody is, without a network too', async () => {
    const page = await visit('/sign-in')
    await page.clock.install()
    await page.route('**/api/session', (route) => route.fulfill({ json: {} }))
    await page.goto(preview.url + path)
    const name = await page.textContent('.top__person')
    await watched(page)
    await page.clock.fastForward('57:00')
    assert.equal(await page.locator(idle).count(), 0)
    await page.clock.fastForward('01:30')
    await page.waitForSelector(idle)
    assert.deepEqual(await faults(page), [])
    await page.click(`${idle} button`)
    await page.waitForSelector(idle, { state: 'detached' })
    await page.clock.fastForward('57:00')
    assert.equal(await page.locator(idle).count(), 0, 'the hour began again')
    await page.context().setOffline(true)
    await page.clock.fastForward('03:30')
    await page.waitForSelector('h1[tabindex="-1"]')
    const left = await page.evaluate(() => document.documentElement.outerHTML)
    assert.ok(!left.includes(name!.trim().split('\n')[0]!), 'nothing of the page is left')
    assert.equal(await page.locator('table, .top, nav, dialog').count(), 0)
    assert.match(await page.getAttribute('a.button', 'href').then(String), /^\/sign-in\?to=/)
  })

  test('elsewhere in the same browser takes the page along', async () => {
    const page = await visit('/sign-in')
    await page.clock.install()
    await page.goto(preview.url + path)
    await watched(page)
    const other = await page.context().newPage()
    await other.goto(`${preview.url}/sign-in?done=out`)
    await page.clock.fastForward('00:10')
    await page.waitForSelector('h1[tabindex="-1"]')
  })

  test('at its latest moment ends the page though somebody is there', async () => {
    const page = await visit('/sign-in')
    await page.clock.install()
    await page.goto(preview.url + path)
    await watched(page)
    await page.evaluate(() => {
      const seen = () => localStorage.setItem('waarborg-seen', String(Date.now()))
      setInterval(seen, 1_000)
    })
    await page.clock.fastForward(400 * 86_400_000)
    await page.waitForSelector('h1[tabindex="-1"]')
  })
})

test('a page on paper shows what is folded away on screen, and no menu', { skip }, async () => {
  const page = await visit('/console/conversations/01936f2a-7c00-7000-8000-000000000001')
  await page.emulateMedia({ media: 'print' })
  assert.equal(await page.locator('.areas').isVisible(), false)
  assert.equal(await page.locator('.top').isVisible(), false)
  assert.equal(await page.locator('.print-head').isVisible(), true)
})
