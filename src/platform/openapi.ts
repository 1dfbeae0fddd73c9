/** OpenAPI 3.1 and the role matrix, made from the route declarations. */
import { z } from 'zod'
import { type Allow, type Route, roles } from './http.ts'
import type { Language } from './text.ts'

export function openApi(routes: readonly Route[], { version, language }: { version: string; language: Language }) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, language) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Waarborg', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        systemKey: {
          type: 'http',
          scheme: 'bearer',
          description: language === 'nl' ? 'Sleutel van een AI-systeem' : 'Key of an AI system',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'waarborg_session' },
        portalLink: {
          type: 'http',
          scheme: 'bearer',
          description: language === 'nl' ? 'Code uit een link naar de klantpagina' : 'Code from a link to the portal',
        },
      },
      schemas: { Error: errorSchema },
    },
  }
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['type', 'code', 'message', 'param'],
      properties: {
        type: { type: 'string' },
        code: { type: 'string' },
        message: { type: 'string' },
        param: { type: ['string', 'null'] },
      },
    },
  },
}

function operation(route: Route, language: Language) {
  const parameters = [...fields(route.params, 'path'), ...fields(route.query, 'query')]
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary[language],
    'x-waarborg-allow': route.allow,
    'x-waarborg-events': route.events,
    ...(route.recent ? { 'x-waarborg-recent': true } : {}),
    security: security(route.allow),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }
      : route.file
        ? {
            requestBody: {
              required: true,
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            },
          }
        : {}),
    responses: {
      [String(route.status)]: {
        description: route.summary[language],
        content: { 'application/json': { schema: replyOf(route) } },
      },
      default: {
        description: language === 'nl' ? 'Fout of weigering' : 'Error or refusal',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

function security(allow: Allow): Record<string, string[]>[] {
  if (allow === 'public') return []
  if (allow === 'system_key') return [{ systemKey: [] }]
  if (allow === 'customer') return [{ portalLink: [] }]
  return [{ session: [] }]
}

function fields(schema: z.ZodType | undefined, place: 'path' | 'query') {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: shape,
  }))
}

/** The token of a session leaves as a cookie. */
function replyOf({ reply, session }: Route): Record<string, unknown> {
  const shape = schemaOf(reply, 'output') as { properties?: Record<string, unknown>; required?: string[] }
  if (!session || shape.properties === undefined) return shape
  const { token: _, ...properties } = shape.properties
  return { ...shape, properties, required: (shape.required ?? []).filter((name) => name !== 'token') }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
  }) as Record<string, unknown>
  return shape
}

/** One row per route, a column per kind of caller and role: ✓ or nothing. */
export function roleMatrix(routes: readonly Route[]): { route: string; allow: Record<string, boolean> }[] {
  const columns = ['public', 'system_key', 'customer', ...roles]
  return routes.map((route) => ({
    route: `${route.method} ${route.path}`,
    allow: Object.fromEntries(
      columns.map((column) => {
        const { allow } = route
        if (typeof allow === 'string')
          return [
            column,
            allow === 'public' ||
              allow === column ||
              ((allow === 'signed_in' || allow === 'signing_in') && (roles as readonly string[]).includes(column)),
          ]
        return [column, allow.includes(column)]
      }),
    ),
  }))
}
