/** Shapes of people, roles, qualifications, keys, sessions and links. */
import { z } from 'zod'
import { roles } from '../platform/http.ts'

const instant = z.iso.datetime({ offset: true })
const id = z.string().min(1).max(64)

export const role = z.enum(roles)

/** What a person must have attained for the right; GDPR and AI Act art. 26(2): competence, training and authority. */
export const qualificationKinds = ['human_oversight', 'complaint_handling', 'review', 'audit'] as const

export const personView = z.object({
  id,
  name: z.string(),
  email: z.string().nullable(),
  disabled: z.boolean(),
  roles: z.array(z.object({ id, role, client: z.string().nullable(), system: z.string().nullable(), from: instant, until: instant.nullable() })),
  qualifications: z.array(z.object({ id, kind: z.string(), attainedOn: z.string(), validUntil: instant, valid: z.boolean() })),
})
export type PersonView = z.output<typeof personView>

export const signInRequest = z.object({ email: z.string().min(3).max(200), password: z.string().min(1).max(1_000) })
export const setPasswordRequest = z.object({ token: z.string().min(20).max(200), password: z.string().min(12).max(1_000) })

/** Who is signed in, for the console's head: name, roles, clients that may be chosen. */
export const meView = z.object({
  person: z.object({ id, name: z.string() }),
  roles: z.array(role),
  tenant: z.object({ id, name: z.string() }),
  clients: z.array(z.object({ id, name: z.string() })),
  client: z.string().nullable(),
})
export type MeView = z.output<typeof meView>

export const keyView = z.object({ id, system: z.string(), label: z.string(), createdAt: instant, expiresAt: instant.nullable(), revokedAt: instant.nullable(), lastUsedOn: z.string().nullable() })
export const newKeyRequest = z.object({ system: id, label: z.string().min(1).max(100), expiresAt: instant.optional() })
/** The key itself is shown once, here. */
export const newKeyReply = keyView.extend({ key: z.string() })
