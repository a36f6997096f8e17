/** From a planned step to what travels: our fields, their body, and the hash that tells whether anything changed. Pure. */
import type { EntityName } from '../../../../contract/words.ts'
import { canonicaliser, contentHash, type Fields } from '../../../model/record.ts'
import type { Target } from '../../../store/runs/targets.ts'
import type { EntityBinding, Refs, RemoteBody } from '../../../targets/kit/adapter.ts'
import { repeatsParts } from '../../../targets/kit/bindings.ts'
import { applyMapping } from '../../../targets/kit/mapping.ts'
import { mergePatch } from '../../../targets/kit/merge-patch.ts'
import {
  isSensitive,
  travellingMapping,
  without as withoutFields,
} from '../../../targets/kit/sensitive.ts'
import { contentOf } from './loaded-parts.ts'
import type { Step } from './plan.ts'

export interface Transformed {
  /** Canonical content in our fields: becomes the agreed base once it is confirmed. */
  readonly agreed: string
  readonly hash: string
  /** Hash of what was agreed before, as far as it travels now; null where nothing was. */
  readonly agreedHash: string | null
  readonly body: RemoteBody
  /** What differs from the body of what was agreed; null where nothing was, or not under this mapping. */
  readonly patch: RemoteBody | null
  /**
   * Hash of what the body says beyond the agreed content: the records it repeats, and fields that only the user's mapping
   * sends. Null where it says no more.
   */
  readonly beyondHash: string | null
  /** Whether that is so because of the mapping. */
  readonly isMappedBeyond: boolean
}

const canonicalisers = new WeakMap<EntityBinding, (fields: Fields) => string>()

/** Canonical form of what a binding carries, compiled once per binding. */
export function canonicalContent(binding: EntityBinding, fields: Fields): string {
  let canonical = canonicalisers.get(binding)
  if (!canonical) {
    canonical = canonicaliser(binding.entity, binding.fields)
    canonicalisers.set(binding, canonical)
  }
  return canonical(binding.project ? binding.project(fields) : fields)
}

/** The content of a create or update step. References that are not there yet travel, and count, as empty. */
export function transform(
  step: Extract<Step, { kind: 'create' | 'update' }>,
  binding: EntityBinding,
  target: Pick<Target, 'mapping' | 'mappingVersion' | 'owners' | 'sensitive'>,
): Transformed {
  const { mappingVersion, owners } = target
  const mapping = travellingMapping(target)
  const fields: Record<string, Fields[string]> = {}
  for (const name of binding.fields) fields[name] = step.due.record.fields[name] ?? null
  for (const name of step.missing) fields[name] = null
  Object.assign(fields, ownedThere(step, binding, owners))
  const agreed = canonicalContent(binding, fields)
  const parts = contentOf(binding.parts, step.parts, target)
  // What the target has of the parts a body repeats is not known: they are said with every change.
  const repeatsOthers = repeatsParts(binding)
  const bare = repeatsOthers ? contentOf(binding.parts, step.parts, target, 'made') : parts
  const { due } = step
  const before =
    due.remoteId !== null && due.agreed !== null ? (JSON.parse(due.agreed) as Fields) : null
  const base = due.mappingVersion === mappingVersion ? before : null
  const rows = mappedFields(mapping, binding.entity)
  const mapped = rows.filter((name) => !binding.fields.includes(name))
  // What is new there has nothing that could be overwritten.
  const isNew = due.remoteId === null
  const silent = neverHeard(binding, { fields, before, rows: isNew ? [] : rows })
  const own = binding.toRemote(withoutFields(fields, silent), step.refs, parts)
  const repeats = repeatsOthers
    ? mergePatch(binding.toRemote(withoutFields(fields, silent), step.refs, bare), own)
    : {}
  const beyond = [repeats, ...mapped.map((name) => due.record.fields[name] ?? null)]
  const beyondHash = repeatsOthers || mapped.length > 0 ? contentHash(JSON.stringify(beyond)) : null
  const wasSaid = base !== null && due.beyondHash !== null && due.beyondHash !== beyondHash
  const unsaid = mapped.filter(
    (name) => !isNew && !wasSaid && (due.record.fields[name] ?? null) === null,
  )
  const left = rows.filter((name) => silent.includes(name) || unsaid.includes(name))
  const place = (given: Fields, body: RemoteBody) =>
    applyMapping(mapping, binding.entity, withoutFields(given, left), withoutMembers(body, left))
  const body = place({ ...valueForEach(rows, null), ...due.record.fields }, own)
  const patch =
    base &&
    mergePatch(
      place(
        { ...base, ...valueForEach(mapped, notKnown) },
        binding.toRemote(
          withoutFields(base, silent),
          refsBefore(step, binding, fields, base),
          bare,
        ),
      ),
      body,
    )
  return {
    agreed,
    hash: contentHash(agreed),
    agreedHash: agreedHashNow(binding, before, due.agreedHash),
    body,
    patch,
    beyondHash,
    isMappedBeyond: mapped.length > 0,
  }
}

/**
 * Fields that are empty here and were never known to be filled there, where emptying is not meant: sensitive ones, and those
 * a person gave a place. Whatever the target has, it keeps.
 */
function neverHeard(
  { entity, fields: names }: EntityBinding,
  {
    fields,
    before,
    rows,
  }: {
    readonly fields: Fields
    readonly before: Fields | null
    /** Fields the mapping gives a place. */
    readonly rows: readonly string[]
  },
): readonly string[] {
  return names.filter(
    (name) =>
      (fields[name] ?? null) === null &&
      (before?.[name] ?? null) === null &&
      (isSensitive(entity, name) || rows.includes(name)),
  )
}

/** Stands for what the target has of a field that only the mapping sends: no value of ours equals it. */
const notKnown = '\u0000'

/** Fields of an entity that the mapping gives a place. */
function mappedFields(
  mapping: ReturnType<typeof travellingMapping>,
  entity: EntityName,
): readonly string[] {
  return mapping.flatMap(({ ours }) =>
    ours.startsWith(`${entity}.`) ? [ours.slice(entity.length + 1)] : [],
  )
}

function valueForEach(names: readonly string[], value: string | null): Fields {
  return Object.fromEntries(names.map((name) => [name, value]))
}

function withoutMembers(body: RemoteBody, names: readonly string[]): RemoteBody {
  if (!names.some((name) => Object.hasOwn(body, name))) return body
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
}

/** Stands for a record another reference led to before: whatever its remote id was, it is not the one now. */
const anotherRecord = '0'

/** The references of the agreed content, as far as they are the same now. */
function refsBefore(
  { refs }: Extract<Step, { kind: 'create' | 'update' }>,
  { hard, soft }: EntityBinding,
  fields: Fields,
  base: Fields,
): Refs {
  const before: Record<string, string> = {}
  for (const field of [...hard, ...soft]) {
    const was = base[field] ?? null
    if (was === null) continue
    const now = refs[field]
    before[field] = was === fields[field] && now !== undefined ? now : anotherRecord
  }
  return before
}

/** Fields the target owns: it is told what it has, whatever was changed here. A new record has to begin with something. */
function ownedThere(
  { due }: Pick<Step, 'due'>,
  { entity, fields }: EntityBinding,
  owners: Target['owners'],
): Fields {
  const owned = fields.filter((name) => owners[`${entity}.${name}`] === 'theirs')
  if (owned.length === 0 || due.remoteId === null || due.agreed === null) return {}
  const agreed = JSON.parse(due.agreed) as Fields
  return Object.fromEntries(owned.map((name) => [name, agreed[name] ?? null]))
}

/**
 * Hash of agreed content as far as the binding carries it now: since it was agreed, a person may have ticked a sensitive
 * field or unticked one, which changes nothing at the target by itself.
 */
export function agreedHashNow(
  binding: EntityBinding,
  agreed: Fields | null,
  agreedHash: string | null,
): string | null {
  if (agreed === null || agreedHash === null) return agreedHash
  const { fields } = binding
  const isSame =
    Object.keys(agreed).length === fields.length &&
    fields.every((name) => Object.hasOwn(agreed, name))
  return isSame ? agreedHash : contentHash(canonicalContent(binding, agreed))
}

/** Whether the target has this content already under the present mapping. */
export function isUnchanged(
  step: Step,
  content: Pick<Transformed, 'hash' | 'agreedHash' | 'beyondHash' | 'isMappedBeyond'>,
  mappingVersion: number,
): boolean {
  const { due } = step
  return (
    due.remoteId !== null &&
    content.agreedHash === content.hash &&
    due.mappingVersion === mappingVersion &&
    (content.beyondHash === null || saidBefore(due, content))
  )
}

/** What was never sent, the target has from somewhere else: then only a change of it counts. */
function saidBefore(
  { beyondHash, partStamp }: Step['due'],
  content: Pick<Transformed, 'beyondHash' | 'isMappedBeyond'>,
): boolean {
  return beyondHash === null
    ? partStamp === 0 && !content.isMappedBeyond
    : beyondHash === content.beyondHash
}

export interface KeyParts {
  readonly targetId: number
  readonly entity: EntityName
  readonly recordId: string
  readonly stamp: number
  readonly action: string
  /**
   * Tells apart what one stamp may send more than once: a reference whose record came later, the same content on purpose,
   * by `force` or under a new mapping, and an update of something newer. The first copy of that may have come when it was
   * too old to count, and the second must not pass for it.
   */
  readonly again: string
}

/** Idempotency key of a change: the same on every attempt. */
export function deliveryKey({
  targetId,
  entity,
  recordId,
  stamp,
  action,
  again,
}: KeyParts): string {
  return [targetId, entity, recordId, stamp.toString(36), action, again].filter(Boolean).join('.')
}
