/** What records say that could not be taken over here, as far as their adapter can read them. */
import { isReceived, receivedPrefix, type FailureView } from '../../../contract/sync.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import { entities, fieldOf } from '../../model/entities.ts'
import { displayName, type Fields } from '../../model/record.ts'
import { listTargets, type Target } from '../../store/runs/targets.ts'
import { readRefusedItems, type RefusedItem } from '../../store/traffic/inbox.ts'
import { asSet } from '../../targets/kit/as-set.ts'
import { undoMapping } from '../../targets/kit/mapping.ts'
import { travellingMapping } from '../../targets/kit/sensitive.ts'

/** A record of a target in our terms. */
export interface Received {
  readonly entity: EntityName
  /** As it says them; references stay out, and so do sensitive values. */
  readonly fields: Fields
}

/** By the id of the failure; those that are gone meanwhile, or cannot be read at all, are not in it. */
export async function readReceived(
  core: Core,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Received>> {
  const numbers = ids.flatMap((id) =>
    isReceived({ id }) ? [Number(id.slice(receivedPrefix.length))] : [],
  )
  if (numbers.length === 0) return new Map()
  const targets = new Map((await listTargets(core.reader)).map((one) => [one.id, one]))
  const items = await readRefusedItems(core.reader, numbers)
  return new Map(
    items.flatMap((item) => {
      const fields = fieldsOf(core, targets.get(item.targetId), item)
      return fields ? [[`${receivedPrefix}${item.id}`, { entity: item.entity, fields }]] : []
    }),
  )
}

/** Failures with the names of records that are not here: their ids there say nothing to anybody. */
export async function withNames(
  core: Core,
  failures: readonly FailureView[],
): Promise<FailureView[]> {
  const unknown = failures.filter((one) => isReceived(one) && one.recordId === null)
  const received = await readReceived(
    core,
    unknown.map(({ id }) => id),
  )
  return failures.map((failure) => {
    const found = failure.recordId === null ? received.get(failure.id) : undefined
    if (!found) return failure
    const { entity, fields } = found
    const isNamed = entities[entity].displayFields.some((name) => (fields[name] ?? '') !== '')
    // It may be the name that is too long.
    return isNamed ? { ...failure, display: displayName(entity, fields).slice(0, 60) } : failure
  })
}

function fieldsOf(core: Core, target: Target | undefined, item: RefusedItem): Fields | null {
  const adapter = target && core.adapters.get(target.adapter)
  const { bindings } = adapter ? asSet(adapter, target).manifest : { bindings: [] }
  const binding = bindings.find(({ entity }) => entity === item.entity)
  if (!target || !binding?.fromRemote) return null
  try {
    const named = undoMapping(travellingMapping(target), item.entity, item.body)
    const said = Object.entries(binding.fromRemote(named).fields).filter(
      ([name]) => binding.fields.includes(name) && fieldOf(item.entity, name).sensitive !== true,
    )
    return Object.fromEntries(said)
  } catch {
    // That it cannot be read is why it failed, and is said there.
    return null
  }
}
