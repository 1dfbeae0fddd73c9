/** The AI system that an address names, and the addresses of it. */
import type { Context } from 'hono'
import type { Api } from '../../api.ts'
import { param } from '../kit.ts'
import { loadSystem } from './system.tsx'

export const systemOf = (api: Api, c: Context) => loadSystem(api, param(c, 'id'))
export const systemPath = (c: Context) => `/console/systems/${encodeURIComponent(param(c, 'id'))}`
export const apiSystem = (c: Context) => `/api/systems/${encodeURIComponent(param(c, 'id'))}`
