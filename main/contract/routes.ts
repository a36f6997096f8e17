/** What every procedure of the contract is made of. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { problem } from './problem.ts'

/** Every procedure may answer with this one typed error; `data` is the problem, safe to show. */
const base = oc.errors({ PROBLEM: { status: 422, data: problem } })
export const get = (path: `/${string}`) => base.route({ method: 'GET', path })
export const post = (path: `/${string}`) => base.route({ method: 'POST', path })

export const named = z.object({ name: z.string() })
export const done = z.object({ ok: z.literal(true) })
