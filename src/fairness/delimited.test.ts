import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cellsBytes } from './cells-bytes.ts'
import type { AuditPlanInput } from './contract.ts'
import { auditText, codesOf, reportOf, type TextAudit } from './testing.ts'

const plan: AuditPlanInput = { label: 'y', prediction: 'yhat', sensitive: ['g'] }
const problemsOf = (audit: TextAudit) => {
  assert.ok(!audit.ok, 'should be refused')
  return audit.problems.problems
}
const groupsOf = (audit: TextAudit) => reportOf(audit).groups.map(({ group, n }) => [group.g, n])

describe('fairness: reading delimited text', () => {
  const rows = 'g,y,yhat\na,1,1\nb,0,1\n'

  test('separators, line ends, BOM, quotes and Excel’s first line all give the same cells', () => {
    const first = auditText(rows, plan)
    assert.ok(first.ok)
    const wanted = cellsBytes(first.table)
    for (const other of [
      rows.replaceAll(',', ';'),
      rows.replaceAll(',', '\t'),
      rows.replaceAll('\n', '\r\n'),
      rows.replaceAll('\n', '\r'),
      `\ufeff${rows}`,
      rows.trimEnd(),
      `sep=;\r\n${rows.replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
      '"g","y","yhat"\n"a","1","1"\n"b","0","1"\n',
      'g,y,yhat\n\na,1,1\n\n\nb,0,1\n\n',
      'extra,g,"a ""name"", with\nlines",y,yhat\n"x;\n\n",a,,1,1\n"",b,"""",0,1\n',
      'g;y;yhat;"1,5,3"\na;1;1;1,5\nb;0;1;2,5\n',
    ])
      for (const piece of [1, 2, 3, 7, 1 << 16]) {
        const audit = auditText(other, plan, piece)
        assert.ok(audit.ok, `${JSON.stringify(other)}: ${JSON.stringify(!audit.ok && audit.problems)}`)
        assert.equal(cellsBytes(audit.table), wanted, `${JSON.stringify(other)} by ${piece}`)
      }
  })

  test('any table comes back as it was written, in pieces of any size', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r', '|', '_', ' ', '😀', '\u0000'),
      maxLength: 6,
    })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, fc.boolean()), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (all, piece) => {
          const text = `g,yhat\n${all.map(([g, yes]) => `"${g.replaceAll('"', '""')}",${yes ? 1 : 0}\n`).join('')}`
          const audit = auditText(text, { prediction: 'yhat', sensitive: ['g'] }, piece)
          assert.ok(audit.ok, JSON.stringify(!audit.ok && audit.problems))
          const counts = new Map<string, [number, number]>()
          for (const [g, yes] of all) {
            const [n, k] = counts.get(g) ?? [0, 0]
            counts.set(g, [n + 1, k + (yes ? 1 : 0)])
          }
          assert.equal(audit.report.groups.length, counts.size)
          for (const { group, n, metrics } of audit.report.groups) {
            assert.equal(counts.get(group.g!)![0], n)
            assert.ok(Math.abs(metrics.selectionRate! - counts.get(group.g!)![1] / n) < 1e-12)
          }
        },
      ),
      { seed: 5, numRuns: 300 },
    )
  })

  test('any name is a group: __proto__, empty, separators; an empty field is missing, empty quotes are not', () => {
    const audit = auditText('g,yhat\n__proto__,1\nconstructor,0\n"",1\n,0\n"a|b",1\n"a,b",0\n', {
      prediction: 'yhat',
      sensitive: ['g'],
    })
    assert.deepEqual(groupsOf(audit), [
      ['', 1],
      ['__proto__', 1],
      ['a,b', 1],
      ['a|b', 1],
      ['constructor', 1],
      [null, 1],
    ])
    assert.equal(reportOf(audit).groups.find(({ group }) => group.g === '__proto__')!.metrics.selectionRate, 1)
  })

  test('intersections are tuples: values with a separator in them do not run together', () => {
    const audit = auditText('a,b,yhat\n"x|",y,1\nx,"|y",0\n', { prediction: 'yhat', sensitive: ['a', 'b'] })
    assert.equal(reportOf(audit).groups.length, 2)
  })

  test('a column named __proto__ is a column', () => {
    const audit = auditText('__proto__,yhat\nx,1\ny,0\n', { prediction: 'yhat', sensitive: ['__proto__'] })
    assert.deepEqual(
      reportOf(audit).groups.map(({ group }) => Object.entries(group)),
      [[['__proto__', 'x']], [['__proto__', 'y']]],
    )
  })

  test('declared encodings', () => {
    const text = 'g,y,yhat\nZoë €,1,1\nb,0,1\n'
    const windows = Buffer.from(text.replace('€', '\x80'), 'latin1')
    assert.deepEqual(groupsOf(auditText(windows, { ...plan, file: { encoding: 'windows-1252' } }))[0], ['Zoë €', 1])
    const latin = Buffer.from('g,y,yhat\nZo\xeb \x80,1,1\nb,0,1\n', 'latin1')
    assert.deepEqual(groupsOf(auditText(latin, { ...plan, file: { encoding: 'iso-8859-1' } }))[0], ['Zoë \x80', 1])
  })

  test('not UTF-8: the byte where it goes wrong, also when the pieces cut characters', () => {
    const good = 'g,y,yhat\né€😀,1,1\n'
    const bad = Buffer.concat([Buffer.from(good), Buffer.from([0x61, 0xeb, 0x2c]), Buffer.from('1,1\n')])
    for (const piece of [1, 2, 3, 5, 1000])
      assert.deepEqual(problemsOf(auditText(bad, plan, piece)), [
        { code: 'encoding_not_utf8', offset: Buffer.byteLength(good) + 1, expected: 'windows-1252' },
      ])
    for (const piece of [1, 2, 3, 5]) assert.ok(auditText(`${good}b,0,1\n`, plan, piece).ok)
    // Cut off in the middle of a character at the very end.
    assert.deepEqual(
      codesOf(auditText(Buffer.concat([Buffer.from('g,y,yhat\na,1,1\nb,0,1'), Buffer.from([0xc3])]), plan)).includes(
        'encoding_not_utf8',
      ),
      true,
    )
    assert.deepEqual(codesOf(auditText(Buffer.from('\ufeffg,y,yhat\n', 'utf16le'), plan)), ['encoding_not_utf8'])
  })

  test('names of columns: all that are wrong at once, the nearest one offered', () => {
    const audit = auditText('Geslacht,y,y,Y_hat\nv,1,1,1\n', {
      label: 'y',
      prediction: 'yhat',
      sensitive: ['geslagt', 'xyz'],
    })
    assert.deepEqual(problemsOf(audit), [
      { code: 'column_duplicate', column: 'y', line: 1 },
      { code: 'column_unknown', column: 'geslagt', nearest: 'Geslacht' },
      { code: 'column_unknown', column: 'xyz' },
      { code: 'column_unknown', column: 'yhat', nearest: 'Y_hat' },
    ])
  })

  test('a label with more than two values, or with no value that means yes', () => {
    assert.deepEqual(problemsOf(auditText('g,y,yhat\na,1,1\na,0,1\nb,2,1\nb,maybe,1\n', plan)), [
      { code: 'label_not_binary', column: 'y', line: 4, value: '0, 2, maybe', expected: '1' },
    ])
    const firstOf = (values: string, positive: string | number) =>
      problemsOf(
        auditText(`g,y,yhat\n${[...values].map((value) => `a,${value},${positive}`).join('\n')}\n`, {
          ...plan,
          positive,
        }),
      )
        .filter(({ column }) => column === 'y')
        .map(({ line }) => line)
    assert.deepEqual(firstOf('x0110', 1), [2], 'a text where numbers stand')
    assert.deepEqual(firstOf('2011', 1), [2], 'no is 0, whatever comes first')
    assert.deepEqual(firstOf('?njn', 'j'), [2], 'no is n where yes is j')
    assert.deepEqual(firstOf('nj?n', 'j'), [4])
    assert.deepEqual(problemsOf(auditText('g,y,yhat\na,ja,1\nb,ja,1\n', plan)), [
      { code: 'label_not_binary', column: 'y', line: 2, value: 'ja', expected: '1' },
    ])
    assert.ok(auditText('g,y,yhat\na,ja,ja\nb,nee,ja\n', { ...plan, positive: 'ja' }).ok)
    assert.ok(auditText('g,y,yhat\na,True,False\nb,False,True\n', { ...plan, positive: true }).ok)
    assert.ok(auditText('g,y,yhat\na,1.0,1\nb,0.0,0\n', plan).ok)
    assert.deepEqual(problemsOf(auditText('g,y,yhat\na,1,\nb,0,1\n', plan)), [
      { code: 'label_not_binary', column: 'yhat', line: 2, value: '', expected: '1' },
    ])
  })

  test('numbers: NaN, Infinity and a decimal comma are not, unless the plan says comma', () => {
    const scored = { ...plan, score: 's' }
    const audit = auditText('g;y;yhat;s\na;1;1;NaN\na;0;1;Infinity\nb;0;0;0,5\nb;1;0;x\nb;1;0;1e-3\n', scored)
    assert.deepEqual(
      problemsOf(audit).map(({ code, line, value }) => [code, line, value]),
      [
        ['not_a_number', 2, 'NaN'],
        ['not_a_number', 3, 'Infinity'],
        ['not_a_number', 4, '0,5'],
        ['not_a_number', 5, 'x'],
      ],
    )
    const comma = auditText('g;y;yhat;s\na;1;1;0,25\nb;0;0;0,5\n', { ...scored, file: { decimal: ',' } })
    assert.equal(reportOf(comma).overall.meanScore, 0.375)
    assert.equal(problemsOf(auditText('g,y,yhat,s\na,1,1,1.01\nb,0,0,-0.1\n', scored)).length, 2)
    assert.deepEqual(codesOf(auditText('g,y,yhat,s\na,1,1,1.01\nb,0,0,0.1\n', scored)), ['score_out_of_range'])
  })

  test('decimals are read to their last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 17 }), (score, digits) => {
        for (const text of [String(score), score.toFixed(digits)]) {
          const audit = auditText(`g,y,yhat,s\na,1,1,${text}\nb,0,0,0\n`, { ...plan, score: 's' })
          assert.equal(reportOf(audit).groups[0]!.metrics.meanScore, Number(text))
        }
      }),
      { seed: 5 },
    )
  })

  test('weights: negative, all 0', () => {
    const weighted = { ...plan, weight: 'w' }
    assert.deepEqual(codesOf(auditText('g,y,yhat,w\na,1,1,0\nb,0,1,0\n', weighted)), ['weight_all_zero'])
    assert.deepEqual(codesOf(auditText('g,y,yhat,w\na,1,1,-1\nb,0,1,2\n', weighted)), ['negative_weight'])
  })

  test('lines with too few or too many fields are named by their number, counted after line breaks in quotes', () => {
    const audit = auditText('g,y,yhat\n"a\nb",1,1\na,1\nb,0,1,9\n', plan)
    assert.deepEqual(problemsOf(audit), [
      { code: 'row_ragged', line: 4, value: '2', expected: '3' },
      { code: 'row_ragged', line: 5, value: '4', expected: '3' },
    ])
  })

  test('a quote that is not closed, and one that is closed too early', () => {
    for (const piece of [1, 4, 1000]) {
      assert.deepEqual(problemsOf(auditText('g,y,yhat\na,1,1\nb,"0,1\nc,1,1\n', plan, piece)), [
        { code: 'quote_unclosed', line: 3 },
      ])
      assert.deepEqual(problemsOf(auditText('g,y,yhat\n"a"x,1,1\nb,0,1\n', plan, piece)), [
        { code: 'quote_unclosed', line: 2 },
      ])
    }
    const endless = `g,y,yhat\na,1,"1\n${'b,0,1\n'.repeat(600_000)}`
    assert.deepEqual(problemsOf(auditText(endless, plan)), [{ code: 'quote_unclosed', line: 2 }])
  })

  test('values that are too long, too many different ones, too many cells', () => {
    assert.deepEqual(codesOf(auditText(`g,y,yhat\n${'x'.repeat(5000)},1,1\nb,0,1\n`, plan)), ['value_too_long'])
    const many = (n: number) => `g,y,yhat\n${Array.from({ length: n }, (_, i) => `g${i},1,1\n`).join('')}`
    assert.ok(auditText(many(1000), plan).ok)
    assert.deepEqual(problemsOf(auditText(many(1001), plan)), [
      { code: 'cardinality_too_high', column: 'g', line: 1002, expected: '1000' },
    ])
    const grid = ['a,b,yhat']
    for (let i = 0; i < 400; i++) for (let j = 0; j < 300; j++) grid.push(`${i},${j},1`)
    const cells = auditText(grid.join('\n'), { prediction: 'yhat', sensitive: ['a', 'b'] })
    assert.deepEqual(codesOf(cells), ['cardinality_too_high'])
  })

  test('all problems are counted, twenty are told', () => {
    const audit = auditText(`g,y,yhat\n${'a,1\n'.repeat(500)}`, plan)
    assert.ok(!audit.ok)
    assert.deepEqual([audit.problems.problems.length, audit.problems.total], [20, 500])
  })

  test('bands: cuts belong to the lower band, what is no number is missing or refused', () => {
    const banded = {
      prediction: 'yhat',
      sensitive: ['band'],
      bands: { band: { from: 'amount', cuts: [1500, 3000, 6000] } },
    }
    const audit = auditText('amount,yhat\n1500,1\n1500.01,1\n3000,0\n6000,0\n6001,1\n-5,0\n,1\n', banded)
    assert.deepEqual(
      reportOf(audit).groups.map(({ group, n }) => [group.band, n]),
      [
        ['(..,1500]', 2],
        ['(1500,3000]', 2],
        ['(3000,6000]', 1],
        ['(6000,..]', 1],
        [null, 1],
      ],
    )
    assert.deepEqual(codesOf(auditText('amount,yhat\nx,1\n5,0\n', banded)), ['not_a_number'])
  })

  test('texts that mean missing', () => {
    const audit = auditText('g,y,yhat\nNA,1,1\na,NA,1\na,0,0\n', { ...plan, missing: ['NA'] })
    assert.deepEqual(groupsOf(audit), [
      ['a', 2],
      [null, 1],
    ])
    assert.equal(reportOf(audit).groups[0]!.labelled, 1)
  })
})
