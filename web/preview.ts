/** Serves the screens with sample replies, to look at them: `node --import ./src/platform/jsx.mjs web/preview.ts`. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { getCookie, setCookie } from 'hono/cookie'
import { type KeptForm, type WebDeps, webRoutes } from './app.ts'
import { buildAssets } from './build.ts'
import { recoveryCodes } from './fixtures/access.ts'
import { SampleFailure } from './fixtures/failure.ts'
import { now } from './fixtures/moment.ts'
import { sampleApi } from './fixtures/sample-api.ts'

/** One form that waits, whoever sent it. */
export function keptInMemory(): WebDeps['kept'] {
  let form: KeptForm | undefined
  return {
    async keep(_, action, fields) {
      form = { action, fields }
    },
    read: async () => form,
    async drop(_, action) {
      if (form?.action === action) form = undefined
    },
  }
}

/** A server with its own state. `/sign-in` takes the password «proef». */
export async function startPreview({ port = 0, open = true }: { port?: number; open?: boolean } = {}) {
  const samples = new Map<string, ReturnType<typeof sampleApi>>()
  const sampleFor = (signedIn: boolean, token: string) => {
    const name = `${signedIn} ${token}`
    const known = samples.get(name) ?? sampleApi({ signedIn, token })
    samples.set(name, known)
    return known
  }
  const failures: unknown[] = []
  const app = webRoutes({
    api: (c) =>
      sampleFor(
        open || getCookie(c, 'preview') === 'in',
        c.req.path.split('/')[1] === 'p' ? (c.req.path.split('/')[2] ?? '') : 'goed',
      ).api,
    session: {
      begin: async (_, path) => (path === '/api/factor/enrol' ? { codes: recoveryCodes } : {}) as never,
      async signIn(c, _, password) {
        if (password !== 'proef') throw new SampleFailure(401, 'sign_in_refused')
        setCookie(c, 'preview', 'in', { path: '/' })
      },
      async signOut(c) {
        setCookie(c, 'preview', '', { path: '/', maxAge: 0 })
      },
      async setPassword(c, _, password) {
        if (password.length < 12) throw new SampleFailure(422, 'password_too_short')
        setCookie(c, 'preview', 'in', { path: '/' })
      },
    },
    kept: keptInMemory(),
    assets: await buildAssets(),
    secure: false,
    now: () => now,
    failed: (_, error) => failures.push(error),
  })
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(started as Server))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    app,
    failures,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startPreview({ port: Number(process.argv[2] ?? 8721) })
  console.log(`${url}/console/today   ${url}/p/goed`)
}
