/** How a page leaves: headers that keep it to itself, cookies for language and look, compression. */

import { gzipSync } from 'node:zlib'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { chooseLanguage, type Language } from '../src/platform/text.ts'
import type { Asset, Assets } from './build.ts'
import type { Scheme } from './console/context.ts'
import { pageText } from './ui/document.tsx'

/** Nothing inline, nothing from elsewhere, framed by nobody. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "object-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const guards: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}

/**
 * Headers of every answer. Addresses that hold a secret (portal, one-time link) send no referrer at all; the console
 * sends its own within the site, so that a browser without Sec-Fetch-Site names where a form comes from.
 */
export function guard(c: Context): void {
  for (const [name, value] of Object.entries(guards)) c.header(name, value)
  c.header('Referrer-Policy', holdsSecret(c.req.path) ? 'no-referrer' : 'same-origin')
}

/** Whether the address itself is what gives access. */
export const holdsSecret = (path: string): boolean => path.startsWith('/p/') || path === '/password'

/**
 * Whether a request that changes something comes from this site. A page of another site cannot know a portal's or a
 * one-time link's secret, and their pages send no origin (no-referrer): there only what is clearly foreign is refused.
 */
export function fromHere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const own = origin === undefined || origin === 'null' ? undefined : hostOf(origin) === c.req.header('host')
  if (holdsSecret(c.req.path)) return (site === undefined || site === 'same-origin' || site === 'none') && own !== false
  return site === undefined ? own === true : site === 'same-origin' && own !== false
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

/** A path of this site to go to; anything that could lead elsewhere becomes `otherwise`. */
export function ownPath(path: unknown, otherwise: string): string {
  if (typeof path !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(path) || path.includes('\\')) return otherwise
  return new URL(path, 'http://here.invalid').host === 'here.invalid' ? path : otherwise
}

const YEAR_S = 365 * 86_400

/**
 * The name of a cookie. Over https it begins with `__Host-`: a browser then takes it from this very host only, over TLS,
 * for every path (RFC 6265bis, 4.1.3.2); over plain http on the own machine that prefix cannot be used.
 */
export const cookieName = (name: string, secure: boolean): string => `${secure ? '__Host-' : ''}waarborg_${name}`

/** Out of reach of scripts, for the whole site, not sent along by forms of other sites. */
export const cookieOptions = (secure: boolean) =>
  ({ path: '/', sameSite: 'Lax', httpOnly: true, maxAge: YEAR_S, secure }) as const

const asLanguage = (value: string | undefined): Language | undefined =>
  value === 'nl' || value === 'en' ? value : undefined

/** The reader's language: asked for in the address, else chosen before, else that of the browser. */
export const languageOf = (c: Context, secure: boolean): Language =>
  asLanguage(c.req.query('lang')) ??
  asLanguage(getCookie(c, cookieName('lang', secure))) ??
  chooseLanguage(c.req.header('accept-language'))

/** Remembers a language that the address asks for. */
export function rememberLanguage(c: Context, secure: boolean): void {
  const asked = asLanguage(c.req.query('lang'))
  const name = cookieName('lang', secure)
  if (asked !== undefined && getCookie(c, name) !== asked) setCookie(c, name, asked, cookieOptions(secure))
}

export function schemeOf(c: Context, secure: boolean): Scheme {
  const value = getCookie(c, cookieName('scheme', secure))
  return value === 'light' || value === 'dark' ? value : undefined
}

export function rememberScheme(c: Context, scheme: unknown, secure: boolean): void {
  const value = scheme === 'light' || scheme === 'dark' ? scheme : ''
  setCookie(c, cookieName('scheme', secure), value, {
    ...cookieOptions(secure),
    ...(value === '' ? { maxAge: 0 } : {}),
  })
}

const takesGzip = (c: Context) => /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
const WORTH_BYTES = 1_024

/**
 * A page, compressed when the browser takes it. No page of ours puts a secret beside words that someone else chose,
 * so its length tells nothing (BREACH): a new key stands in the answer to a form, a portal echoes no query.
 */
export function sendPage(c: Context, page: unknown, status = 200): Response {
  c.header('Content-Type', 'text/html; charset=utf-8')
  c.header('Cache-Control', 'no-store')
  const text = Buffer.from(pageText(page))
  if (text.length < WORTH_BYTES || !takesGzip(c)) return c.body(text, status as 200)
  c.header('Content-Encoding', 'gzip')
  c.header('Vary', 'Accept-Encoding')
  return c.body(gzipSync(text, { level: 9 }), status as 200)
}

/** A part of a page, for a script that puts it in place. */
export function sendPart(c: Context, part: unknown): Response {
  c.header('Content-Type', 'text/html; charset=utf-8')
  c.header('Cache-Control', 'no-store')
  return c.body(String(part))
}

const fileTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
  zip: 'application/zip',
}

/**
 * A file to save; a browser that opens it does so outside this site (attachment, nosniff). `name` may come from a customer: in
 * the plain name only letters, digits, point and hyphen are left, beside it stands the name as it was given (RFC 8187).
 */
export function sendFile(
  c: Context,
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
  type = fileTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain; charset=utf-8',
): Response {
  const plain = name.replace(/[^\w.-]/g, '-')
  const given = name.replace(/[\p{C}/\\]/gu, '-').replace(/^\.+/, '')
  const more = given === plain ? '' : `; filename*=UTF-8''${encodeURIComponent(given).replace(/['()*]/g, percent)}`
  c.header('Content-Type', type)
  c.header('Content-Disposition', `attachment; filename="${plain}"${more}`)
  c.header('Cache-Control', 'no-store')
  return c.body(body)
}

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`

export function sendAsset(c: Context, assets: Assets): Response {
  const asset: Asset | undefined = assets.get(c.req.path)
  if (!asset) return c.notFound() as Response
  c.header('Content-Type', asset.type)
  c.header('ETag', asset.etag)
  c.header('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
  c.header('Vary', 'Accept-Encoding')
  if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304)
  if (!takesGzip(c)) return c.body(Buffer.from(asset.body))
  c.header('Content-Encoding', 'gzip')
  return c.body(Buffer.from(asset.gzip))
}
