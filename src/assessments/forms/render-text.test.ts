// Texts of forms become paragraphs and lists; nothing of their HTML is passed on.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { without } from '../../platform/shared-data.ts'
import { noAnswers } from './answers.ts'
import { tasksOf } from './definition.ts'
import { type Block, type Inline, instanceName, plainText, renderText } from './render-text.ts'
import {
  answered,
  follows,
  formOf,
  formWith,
  governmentFile,
  governmentForm,
  governmentForms,
  group,
  question,
} from './testing.ts'
import { shownTasks, visible } from './visible.ts'

/** A short way to write what was made of a text: `p …`, `- …` and `1. …`, with what is not plain text in braces. */
function outline(text: string): string[] {
  const words = (inline: readonly Inline[]) =>
    inline
      .map((one) =>
        one.is === 'text'
          ? one.text
          : `{${one.is}: ${one.text}${one.is === 'link' ? ` → ${one.href}` : one.is === 'form' ? ` → ${one.form}` : ''}}`,
      )
      .join('')
      .trim()
  return renderText(text).flatMap((block: Block) =>
    block.is === 'paragraph'
      ? [`p ${words(block.inline)}`]
      : block.items.map((item, n) => `${block.ordered ? `${n + 1}.` : '-'} ${words(item)}`),
  )
}

describe('a text', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['of one line', 'Words', ['p Words']],
    ['with line breaks', 'One<br>Two<br><br/>Three\nFour', ['p One', 'p Two', 'p Three', 'p Four']],
    ['with bullets', 'These:<br>• one<br>• two<br>After', ['p These:', '- one', '- two', 'p After']],
    ['with hyphens', 'These:\n- one\n- two', ['p These:', '- one', '- two']],
    ['with a hyphen that is none', 'A well-known - and old - word', ['p A well-known - and old - word']],
    ['with a list', 'These: <ul><li>one</li>\n<li>two</li></ul>After', ['p These:', '- one', '- two', 'p After']],
    ['with an ordered list', '<ol><li>one\ntwo</li><li>three</li></ol>', ['1. one two', '2. three']],
    ['with two lists after each other', '<ol><li>a</li></ol><ul><li>b</li></ul>', ['1. a', '- b']],
    ['with bold words', '<strong>Before</strong>: <b>now</b>', ['p {strong: Before}: {strong: now}']],
    [
      'with a link',
      'See <a class="x" href="https://example.org/a?b=1&amp;c=2" target="_blank">this</a>.',
      ['p See {link: this → https://example.org/a?b=1&c=2}.'],
    ],
    [
      'with a link to another form',
      '<a href="#" data-form-link="PRE_SCAN">pre-scan</a>',
      ['p {form: pre-scan → PRESCAN}'],
    ],
    ['with a word of a glossary', 'a [cloud solution](#cloud solution) here', ['p a {term: cloud solution} here']],
    [
      'with what HTML writes otherwise',
      'a&#58; &lt;b&gt; &amp; &#x27;c&#x27; &unknown; &#0;',
      ["p a: <b> & 'c' &unknown; &#0;"],
    ],
    ['with a box around it', '<div class="a"><span role="img"></span><div>Note</div></div>', ['p Note']],
    ['that is empty', ' \n <br> ', []],
    ['that compares', '1 < 2 and 3 > 2', ['p 1 < 2 and 3 > 2']],
    ['with a comment', 'a<!-- b -->c', ['p ac']],
  ]
  for (const [what, text, expected] of cases) test(what, () => assert.deepEqual(outline(text), expected))

  const attacks: readonly (readonly [string, readonly string[]])[] = [
    ['<script>alert(1)</script>words', ['p words']],
    ['<SCRIPT>alert(1)</SCRIPT >words', ['p words']],
    ['<script>alert(1)', []],
    ['<style>*{}</style>words', ['p words']],
    ['<img src=x onerror=alert(1)>words', ['p words']],
    ['<a href="javascript:alert(1)">words</a>', ['p words']],
    ['<a href="java&#115;cript:alert(1)">words</a>', ['p words']],
    ['<a href=" data:text/html,x">words</a>', ['p words']],
    ['<a href="//example.org">words</a>', ['p words']],
    ['<a href="https://">words</a>', ['p words']],
    ['&lt;script&gt;alert(1)&lt;/script&gt;', ['p <script>alert(1)</script>']],
    ['<scr<script>ipt>alert(1)</script>', ['p <scr']],
  ]
  for (const [text, expected] of attacks)
    test(`slips nothing in: ${text}`, () => assert.deepEqual(outline(text), expected))

  test('any text gives blocks, with links to http and https only', () => {
    const pieces = fc.constantFrom(
      '<a href="',
      '">',
      '</a>',
      '<br>',
      '<ul>',
      '</ul>',
      '<li>',
      '<',
      '>',
      '&#',
      ';',
      '[',
      '](#',
      ')',
      '\n',
      '• ',
      'javascript:',
      'https://a.b',
      '<script>',
      '</script>',
      'words',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
    )
    fc.assert(
      fc.property(text, (one) => {
        for (const block of renderText(one))
          for (const inline of block.is === 'paragraph' ? block.inline : block.items.flat())
            if (inline.is === 'link') assert.match(inline.href, /^https?:\/\//)
        assert.equal(plainText(one), plainText(one).trim())
      }),
      { numRuns: 500 },
    )
  })

  test('as plain words is one line', () => {
    assert.equal(plainText('One <a href="https://a.b">two</a><br>• three\n• four'), 'One two three four')
  })
})

describe('a repetition is called', () => {
  const form = formOf(
    formWith([
      group('1', [question('1.1', 'text_input')], { repeatable: true, item_name: 'person' }),
      group('2', [], {
        repeatable: true,
        task: { nl: 'Groep', en: 'Group' },
        instance_label_template: { nl: 'Groep van {1.1}', en: 'Group of {1.1}' },
        dependencies: [follows('1.1')],
      }),
    ]),
  )
  const names = (answers: Parameters<typeof visible>[1], language: 'nl' | 'en') =>
    shownTasks(visible(form, answers).sections)
      .filter(({ instance }) => instance !== undefined)
      .map(({ task, instance }) => instanceName(task, instance!, language))

  test('by its number until its label can be filled in', () => {
    assert.deepEqual(names(noAnswers, 'nl'), ['person 1', 'Groep 1'])
    assert.deepEqual(names(noAnswers, 'en'), ['person 1', 'Group 1'])
  })
  test('by its label, with what somebody wrote as it was written', () => {
    const answers = answered(form, [
      ['1', 'b'],
      ['1.1', '1', '<b>$&</b>'],
    ])
    assert.deepEqual(names(answers, 'en'), ['person 1', 'person 2', 'Group of <b>$&</b>', 'Group 2'])
  })
})

describe('the forms of the government', () => {
  for (const name of governmentForms)
    test(`every text of ${name} loses no word and keeps no tag`, {
      skip: without(governmentFile(`${name}.yaml`)),
    }, () => {
      let lists = 0
      let links = 0
      for (const task of tasksOf(governmentForm(name).tasks))
        for (const { nl } of [task.label, task.description ?? { nl: '' }, ...task.options.map(({ label }) => label)]) {
          const blocks = renderText(nl)
          lists += blocks.filter(({ is }) => is === 'list').length
          links += blocks
            .flatMap((block) => (block.is === 'paragraph' ? block.inline : block.items.flat()))
            .filter(({ is }) => is === 'link').length
          assert.ok(!/<[a-z/]|•|&#|\]\(/i.test(plainText(nl)), plainText(nl))
          const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')
          const bare = nl
            .replace(/<[^>]*>/g, ' ')
            .replace(/\]\(#[^)]*\)/g, ' ')
            .replace('&#58;', ' ')
          assert.equal(letters(plainText(nl)), letters(bare), task.id)
        }
      assert.deepEqual([lists > 0, links > 0], [true, true])
    })
})
