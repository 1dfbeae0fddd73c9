/**
 * Tells, reading a text unit by unit, whether it is inside a web address. An original put into an address would leave for
 * whoever owns that address as soon as somebody follows it or an image is loaded, so there tokens stay tokens. What counts
 * as an address is wide on purpose: a token that stays is seen and understood, a value that left is gone.
 */
export class LinkWatch {
  #inside = false
  /** The last units of the run without white space. */
  #tail = ''
  #host: HostReading = 'none'
  #suffixLetters = 0
  /** Letters with which the run began, as long as it is nothing else; then what a colon made of them. */
  #scheme = ''
  #schemeRead: 'open' | 'none' | 'asks' = 'open'

  get inside(): boolean {
    return this.#inside
  }

  /** Takes one UTF-16 code unit as it reads, escapes resolved. */
  feed(unit: number): void {
    if (endsRun(unit)) this.#reset()
    else if (!this.#inside) this.#take(unit)
  }

  /** A token was read; whatever stands for it, the run goes on. */
  feedToken(bracketed: boolean): void {
    if (this.#inside) return
    this.#tail = bracketed ? '   ]' : '    '
    this.#host = 'none'
    this.#schemeRead = this.#schemeRead === 'asks' ? 'asks' : 'none'
  }

  #take(unit: number): void {
    // Browsers read a backslash in an address as a slash (WHATWG URL 4.4).
    const character = unit === 92 ? '/' : String.fromCharCode(unit).toLowerCase()
    // The target of a link or an image in Markdown.
    if (character === '(' && this.#tail.endsWith(']')) this.#inside = true
    else if (startsRun.includes(character)) this.#reset()
    else {
      this.#tail = (this.#tail + character).slice(-4)
      this.#readHost(character)
      this.#readScheme(character)
      if (this.#tail.endsWith('://') || this.#tail === '//' || this.#tail === 'www.') this.#inside = true
    }
  }

  #reset(): void {
    this.#inside = false
    this.#tail = ''
    this.#host = 'none'
    this.#scheme = ''
    this.#schemeRead = 'open'
  }

  /** `example.nl/`, `example.nl?`, `example.nl:8080/`: many programs make a link of it. */
  #readHost(character: string): void {
    const isDomain = this.#host === 'domain' && this.#suffixLetters >= 2
    if (isDomain && '/?#'.includes(character)) this.#inside = true
    else if (character === '.') {
      this.#host = this.#host === 'none' ? 'none' : 'dot'
      this.#suffixLetters = 0
    } else if (letter.test(character)) {
      if (this.#host === 'dot' || this.#host === 'domain') {
        this.#host = 'domain'
        this.#suffixLetters++
      } else this.#host = 'name'
    } else if (digitOrHyphen.test(character)) {
      if (!isDomain) this.#host = 'name'
    } else if (!(isDomain && character === ':')) this.#host = 'none'
  }

  /** `sms:06…?body=`, `data:…`: an address without a host, that carries what follows it. */
  #readScheme(character: string): void {
    if (this.#schemeRead === 'asks') {
      if (character === '?' || character === '&') this.#inside = true
    } else if (this.#schemeRead === 'open') {
      if (/[a-z]/.test(character) && this.#scheme.length < longestScheme) this.#scheme += character
      else if (character === ':' && runsAtOnce.has(this.#scheme)) this.#inside = true
      else this.#schemeRead = character === ':' && this.#scheme !== '' ? 'asks' : 'none'
    }
  }
}

type HostReading = 'none' | 'name' | 'dot' | 'domain'

const letter = /\p{L}/u
const digitOrHyphen = /[\p{N}-]/u
const longestScheme = 12
const runsAtOnce: ReadonlySet<string> = new Set(['data', 'javascript', 'blob'])

// The opening of a bracket, a list or an attribute starts a new run: "(www.…", "href=//…".
const startsRun = '([{,;|='

function endsRun(unit: number): boolean {
  if (unit <= 32) return true
  if (unit < 127) return unit === 34 || unit === 60 || unit === 62 || unit === 96
  return unit === 0xa0 || unit === 0x3000 || unit === 0x2028 || unit === 0x2029 || (unit >= 0x2000 && unit <= 0x200a)
}
