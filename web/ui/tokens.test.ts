/** The colours of tokens.css against WCAG 2.2: text 4.5, graphics and edges 3, in light and dark, for every theme. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')

type Colours = Readonly<Record<string, readonly [light: string, dark: string]>>

function colours(selector: string): Colours {
  const blocks = [...css.matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, name]) => name!.trim() === selector)
  const found: Record<string, readonly [string, string]> = {}
  for (const [, , body] of blocks)
    for (const [, name, light, dark] of body!.matchAll(
      /--waarborg-color-([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g,
    ))
      found[name!] ??= [light!, dark!]
  return found
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}

const grounds = ['page', 'surface', 'sunken']
const states = ['ok', 'attention', 'bad', 'unknown']
/** What stands on what, and how much it must stand out. */
const pairs: readonly (readonly [string, readonly string[], number])[] = [
  ['ink', [...grounds, 'accent-soft', ...states.map((state) => `${state}-soft`)], 4.5],
  ['ink-subtle', [...grounds, 'accent-soft'], 4.5],
  ['accent', [...grounds, 'accent-soft'], 4.5],
  ['accent-strong', [...grounds, 'accent-soft'], 4.5],
  ['on-accent', ['accent', 'accent-strong'], 4.5],
  ['on-bad', ['bad'], 4.5],
  ['on-band', ['band'], 4.5],
  ['code', ['code-ground'], 7],
  ['line-strong', grounds, 3],
  ['focus', grounds, 3],
  ...states.map((state) => [state, [...grounds, `${state}-soft`], 4.5] as const),
]

const root = colours(':root')
const themes: Readonly<Record<string, Colours>> = {
  'of the product': root,
  'of kaapstroom': { ...root, ...colours(':root[data-theme="kaapstroom"]') },
  'of wijkwinkel': { ...root, ...colours(':root[data-theme="wijkwinkel"]') },
}

describe('contrast', () => {
  test('of black and white is 21, of a colour with itself 1', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21)
    assert.equal(contrast('#777777', '#777777'), 1)
    assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01)
  })

  for (const [name, theme] of Object.entries(themes))
    test(`of the colours ${name} is enough in light and dark`, () => {
      const wrong: string[] = []
      for (const [front, backs, least] of pairs)
        for (const back of backs)
          for (const scheme of [0, 1] as const) {
            const [a, b] = [theme[front]?.[scheme], theme[back]?.[scheme]]
            assert.ok(a && b, `${front} or ${back} is not in tokens.css`)
            const found = contrast(a, b)
            if (found < least)
              wrong.push(`${front} on ${back}, ${scheme ? 'dark' : 'light'}: ${found.toFixed(2)} < ${least}`)
          }
      assert.deepEqual(wrong, [])
    })
})

test('components use tokens: no raw colour stands in another style sheet', () => {
  const wrong: string[] = []
  // On paper a border is grey whatever the theme.
  for (const sheet of ['base', 'console', 'portal', 'cases', 'conversation'])
    for (const [i, line] of readFileSync(join(import.meta.dirname, `${sheet}.css`), 'utf8')
      .split('\n')
      .entries())
      if (/#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i.test(line)) wrong.push(`${sheet}.css:${i + 1}`)
  assert.deepEqual(wrong, [])
})
