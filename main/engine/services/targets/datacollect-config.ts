/**
 * DataCollect's `externalSync` configuration, read into ours.
 * Shape: `{type, auth?, url, extraFields?: [{name, value}]}`, alone or inside `{externalSync: …}`
 * (idpass-data-collect, interfaces/types.ts). Secrets among the extra fields go to the keychain.
 */
import { z } from 'zod'
import { ProblemError } from '../../../contract/problem.ts'
import type { Registry } from '../../targets/registry.ts'
import { faultWords, shapeFaults, shapeWords } from '../data/shape-faults.ts'

const externalSync = z.object({
  name: z.string().optional(),
  type: z.string(),
  auth: z.string().optional(),
  url: z.string(),
  extraFields: z
    .array(z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }))
    .default([]),
})

/** Their adapter types under our names; a type that is ours already stays. */
const adapterOf: ReadonlyMap<string, string> = new Map([['openfn-adapter', 'openfn']])

/** Extra fields that are secrets, under the key our adapters use. */
const secretFields: ReadonlyMap<string, string> = new Map([
  ['apikey', 'apiKey'],
  ['api-key', 'apiKey'],
  ['callbacktoken', 'callbackToken'],
  ['token', 'token'],
  ['password', 'password'],
  ['username', 'username'],
])

const whole = (record: object) => 'externalSync' in record

/** Whether an input is in DataCollect's form: it names a `type` where ours names an `adapter`. */
export function isDataCollect(input: unknown): input is object {
  if (typeof input !== 'object' || input === null) return false
  return whole(input) || ('type' in input && !('adapter' in input))
}

/** The same configuration in our form. Throws `ProblemError` for an unknown `type`, which DataCollect itself ignores. */
export function fromDataCollect(adapters: Registry, input: object): Record<string, unknown> {
  const outer = input as { readonly externalSync?: unknown; readonly name?: unknown }
  const parsed = externalSync.safeParse(whole(input) ? outer.externalSync : input, {
    error: shapeWords,
  })
  if (!parsed.success) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `This is not a DataCollect configuration: ${faultWords(shapeFaults(parsed.error, 'externalSync'))}.`,
      fix: 'Export the externalSync part of the DataCollect configuration again.',
    })
  }
  const { type, auth, url, extraFields, name } = parsed.data
  const adapterName = adapterOf.get(type) ?? type
  const adapter = adapters.get(adapterName)
  if (!adapter) {
    throw new ProblemError({
      code: 'wrong-use',
      message: `The DataCollect type ${type} is not known.`,
      fix: `Use one of: ${[...adapters.keys()].join(', ')}.`,
      fields: { type: 'is not known' },
    })
  }
  const { manifest } = adapter
  const secrets: Record<string, string> = {}
  const settings: Record<string, unknown> = {}
  for (const { name: field, value } of extraFields) {
    const secret = secretFields.get(field.toLowerCase())
    if (secret && manifest.secrets.some(({ key }) => key === secret))
      secrets[secret] = String(value)
    else if (Object.hasOwn(manifest.settings.shape, field)) settings[field] = numeric(value)
    else if (secret) {
      throw new ProblemError({
        code: 'wrong-use',
        message: `${manifest.label} takes no ${field}.`,
        fix: 'Leave it out of the configuration.',
      })
    }
    // Anything else is a setting of DataCollect's own client that we have no use for.
  }
  return {
    name: name ?? (typeof outer.name === 'string' ? outer.name : type),
    adapter: adapterName,
    url,
    ...(auth !== undefined && manifest.auth.includes(auth) ? { auth } : {}),
    settings,
    ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
  }
}

/** DataCollect writes numbers as text. */
function numeric(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}
