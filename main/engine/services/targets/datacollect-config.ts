/**
 * DataCollect's `externalSync` configuration, read into ours and written from it. Secrets among its extra fields go to the
 * keychain, and are never written. What DataCollect has no place for travels as JSON in one extra field of ours, which
 * DataCollect passes by: what was exported is imported as it was.
 */
import { z } from 'zod'
import { externalSync, type DataCollectConfig } from '../../../contract/datacollect.ts'
import { ProblemError } from '../../../contract/problem.ts'
import type { TargetConfig } from '../../../contract/targets.ts'
import type { Adapter } from '../../targets/kit/adapter.ts'
import type { Registry } from '../../targets/registry.ts'
import { faultWords, shapeFaults, shapeWords } from '../data/shape-faults.ts'

type Manifest = Adapter['manifest']

/** The extra field that holds the rest of a configuration of ours. */
const ownField = 'marshal'

/** What is in it: settings that are no single value, and everything DataCollect's form has no word for. */
const ownPart = z.looseObject({ settings: z.record(z.string(), z.unknown()).default({}) })

/** Their adapter types under our names; a type that is ours already stays. */
const adapterOf: ReadonlyMap<string, string> = new Map([
  ['openfn-adapter', 'openfn'],
  ['openspp-adapter', 'openspp'],
])

/** Our adapters under the types DataCollect has for them. */
const typeOf: ReadonlyMap<string, string> = new Map(
  [...adapterOf].map(([type, ours]) => [ours, type]),
)

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
  let own: z.infer<typeof ownPart> = { settings: {} }
  for (const { name: field, value } of extraFields) {
    const secret = secretFields.get(field.toLowerCase())
    if (field === ownField) own = readOwnPart(value)
    else if (secret && manifest.secrets.some(({ key }) => key === secret))
      secrets[secret] = String(value)
    else if (Object.hasOwn(manifest.settings.shape, field))
      settings[field] = readSetting(manifest, field, value)
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
    ...own,
    name: name ?? (typeof outer.name === 'string' ? outer.name : type),
    adapter: adapterName,
    url,
    ...(auth !== undefined && manifest.auth.includes(auth) ? { auth } : {}),
    settings: { ...own.settings, ...settings },
    ...(Object.keys(secrets).length > 0 ? { secrets } : {}),
  }
}

/** A configuration of ours in DataCollect's form. Secrets are left out: they are given anew where it is imported. */
export function toDataCollect(
  manifest: Manifest,
  config: Omit<TargetConfig, 'secrets'>,
): DataCollectConfig {
  const { name, adapter, url, auth, settings, ...rest } = config
  const plain = new Map<string, string | number | boolean>()
  const others: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(settings)) {
    const text = writtenSetting(manifest, field, value)
    if (text === null) others[field] = value
    else plain.set(field, text)
  }
  const own = JSON.stringify({ ...rest, settings: others })
  return {
    name,
    externalSync: {
      ...{ type: typeOf.get(adapter) ?? adapter, auth, url },
      extraFields: [...plain, [ownField, own] as const].map(([field, value]) => ({
        name: field,
        value,
      })),
    },
  }
}

function readOwnPart(value: unknown): z.infer<typeof ownPart> {
  try {
    return ownPart.parse(JSON.parse(String(value)))
  } catch {
    throw new ProblemError({
      code: 'wrong-use',
      message: `The extra field "${ownField}" cannot be read: it is not what Marshal has written.`,
      fix: 'Export the target again, or leave the field out.',
    })
  }
}

/** DataCollect writes numbers as text: what a setting takes as it is stays, else it is read as what it looks like. */
function readSetting(
  manifest: Manifest,
  field: string,
  value: string | number | boolean,
): string | number | boolean {
  const schema = manifest.settings.shape[field] as z.ZodType
  if (typeof value !== 'string' || schema.safeParse(value).success) return value
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return value === 'true' || value === 'false' ? value === 'true' : value
}

/** A setting as text, or as it is where text would be read as something else; null where it is no single value. */
function writtenSetting(
  manifest: Manifest,
  field: string,
  value: unknown,
): string | number | boolean | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    return null
  const text = String(value)
  return readSetting(manifest, field, text) === value ? text : value
}
