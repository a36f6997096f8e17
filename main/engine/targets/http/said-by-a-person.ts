/** Conditions and mappings as a person writes them into a setting: which kind of text it is, and what is wrong with it. Pure. */
import { z } from 'zod'
import { isBeyondPlaces } from '../kit/place-template.ts'
import { castFault } from './casts.ts'

/** Rules as OpenConnector has them. */
export const mappingRules = z.strictObject({
  /** Begins with everything their record has. */
  passThrough: z.boolean().default(false),
  /** Our place → their path, a template such as `{{ given }} {{ family }}`, or a value. */
  mapping: z.record(z.string(), z.unknown()).default({}),
  unset: z.array(z.string()).default([]),
  /** Place → casts, several after one another. */
  cast: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
})
export type MappingRules = z.output<typeof mappingRules>

/** What a text is: nothing, rules, or JSONata. */
export type Mapping =
  | { readonly kind: 'none' }
  | { readonly kind: 'rules'; readonly rules: MappingRules }
  | { readonly kind: 'jsonata'; readonly expression: string }

/** JSON with members of rules and no other is rules; everything else is JSONata. */
export function mappingIn(text: string): Mapping {
  if (text.trim() === '') return { kind: 'none' }
  const read = mappingRules.safeParse(json(text))
  return read.success && isNamed(json(text))
    ? { kind: 'rules', rules: read.data }
    : { kind: 'jsonata', expression: text }
}

/** Why a mapping cannot be used, null where it can. Whether JSONata can be read, the box tells. */
export function rulesFault(text: string): string | null {
  const mapping = mappingIn(text)
  if (mapping.kind !== 'rules') return null
  for (const [place, casts] of Object.entries(mapping.rules.cast)) {
    const fault = [casts]
      .flat()
      .map(castFault)
      .find((one) => one !== null)
    if (fault) return `the cast of ${place} is not known: ${fault}`
  }
  const template = Object.values(mapping.rules.mapping).find(isBeyondPlaces)
  return template === undefined
    ? null
    : `the template ${template.slice(0, 60)} does more than name places; write it as JSONata`
}

/** The rule of a condition, null where there is none. */
export function ruleIn(text: string): object | null {
  const rule = json(text)
  return typeof rule === 'object' && rule !== null ? rule : null
}

/** Nesting a condition may have. */
const deepest = 32

/** Why a condition cannot be used, null where it can. */
export function conditionFault(text: string): string | null {
  if (text.trim() === '') return null
  const rule = ruleIn(text)
  if (rule === null || Array.isArray(rule)) return 'give JSON Logic: an object with one operator'
  return depthOf(rule) > deepest ? `nested deeper than ${deepest} levels; make it simpler` : null
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

function isNamed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
