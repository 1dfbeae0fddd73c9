/**
 * Tells, reading a text unit by unit, whether it is inside a web address. An original put into an address would leave for
 * whoever owns that address as soon as somebody follows it or an image is loaded, so there tokens stay tokens.
 */
export class LinkWatch {
  #inside = false
  /** The last units of the run without white space. */
  #tail = ''
  /** How far a bare host name has come: a letter or digit, a dot, letters. */
  #host: HostReading = 'none'
  #suffix = 0

  get inside(): boolean {
    return this.#inside
  }

  /** Takes one UTF-16 code unit as it reads, escapes resolved. */
  feed(unit: number): void {
    if (endsRun(unit)) this.#reset()
    else if (!this.#inside) this.#take(unit)
  }

  #take(unit: number): void {
    // Browsers read a backslash in an address as a slash (WHATWG URL 4.4).
    const character = unit === 92 ? '/' : String.fromCharCode(unit).toLowerCase()
    if (startsRun.includes(character)) this.#reset()
    else {
      this.#tail = (this.#tail + character).slice(-4)
      this.#host = this.#nextHost(character)
      this.#inside =
        this.#tail.endsWith('://') || this.#tail === '//' || this.#tail === 'www.' || this.#host === 'address'
    }
  }

  /** Whatever was put here, the run goes on: what follows it is not the beginning of a word. */
  feedOther(): void {
    this.#tail = '    '
    this.#host = 'none'
  }

  #reset(): void {
    this.#inside = false
    this.#tail = ''
    this.#host = 'none'
  }

  /** `example.nl/`, `example.nl?`, `example.nl:8080/`: many programs make a link of it. */
  #nextHost(character: string): HostReading {
    if (character === '.') return this.#host === 'none' ? 'none' : 'dot'
    if (/[\p{L}\p{N}-]/u.test(character)) {
      if (this.#host === 'none' || this.#host === 'name') return 'name'
      this.#suffix = this.#host === 'dot' ? 1 : this.#suffix + 1
      return 'domain'
    }
    if (this.#host === 'domain' && this.#suffix >= 2) {
      if (character === '/' || character === '?' || character === '#') return 'address'
      // The digits of a port count on as if they were of the name.
      if (character === ':') return 'domain'
    }
    return 'none'
  }
}

type HostReading = 'none' | 'name' | 'dot' | 'domain' | 'address'

// The opening of a bracket, a list or an attribute starts a new run: "(www.…", "href=//…".
const startsRun = '([{,;|='

function endsRun(unit: number): boolean {
  if (unit <= 32) return true
  if (unit < 127) return unit === 34 || unit === 60 || unit === 62 || unit === 96
  return unit === 0xa0 || unit === 0x3000 || unit === 0x2028 || unit === 0x2029 || (unit >= 0x2000 && unit <= 0x200a)
}
