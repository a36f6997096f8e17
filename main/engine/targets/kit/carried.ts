/** Records that come into being at the target only together with another one (`EntityBinding.carries`). Pure. */
import type { EntityName } from '../../../contract/words.ts'
import { fieldOf } from '../../model/entities.ts'
import type { EntityBinding } from './adapter.ts'

/** The kind of record an entity comes into being with, null where it is created by itself. */
export function carrierOf(
  bindings: readonly EntityBinding[],
  entity: EntityName,
): EntityName | null {
  const carrier = bindings.find((binding) =>
    (binding.carries ?? []).some((field) => fieldOf(binding.entity, field).refersTo === entity),
  )
  return carrier?.entity ?? null
}

/** In the same order, but each carried entity right before its carrier: what it is recognised by is worked in by then. */
export function besideCarriers(bindings: readonly EntityBinding[]): readonly EntityBinding[] {
  const carriers = new Map(bindings.map(({ entity }) => [entity, carrierOf(bindings, entity)]))
  return bindings.flatMap((binding) => {
    if (carriers.get(binding.entity)) return []
    const along = bindings.filter(({ entity }) => carriers.get(entity) === binding.entity)
    return [...along, binding]
  })
}
