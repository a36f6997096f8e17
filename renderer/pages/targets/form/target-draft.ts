/** A target's configuration while somebody is still writing it, and its way to and from the saved form. Pure. */
import type {
  AdapterView,
  TargetConfig,
  TargetConfigInput,
} from '../../../../main/contract/targets.ts'
import type { FieldMapping, Schedule } from '../../../../main/contract/targets.ts'
import type {
  ConflictRule,
  Direction,
  EntityName,
  Mode,
  RemoteDeletion,
} from '../../../../main/contract/words.ts'
import type { FilterRows } from './filter-rows.ts'

export interface TargetDraft {
  adapter: string
  name: string
  url: string
  auth: string
  settings: Record<string, unknown>
  allowInsecure: boolean
  direction: Direction
  entities: EntityName[]
  mode: Mode
  conflicts: ConflictRule
  remoteDeletion: RemoteDeletion
  /** JSON Logic as typed; empty for no filter. */
  filterText: string
  /** The filter as rows while they are edited, with those that are not finished; left out: as the text says. */
  filterRows?: FilterRows
  mapping: FieldMapping[]
  /** `entity.field` → the side whose value counts whatever the rule. */
  owners: Record<string, 'ours' | 'theirs'>
  /** Sensitive fields that travel, as `entity.field`. */
  sensitive: string[]
  schedule: Schedule
}

/** A fresh draft with the adapter's own suggestions. */
export function newDraft(adapter: AdapterView): TargetDraft {
  return {
    adapter: adapter.name,
    name: '',
    url: adapter.usualAddress,
    auth: adapter.auth[0] ?? 'none',
    settings: {},
    allowInsecure: false,
    direction: adapter.direction,
    entities: [...adapter.entities],
    mode: adapter.defaults.mode,
    conflicts: adapter.defaults.conflicts,
    remoteDeletion: 'unlink',
    filterText: '',
    mapping: [],
    owners: {},
    sensitive: [],
    schedule: { delta: adapter.defaults.delta ?? '* * * * *', reconcile: '0 3 * * *' },
  }
}

/** A saved configuration, ready to be edited. */
export function draftOf(config: Omit<TargetConfig, 'secrets'>, adapter: AdapterView): TargetDraft {
  return {
    ...newDraft(adapter),
    name: config.name,
    url: config.url,
    auth: config.auth,
    settings: { ...config.settings },
    allowInsecure: config.allowInsecure,
    direction: config.direction ?? adapter.direction,
    entities: [...(config.entities ?? adapter.entities)],
    mode: config.mode ?? adapter.defaults.mode,
    conflicts: config.conflicts ?? adapter.defaults.conflicts,
    remoteDeletion: config.remoteDeletion,
    filterText: config.filter === null ? '' : JSON.stringify(config.filter, null, 2),
    mapping: config.mapping.map((row) => ({ ...row })),
    owners: { ...config.owners },
    sensitive: [...config.sensitive],
    schedule: { ...config.schedule },
  }
}

/** The configuration a draft means. A filter that is not JSON is left out; `filterFault` says so beforehand. */
export function configOf(draft: TargetDraft): TargetConfigInput {
  const { filterText, filterRows: _, mapping, owners, sensitive, entities, ...plain } = draft
  return {
    ...plain,
    name: draft.name.trim(),
    url: draft.url.trim(),
    settings: { ...draft.settings },
    schedule: { ...draft.schedule },
    entities: [...entities],
    filter: filterOfText(filterText),
    owners: sorted(owners),
    // A tick of a kind that is not in scope any more would be refused.
    sensitive: sensitive
      .filter((key) => entities.some((entity) => key.startsWith(`${entity}.`)))
      .toSorted(),
    mapping: mapping.filter(({ ours, theirs }) => ours !== '' && theirs.trim() !== ''),
  }
}

/** Credentials that were typed; an empty field keeps what is stored. */
export function typedOnly(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== ''))
}

/** What is tried before it is saved: the form as it is, with what was typed. @param saved whose stored credentials serve */
export function trialOf(
  saved: string | null | undefined,
  config: TargetConfigInput,
  secrets: Readonly<Record<string, string>>,
) {
  const typed = typedOnly(secrets)
  return {
    ...(saved == null ? {} : { name: saved }),
    config,
    ...(Object.keys(typed).length > 0 ? { secrets: typed } : {}),
  }
}

/** The same owners are the same text, in whatever order they were chosen. */
function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => a.localeCompare(b)))
}

/** What is wrong with a filter as text, before the engine looks at its meaning; null when it is a JSON object or empty. */
export function filterFault(text: string): 'not-json' | 'not-an-object' | null {
  if (text.trim() === '') return null
  try {
    const parsed: unknown = JSON.parse(text)
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? null : 'not-an-object'
  } catch {
    return 'not-json'
  }
}

/** The filter a text means, null for none, and for what is no filter. */
export function filterOfText(text: string): Record<string, unknown> | null {
  if (text.trim() === '' || filterFault(text) !== null) return null
  return JSON.parse(text) as Record<string, unknown>
}

const loopback = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** True for an address whose traffic anybody on the way can read. */
export function isUnprotected(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url.trim())
    return protocol === 'http:' && !loopback.test(hostname)
  } catch {
    return false
  }
}

/** Secrets each way of signing in needs; a secret not named here belongs to the adapter whatever the sign-in. */
const secretsOfSignIn: Readonly<Record<string, readonly string[]>> = {
  'api-key': ['apiKey', 'apiSecret'],
  'api-key-query': ['apiKey', 'apiSecret'],
  basic: ['username', 'password'],
  bearer: ['token'],
  'client-credentials': ['clientSecret'],
  oauth2: ['clientSecret'],
}

/** The adapter's secrets that matter for a way of signing in, in the adapter's order. */
export function secretsFor(adapter: AdapterView, auth: string): AdapterView['secrets'] {
  const wanted = secretsOfSignIn[auth] ?? []
  const bound = new Set(adapter.auth.flatMap((kind) => secretsOfSignIn[kind] ?? []))
  return adapter.secrets
    .filter(({ key }) => wanted.includes(key) || !bound.has(key))
    .map((secret) => (wanted.includes(secret.key) ? { ...secret, required: true } : secret))
}
