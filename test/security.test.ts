// What never stands in the code: each line keeps a whole kind of weakness out (docs/reference/asvs.md says which).
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shippedCode } from '../scripts/asvs.ts'
import { declaredRoutes } from '../scripts/reference.ts'

const code = shippedCode()
/** Loads the runtime of an organisation's own model from its package; the name is ours. */
const loader = 'src/privacy/model/io/onnx-worker.ts'

/** `file: what` of every match, without the files that are named. */
function found(pattern: RegExp, { where = /./, except = [] }: { where?: RegExp; except?: readonly string[] } = {}) {
  return [...code]
    .filter(([file]) => where.test(file) && !except.includes(file))
    .flatMap(([file, text]) => [...text.matchAll(pattern)].map(([what]) => `${file}: ${what.slice(0, 80)}`))
}

describe('in the code that ships', () => {
  test('there is code to look at, and the search finds what is there', () => {
    assert.ok(code.size > 300, `${code.size} files`)
    assert.ok(found(/\bcreateHmac\(/g).length > 0)
  })

  test('text is never run as a program', () => {
    assert.deepEqual(found(/\beval\(|\bnew Function\(|\bnode:vm\b|\bimport\(\s*[a-z`]/g, { except: [loader] }), [])
  })

  test('another program is started with a list of arguments, by one file, never through a shell', () => {
    assert.deepEqual(found(/child_process/g, { except: ['src/platform/io/server.ts'] }), [])
    assert.deepEqual(found(/\bshell:\s*true|\bexecSync\(|[^.\w]exec\(\s*[`'"]/g), [])
  })

  test('a page takes text from others as text: no script puts it in as HTML', () => {
    assert.deepEqual(
      found(
        /\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\braw\(\s*[a-z`'"]/g,
        {
          where: /^(web|sdk)\//,
        },
      ),
      [],
    )
  })

  test('a page holds no plug-in, applet, frame or embedded object, and nothing inline that runs', () => {
    assert.deepEqual(
      found(
        /<(object|embed|applet|iframe|frame)\b|\son(click|load|error|submit|change|input|focus|blur|key\w+|mouse\w+)=|<style\b|style=["{]/g,
        { where: /^web\// },
      ),
      [],
    )
  })

  test('the browser keeps one choice of the reader and the moment of the last request, and nothing of a person', () => {
    assert.deepEqual(
      found(/\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie|navigator\.serviceWorker)\b[^\n]*/g, {
        where: /^(web|sdk)\//,
      }).sort(),
      [
        "web/islands/console.ts: localStorage.getItem(LETTERS) !== 'off'",
        "web/islands/console.ts: localStorage.setItem('waarborg-seen', '0')",
        "web/islands/console.ts: localStorage.setItem(LETTERS, letters.checked ? 'on' : 'off'))",
        'web/islands/idle.ts: localStorage.getItem(SEEN)) + idleMs - Date.now()',
        'web/islands/idle.ts: localStorage.setItem(SEEN, String(Date.now()))',
      ],
    )
  })

  test('what must not be guessed comes from the random source of the operating system', () => {
    // Waiting a moment before the next try; nothing depends on which moment.
    assert.deepEqual(
      found(/\bMath\.random\b/g, { except: ['src/gateway/io/admission.ts', 'src/platform/io/pool.ts'] }),
      [],
    )
  })

  test('only fixed text and our own addresses become an expression to match with', () => {
    assert.deepEqual(found(/\bnew RegExp\(/g), [
      'src/main.ts: new RegExp(',
      'src/privacy/recognisers/gb/identifiers.ts: new RegExp(',
    ])
  })

  test('the server writes to its log and to nothing else; commands write to what they were given', () => {
    assert.deepEqual(found(/\bconsole\.(log|info|warn|error|debug)\(/g, { where: /^src\// }), [])
  })

  test('no secret is written down', () => {
    assert.deepEqual(
      found(
        /-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bsk-[A-Za-z0-9]{32,}|(password|secret|token)\s*[:=]\s*['"][^'"$\s]{8,}['"]/gi,
      ),
      [],
    )
  })
})

describe('of the routes', () => {
  test('those whose reply holds the token of a session are marked, so that it leaves as a cookie', () => {
    const begin = declaredRoutes().filter(({ reply }) => 'token' in ((reply as { shape?: object }).shape ?? {}))
    assert.ok(begin.length >= 9, `${begin.length} routes`)
    assert.deepEqual(
      begin.filter(({ session }) => !session).map(({ method, path }) => `${method} ${path}`),
      [],
    )
  })

  test('those that only read add no more than that somebody looked', () => {
    // A signal of unusual reading follows from the looks that are on record.
    const looks = [
      'conversation.viewed',
      'decision.viewed',
      'view.listed',
      'request.viewed',
      'case.viewed',
      'case.exported',
      'attachment.viewed',
      // That a customer looked at a page on which the notices stand.
      'notice.shown',
      'copy.collected',
      'reading.flagged',
    ]
    assert.deepEqual(
      declaredRoutes()
        .filter(({ method, events }) => method === 'GET' && events.some((event) => !looks.includes(event)))
        .map(({ path, events }) => `${path} ${events.join(' ')}`),
      [],
    )
  })
})
