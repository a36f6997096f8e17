/** From what a person or file says about a target to a configuration that can work, or the words why it cannot. */
import { z } from 'zod'
import { ProblemError } from '../../../contract/problem.ts'
import { targetConfig, type LeftOut, type TargetConfig } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import { checkFilter } from '../../expressions/check-filter.ts'
import { checkPattern } from '../../schedule/due.ts'
import type { TargetSettings } from '../../store/runs/targets.ts'
import type { ScopeEntry } from '../../store/links/scope.ts'
import type { Adapter } from '../../targets/kit/adapter.ts'
import { isMade, partPaths } from '../../targets/kit/bindings.ts'
import { parentEntities } from '../../targets/kit/dependency-order.ts'
import { asSet } from '../../targets/kit/as-set.ts'
import { sensitiveChoices } from '../../targets/kit/sensitive.ts'
import { mappingFaults } from '../../targets/kit/mapping.ts'
import { bindingsInScope } from '../../sync/connect-target.ts'
import { fromDataCollect, isDataCollect } from './datacollect-config.ts'
import { fromOpenConnector, isOpenConnector } from './openconnector-config.ts'
import type { Registry } from '../../targets/registry.ts'
import { faultWords, shapeFaults, shapeWords } from '../data/shape-faults.ts'

const wrongUse = (message: string, fix?: string, fields?: Record<string, string>) =>
  new ProblemError({
    code: 'wrong-use',
    message,
    ...(fix ? { fix } : {}),
    ...(fields ? { fields } : {}),
  })

export interface CheckedConfig {
  readonly adapter: Adapter
  readonly settings: TargetSettings
  /** Secrets that came with the configuration, for the keychain only. */
  readonly secrets: Readonly<Record<string, string>>
}

/**
 * Reads a configuration in Marshal's form, DataCollect's or OpenConnector's and checks all of it.
 * Throws `ProblemError` `wrong-use` naming what does not fit.
 */
export function readTargetConfig(adapters: Registry, input: unknown): CheckedConfig {
  const raw = inOurForm(adapters, input).config
  const parsed = targetConfig.safeParse(raw, { error: shapeWords })
  if (!parsed.success) {
    const faults = shapeFaults(parsed.error, 'configuration')
    throw wrongUse(`The configuration does not fit: ${faultWords(faults)}.`, correctIt, faults)
  }
  return checkTargetConfig(adapters, withUsual(adapters, parsed.data, raw))
}

/** What a document of another program says in our form, and what of it cannot be taken. Throws as above. */
export function inOurForm(
  adapters: Registry,
  input: unknown,
): { readonly config: unknown; readonly leftOut: readonly LeftOut[] } {
  if (isOpenConnector(input)) return fromOpenConnector(input)
  return { config: isDataCollect(input) ? fromDataCollect(adapters, input) : input, leftOut: [] }
}

const correctIt = 'Correct the configuration and add it again.'

const whatIsSaid = z.object({
  auth: z.unknown(),
  schedule: z.object({ delta: z.unknown() }).optional(),
})

/** What is usual for the adapter where the configuration says nothing: how it signs in, and how often it is asked. */
function withUsual(adapters: Registry, config: TargetConfig, raw: unknown): TargetConfig {
  const manifest = adapters.get(config.adapter)?.manifest
  if (!manifest) return config
  const said = whatIsSaid.safeParse(raw).data
  const { delta } = manifest.defaults
  return {
    ...config,
    auth: said?.auth === undefined ? usualAuth(manifest.auth, config.secrets ?? {}) : config.auth,
    schedule:
      delta === undefined || said?.schedule?.delta !== undefined
        ? config.schedule
        : { ...config.schedule, delta },
  }
}

function usualAuth(kinds: readonly string[], secrets: Readonly<Record<string, string>>): string {
  if ('apiKey' in secrets && kinds.includes('api-key')) return 'api-key'
  return kinds.includes('none') ? 'none' : (kinds[0] ?? 'none')
}

/** Checks a parsed configuration against its adapter and fills in the adapter's defaults. */
function checkTargetConfig(adapters: Registry, config: TargetConfig): CheckedConfig {
  const declared = adapters.get(config.adapter)
  if (!declared) {
    throw wrongUse(
      `There is no adapter named ${config.adapter}.`,
      `Use one of: ${[...adapters.keys()].join(', ')}.`,
      { adapter: 'is not known' },
    )
  }
  const { manifest } = declared
  const settings = manifest.settings.strict().safeParse(config.settings, { error: shapeWords })
  if (!settings.success) {
    const faults = shapeFaults(settings.error, 'settings')
    throw wrongUse(
      `The settings do not fit ${manifest.label}: ${faultWords(faults)}.`,
      correctIt,
      Object.fromEntries(Object.entries(faults).map(([name, why]) => [`settings.${name}`, why])),
    )
  }
  const adapter = asSet(declared, { settings: settings.data })
  checkOwners(adapter, config.owners)
  if (!manifest.auth.includes(config.auth)) {
    throw wrongUse(
      `${manifest.label} does not sign in with ${config.auth}.`,
      `Use one of: ${manifest.auth.join(', ')}.`,
      { auth: 'does not fit this adapter' },
    )
  }
  if (config.url !== '' || !manifest.address) checkUrl(config)
  const known = new Set(manifest.secrets.map((secret) => secret.key))
  for (const key of Object.keys(config.secrets ?? {})) {
    if (!known.has(key)) {
      throw wrongUse(
        `${manifest.label} has no secret named ${key}.`,
        known.size > 0 ? `Use one of: ${[...known].join(', ')}.` : 'Leave secrets out.',
      )
    }
  }
  const entities = checkEntities(adapter, config.entities)
  checkExpressions(config)
  const wanted = config.direction ?? 'both'
  if (manifest.direction !== 'both' && wanted !== 'both' && wanted !== manifest.direction) {
    throw wrongUse(
      `${manifest.label} can only work ${manifest.direction}, not ${wanted}.`,
      `Use ${manifest.direction}, or leave the direction out.`,
      { direction: 'is not possible with this adapter' },
    )
  }
  return {
    adapter,
    secrets: config.secrets ?? {},
    settings: {
      name: config.name,
      adapter: config.adapter,
      url: config.url,
      auth: config.auth,
      settings: settings.data,
      mode: config.mode ?? manifest.defaults.mode,
      // As far as the adapter can: "both" of one that only sends is outbound.
      direction: wanted === 'both' ? manifest.direction : wanted,
      conflicts: config.conflicts ?? manifest.defaults.conflicts,
      remoteDeletion: config.remoteDeletion,
      entities,
      filter: config.filter,
      mapping: config.mapping,
      owners: config.owners,
      sensitive: checkSensitive(adapter, config),
      schedule: config.schedule,
      allowInsecure: config.allowInsecure,
    },
  }
}

const loopback = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

function checkUrl({ url, allowInsecure }: TargetConfig): void {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw wrongUse(
      url === '' ? 'The address (url) is missing.' : `${url} is not an address.`,
      'Give a full address, like https://timing.example.org.',
      { url: 'is not an address' },
    )
  }
  if (parsed.username || parsed.password) {
    throw wrongUse('The address contains a password.', 'Leave it out and store it as a secret.', {
      url: 'contains a password',
    })
  }
  if (parsed.protocol === 'https:') return
  if (parsed.protocol !== 'http:') {
    throw wrongUse(`${parsed.protocol} addresses are not supported.`, 'Use https.', {
      url: 'must be https',
    })
  }
  if (!loopback.test(parsed.hostname) && !allowInsecure) {
    throw wrongUse(
      'Plain http would send entrants and keys unprotected.',
      'Use https, or tick "allow unprotected connection" (allowInsecure) for a trusted network.',
      { url: 'is not protected (https)' },
    )
  }
}

function checkEntities(
  adapter: Adapter,
  wanted: readonly EntityName[] | undefined,
): readonly EntityName[] {
  const { bindings, label } = adapter.manifest
  if (wanted === undefined) return bindings.map((binding) => binding.entity)
  const unknown = wanted.filter((entity) => !bindings.some((binding) => binding.entity === entity))
  if (unknown.length > 0) {
    throw wrongUse(
      `${label} does not take ${unknown.join(', ')}.`,
      `Use some of: ${bindings.map((binding) => binding.entity).join(', ')}.`,
    )
  }
  for (const binding of bindings) {
    if (!wanted.includes(binding.entity)) continue
    const missing = parentEntities(binding, 'hard').filter((parent) => !wanted.includes(parent))
    if (missing.length > 0) {
      throw wrongUse(
        `${binding.entity} cannot be sent without ${missing.join(' and ')}.`,
        `Add ${missing.join(' and ')} to the entities.`,
        { entities: `lacks ${missing.join(', ')}` },
      )
    }
  }
  return [...new Set(wanted)]
}

function checkExpressions(config: TargetConfig): void {
  const filterFault = config.filter ? checkFilter(config.filter) : null
  if (filterFault) {
    throw wrongUse(`The filter cannot be used: ${filterFault}`, undefined, { filter: filterFault })
  }
  const faults = mappingFaults(config.mapping)
  if (faults.length > 0) {
    throw wrongUse(`The field mapping cannot be used: ${faults.join('; ')}.`, undefined, {
      mapping: faults.join('; '),
    })
  }
  for (const name of ['delta', 'reconcile'] as const) {
    const pattern = config.schedule[name]
    const fault = pattern === null ? null : checkPattern(pattern)
    if (fault) {
      throw wrongUse(`The schedule "${pattern}" cannot be read: ${fault}`, undefined, {
        [`schedule.${name}`]: fault,
      })
    }
  }
}

function checkOwners({ manifest }: Adapter, owners: TargetConfig['owners']): void {
  const known = new Set(
    manifest.bindings.flatMap(({ entity, fields }) => fields.map((field) => `${entity}.${field}`)),
  )
  const unknown = Object.keys(owners).filter((field) => !known.has(field))
  if (unknown.length === 0) return
  throw wrongUse(
    `${unknown.join(', ')} does not travel to ${manifest.label}, so nobody can own it there.`,
    `Use fields of: ${[...known].join(', ')}.`,
    { owners: `${unknown.join(', ')} does not travel` },
  )
}

/** The ticked fields, each once. Throws for one that is not sensitive, or would not travel there anyway. */
function checkSensitive(
  adapter: Adapter,
  { sensitive, mapping }: Pick<TargetConfig, 'sensitive' | 'mapping'>,
): readonly string[] {
  const possible = sensitiveChoices(adapter, mapping)
  const wrong = sensitive.filter((field) => !possible.includes(field))
  if (wrong.length > 0) {
    const { label } = adapter.manifest
    throw wrongUse(
      `${wrong.join(', ')} cannot be ticked for ${label}: it is no sensitive field that travels there.`,
      possible.length > 0
        ? `Use some of: ${possible.join(', ')}.`
        : `Leave "sensitive" out: ${label} takes none.`,
      { sensitive: `${wrong.join(', ')} cannot be ticked` },
    )
  }
  return possible.filter((field) => sensitive.includes(field))
}

/** Scope rows of a target: which entities, which way, and what becomes of a record that is new here. */
export function scopeOf(
  adapter: Adapter,
  settings: Pick<
    TargetSettings,
    'entities' | 'direction' | 'mode' | 'sensitive' | 'mapping' | 'settings'
  >,
): readonly ScopeEntry[] {
  return bindingsInScope(adapter, settings).map((binding) => {
    const { entity, direction } = binding
    // What comes into being there only with another record is decided with that one.
    const asks = settings.mode === 'target-leads' && !isMade(binding)
    return {
      entity,
      outbound: direction !== 'inbound',
      inbound: direction !== 'outbound',
      firstState: asks ? 'unmatched' : 'linked',
      parts: partPaths(binding).map(({ path, as }) => ({ path, isMade: as === 'made' })),
    }
  })
}
