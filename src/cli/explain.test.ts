import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { sharedData, without } from '../platform/shared-data.ts'
import { main } from './main.ts'

type Json = Record<string, unknown>
type Vector = Json & { kind?: string; x?: number[]; expected: Json }

describe('cli: explain', () => {
  const folder = mkdtempSync(join(tmpdir(), 'explain-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let files = 0
  const file = (contents: unknown): string => {
    const path = join(folder, `${++files}.json`)
    writeFileSync(path, typeof contents === 'string' ? contents : JSON.stringify(contents))
    return path
  }
  async function run(...argv: string[]): Promise<{ exit: number; out: string; error: string }> {
    let out = ''
    let error = ''
    const exit = await main(['explain', ...argv], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (error += text) },
      env: {},
      language: 'nl',
    })
    return { exit, out, error }
  }

  const path = sharedData('fairness', 'vectors', 'explanations.json')
  describe('the vectors', () => {
    if (path === undefined) {
      test('17 of Shapley values and 7 of changes', { skip: without(path) }, () => {})
      return
    }
    const { shapley, counterfactual, tolerance } = JSON.parse(readFileSync(path, 'utf8')) as {
      shapley: Vector[]
      counterfactual: Vector[]
      tolerance: number
    }
    test('there are 17 of Shapley values and 7 of changes', () =>
      assert.deepEqual([shapley.length, counterfactual.length], [17, 7]))

    for (const [i, { x, expected, ...model }] of shapley.entries())
      test(`Shapley values ${i}: ${model.kind}`, async () => {
        const { exit, out } = await run('--model', file(model), '--input', file(x === undefined ? {} : { x }), '--json')
        assert.equal(exit, 0, out)
        const found = JSON.parse(out) as { base: number; phi: number[]; output: number }
        const { base, phi, output } = expected as typeof found
        assert.ok(Math.abs(found.base - base) <= tolerance, `base ${found.base} ${base}`)
        assert.ok(Math.abs(found.output - output) <= tolerance, `output ${found.output} ${output}`)
        assert.equal(found.phi.length, phi.length)
        for (const [k, each] of phi.entries())
          assert.ok(Math.abs(found.phi[k]! - each) <= tolerance, `phi ${k}: ${found.phi[k]} ${each}`)
      })

    test('a background may stand in the input or in a file of its own', async () => {
      const { x, expected, background, ...model } = shapley.find(({ kind }) => kind === 'tree-interventional')!
      for (const argv of [
        ['--input', file({ x, background })],
        ['--input', file(x), '--background', file(background)],
      ]) {
        const { out } = await run('--model', file(model), ...argv, '--json')
        assert.ok(Math.abs((JSON.parse(out) as { base: number }).base - Number(expected.base)) <= tolerance)
      }
    })

    for (const [i, { x, expected, ...model }] of counterfactual.entries())
      test(`change ${i}`, async () => {
        const { exit, out } = await run('--model', file(model), '--input', file({ x }), '--json')
        assert.equal(exit, 0, out)
        const found = JSON.parse(out) as Json & { optima: number[][] }
        const { optima, ...others } = expected as { optima?: number[][] }
        for (const [key, value] of Object.entries(others)) assert.deepEqual(found[key], value, key)
        assert.deepEqual(found.optima, optima ?? [])
      })
  })

  const linear = {
    names: ['late', 'years'],
    weights: [-1, 0.25],
    intercept: 0.5,
    background: [
      [0, 2],
      [2, 6],
    ],
    threshold: 'score>=0',
  }
  const words = {
    features: [
      { feature: 'late', label: { nl: 'te late betalingen', en: 'late payments' } },
      { feature: 'years', label: { nl: 'jaren klant', en: 'years as a customer' } },
    ],
    attributes: [{ attribute: 'age', label: { nl: 'leeftijd', en: 'age' } }],
    outcome: {
      favourable: { nl: 'u mag gespreid betalen', en: 'you may pay in parts' },
      unfavourable: { nl: 'u mag niet gespreid betalen', en: 'you may not pay in parts' },
    },
    contest: { nl: 'bel 088-0000100', en: 'call 088-0000100' },
  }
  const actions = {
    lower: [0, 0],
    upper: [9, 40],
    step: [1, 1],
    direction: ['decrease', 'fixed'],
    costPerStep: [1, null],
  }

  test('an explanation in Dutch and in English, with what would have changed the outcome', async () => {
    const argv = ['--model', file(linear), '--input', file({ late: 3, years: 4 }), '--words', file(words)]
    const more = ['--actions', file({ ...actions, threshold: 0 }), '--role', 'decided']
    const { exit, out } = await run(...argv, ...more)
    assert.equal(exit, 0)
    assert.deepEqual(out.trim().split('\n'), [
      'De uitkomst is: u mag niet gespreid betalen.',
      'De computer nam het besluit. Er keek geen mens mee.',
      'Een computer berekende uw score: -1,50.',
      'De uitkomst is gunstig vanaf 0,00.',
      'Wij vergelijken u met het gemiddelde van 2 voorbeelden.',
      'Dit gegeven telde het meest.',
      'te late betalingen: 3. Dit maakte uw score lager.',
      'De computer heeft dit niet gebruikt: leeftijd.',
      'Nu geldt: te late betalingen is 3. Stel dat het 1 was. Dan was de uitkomst: u mag gespreid betalen.',
      'Al het andere blijft dan gelijk. Wij hebben dit nagerekend, maar het is geen belofte voor een volgende keer.',
      'Klopt dit niet? Een mens kan opnieuw kijken: bel 088-0000100.',
    ])
    const english = await run(...argv, ...more, '--lang', 'en', '--numbers')
    assert.match(
      english.out,
      /late payments: 3\. This made your score lower\.\nWeight: -2\.\nA weight is not a percentage\./,
    )
  })

  test('without a role nothing is said of who decided; without a language there is a table of numbers', async () => {
    const said = await run('--model', file(linear), '--input', file([3, 6]), '--lang', 'nl')
    assert.match(said.out, /^De uitkomst is: nee\.\nEen computer berekende uw score: -1,00\.\n/)
    const { exit, out } = await run('--model', file(linear), '--input', file([3, 6]))
    assert.equal(exit, 0)
    assert.match(
      out,
      /^Begin: 0\.5\nUitkomst: -1\nGegeven {2}Waarde {2}Gewicht\nlate {5}3 {7}-2\nyears {4}6 {7}0\.5\n$/,
    )
  })

  test('rules explain themselves', async () => {
    const rules = {
      kind: 'rules',
      mode: 'first',
      otherwise: 1,
      rules: [
        {
          id: 'te vaak te laat',
          when: [
            { feature: 'late', is: '>=', limit: 3 },
            { feature: 'paid', is: '=', limit: false },
          ],
          output: 0,
        },
      ],
      threshold: 'score>=1',
    }
    const { out } = await run('--model', file(rules), '--input', file({ late: 4, paid: false }), '--role', 'advised')
    assert.match(
      out,
      /Deze regel gold: te vaak te laat\.\nlate: 4\. De regel geldt vanaf 3\.\npaid: nee\. De regel geldt bij: nee\./,
    )
  })

  describe('refused by the rules of explanation', () => {
    for (const [what, input, code] of [
      ['a model that is not the one of the decision', { x: [3, 4], modelSha256: 'a'.repeat(64) }, 'model_differs'],
      ['a score that is not the one of the decision', { x: [3, 4], output: 0.7 }, 'output_differs'],
    ] as const)
      test(what, async () => {
        const { exit, out } = await run('--model', file(linear), '--input', file(input), '--role', 'decided', '--json')
        assert.equal(exit, 3)
        const found = JSON.parse(out) as { phi?: unknown; reasons: { code: string }[]; text: string }
        assert.equal(found.phi, undefined)
        assert.deepEqual(
          found.reasons.map((each) => each.code),
          [code],
        )
        assert.match(
          found.text,
          /^Wij kunnen dit besluit nu niet goed uitleggen\..*U kunt een mens opnieuw laten kijken: vraag een medewerker\.$/,
        )
      })
    test('the score and the model of the decision pass', async () => {
      const { exit } = await run('--model', file(linear), '--input', file({ x: [3, 4], output: -1.5 }), '--json')
      assert.equal(exit, 0)
    })
  })

  describe('a scorer', () => {
    let server: Server
    let noise = 0
    before(async () => {
      server = createServer((request, response) => {
        const pieces: Buffer[] = []
        request.on('data', (piece: Buffer) => pieces.push(piece))
        request.on('end', () => {
          const { rows } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { rows: [number, number][] }
          response.end(
            JSON.stringify({ scores: rows.map(([late, years]) => 0.5 - late + years / 4 + noise++ * 1e-3 * drift) }),
          )
        })
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    })
    after(() => {
      server.closeAllConnections()
      server.close()
    })
    let drift = 0
    const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const argv = () => [
      '--scorer',
      address(),
      '--input',
      file({ late: 3, years: 4 }),
      '--background',
      file([
        [0, 2],
        [2, 6],
      ]),
    ]
    test('is explained like the model behind it, with what could change', async () => {
      drift = 0
      const { exit, out } = await run(...argv(), '--actions', file({ ...actions, threshold: 0 }), '--json')
      assert.equal(exit, 0)
      const found = JSON.parse(out) as { phi: number[]; change: { optima: number[][] }; model: object }
      assert.deepEqual(
        [found.phi, found.change.optima, found.model],
        [[-2, 0], [[1, 4]], { sha256: null, format: 'scorer' }],
      )
    })
    test('that answers otherwise the second time is refused', async () => {
      drift = 1
      const { exit, error } = await run(...argv())
      assert.equal(exit, 2)
      assert.match(error, /\(scorer_not_repeatable\)/)
    })
  })

  describe('bad input', () => {
    const big = join(folder, 'big.json')
    const tree = (nodes: unknown) => ({ tree: nodes })
    const leaf = { value: 1, cover: 1 }
    for (const [what, model, input, code, place] of [
      ['no JSON', '{"weights": [1,\n 2', [1], 'not_json', /regel 2, kolom 3/],
      ['NaN of Python', '{"weights": [1,\n NaN], "intercept": 0}', [1], 'not_a_number', /weights\[1\]/],
      ['no model', { hello: 1 }, [1], 'model_unknown', /docs\/howto\/explain\.md/],
      [
        'a cycle',
        tree([
          { feature: 0, threshold: 0, left: 1, right: 2, cover: 2 },
          { feature: 0, threshold: 0, left: 0, right: 3, cover: 1 },
          leaf,
          leaf,
        ]),
        [1],
        'tree_cycle',
        /tree\[1\]\.left/,
      ],
      [
        'a child that is missing',
        tree([{ feature: 0, threshold: 0, left: 1, right: 9, cover: 1 }, leaf]),
        [1],
        'node_missing',
        /tree\[0\]\.right: Knoop 9/,
      ],
      [
        'a threshold that is no number',
        tree([{ feature: 0, threshold: null, left: 1, right: 2, cover: 2 }, leaf, leaf]),
        [1],
        'threshold_wrong',
        /tree\[0\]\.threshold/,
      ],
      [
        'an id that stands there twice',
        tree([
          { id: 1, feature: 0, threshold: 0, left: 2, right: 3, cover: 2 },
          { id: 2, ...leaf },
          { id: 2, ...leaf },
        ]),
        [1],
        'node_duplicate',
        /tree\[2\]/,
      ],
      ['too few facts', linear, [3], 'input_length', /x: Er staan 1 gegevens, en dat moeten er 2 zijn/],
      ['a name that is misspelt', linear, { lat: 3, years: 1 }, 'input_name_unknown', /lat: .*late/],
      ['a missing value', linear, [3, null], 'input_value_missing', /x\[1\]/],
      ['nothing to compare with', { weights: [1], intercept: 0 }, [1], 'background_missing', /--background/],
      ['a cost of 0', { ...linear, ...actions, costPerStep: [0, null] }, [3, 4], 'cost_wrong', /costPerStep\[0\]/],
    ] as const)
      test(`${what}: ${code}, with its place`, async () => {
        const { exit, out, error } = await run('--model', file(model), '--input', file(input), '--json')
        assert.equal(exit, 2)
        assert.match(error, place)
        const { problems } = JSON.parse(out) as { problems: { code: string }[] }
        assert.ok(
          problems.some((each) => each.code === code),
          out,
        )
      })
    test('a file of a gigabyte is refused before it is read', async () => {
      writeFileSync(big, '{')
      truncateSync(big, 1024 ** 3)
      const began = process.memoryUsage().rss
      const { exit, error } = await run('--model', big, '--input', file([1]))
      assert.equal(exit, 2)
      assert.match(error, /big\.json: Het bestand is te groot.*\(file_too_large\)/)
      assert.ok(process.memoryUsage().rss - began < 200 * 1024 ** 2)
    })
    test('all that is wrong is said at once, the first 20 in full', async () => {
      const nodes = [
        { feature: 0, threshold: 0, left: 1, right: 2, cover: 60 },
        ...Array.from({ length: 60 }, () => ({ value: 'x', cover: 1 })),
      ]
      const { error } = await run('--model', file(tree(nodes)), '--input', file([1]))
      assert.equal(error.trim().split('\n').length, 21)
      assert.match(error, /En nog \d+ andere fouten\./)
    })
    for (const [why, ...argv] of [
      ['no model'],
      ['a scorer without facts', '--scorer', 'http://127.0.0.1:1/'],
      ['an unknown role', '--model', 'x', '--role', 'boss'],
      ['a top of 0', '--model', 'x', '--top', '0'],
      ['a limit that cannot be read', '--model', 'x', '--limit', 'half'],
      ['a file that is not there', '--model', join(folder, 'nothing.json')],
    ] as const)
      test(`${why} is refused with a sentence`, async () => {
        const { exit, out, error } = await run(...argv)
        assert.deepEqual([exit, out], [2, ''])
        assert.match(error, /\w+.*\n$/)
      })
  })
})
