/** The adapters Marshal has. A new one is one import and one line in `adapters`. */
import { z } from 'zod'
import type { AdapterView } from '../../contract/targets.ts'
import { ems } from './ems/adapter.ts'
import type { Adapter } from './kit/adapter.ts'
import { sensitiveChoices } from './kit/sensitive.ts'
import { dependencyOrder, parentEntities } from './kit/dependency-order.ts'
import { mailchimp } from './mailchimp/adapter.ts'
import { mautic } from './mautic/adapter.ts'
import { mockSyncServer } from './mock-sync-server/adapter.ts'
import { runsignup } from './runsignup/adapter.ts'
import { tagserver } from './tagserver/adapter.ts'
import { openfn } from './openfn/adapter.ts'
import { http } from './http/adapter.ts'
import { planningCenter } from './planning-center/adapter.ts'
import { chatwoot } from './chatwoot/adapter.ts'
import { openspp } from './openspp/adapter.ts'
import { marshal } from './marshal/adapter.ts'

export { marshal }

/** Adapters by name, in the order of the gallery. */
export type Registry = ReadonlyMap<string, Adapter>

const registry = registerAdapters([
  tagserver,
  ems,
  runsignup,
  mailchimp,
  mautic,
  mockSyncServer,
  openfn,
  http,
  planningCenter,
  chatwoot,
  openspp,
])

/** Every adapter of this build, in the order of the gallery. */
export const adapters: readonly Adapter[] = [...registry.values()]

/** The adapter of this name, null when there is none. */
export function findAdapter(name: string): Adapter | null {
  return registry.get(name) ?? null
}

/**
 * Puts adapters into a registry. Throws, naming the adapter, when a name is taken or a declaration cannot work: an
 * entity bound twice, a parent field that does not travel, hard parents in a circle, inbound without `fromRemote`.
 */
export function registerAdapters(list: readonly Adapter[]): Registry {
  const named = new Map<string, Adapter>()
  for (const adapter of list) {
    const { name } = adapter.manifest
    if (named.has(name)) throw new Error(`Two adapters are called "${name}".`)
    const [fault] = faultsOf(adapter)
    if (fault !== undefined) throw new Error(`The adapter "${name}" cannot be used: ${fault}.`)
    named.set(name, adapter)
  }
  return named
}

function faultsOf({ manifest }: Adapter): readonly string[] {
  const faults: string[] = []
  const seen = new Set<string>()
  for (const binding of manifest.bindings) {
    const { entity, fields, hard, soft, direction, fromRemote } = binding
    if (seen.has(entity)) faults.push(`${entity} is bound twice`)
    seen.add(entity)
    const silent = [...hard, ...soft].find((name) => !fields.includes(name))
    if (silent !== undefined) faults.push(`${entity}.${silent} is a parent but does not travel`)
    if (direction !== 'outbound' && !fromRemote) faults.push(`${entity} has no fromRemote`)
  }
  try {
    dependencyOrder(manifest.bindings)
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error))
  }
  return faults
}

/** An adapter as the gallery, the command line and the settings form show it. */
export function adapterView({ manifest, choices, withSettings }: Adapter): AdapterView {
  return {
    name: manifest.name,
    label: manifest.label,
    description: manifest.description,
    kind: manifest.kind,
    direction: manifest.direction,
    entities: [...dependencyOrder(manifest.bindings)],
    auth: [...manifest.auth],
    settings: settingsSchema(manifest.settings),
    usualAddress: manifest.usualAddress ?? '',
    ownAddress: manifest.address !== undefined,
    secrets: manifest.secrets.map(({ key, label, required }) => ({ key, label, required })),
    defaults: { ...manifest.defaults, delta: manifest.defaults.delta ?? null },
    webhook: manifest.webhook ?? false,
    graph: manifest.bindings.map((binding) => ({
      entity: binding.entity,
      remoteName: binding.remoteName,
      direction: binding.direction,
      changes: binding.changes,
      hard: [...parentEntities(binding, 'hard')],
      soft: [...parentEntities(binding, 'soft')],
    })),
    sensitive: [...sensitiveChoices({ manifest }, [])],
    choosesRecords: [...(manifest.choosesRecords ?? [])],
    listed: [...(choices?.settings ?? [])],
    several: [...(manifest.several ?? [])],
    dependsOnSettings: withSettings !== undefined,
    samples: manifest.samples ?? false,
    joined: manifest.hub ?? false,
  }
}

/** JSON Schema of what a person fills in: fields with a default need not be given. */
function settingsSchema(settings: z.ZodObject): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(settings, { io: 'input' })
  return schema
}
