/** Records that come into being at the target only together with another one (`EntityBinding.carries`). Pure. */
import type { EntityName } from '../../../contract/words.ts'
import { fieldOf } from '../../model/entities.ts'
import type { EntityBinding } from './adapter.ts'

/** The kind of record an entity comes into being with, null where it is created by itself. */
export function carrierOf(
  bindings: readonly EntityBinding[],
  entity: EntityName,
): EntityName | null {
  return carryingField(bindings, entity)?.entity ?? null
}

/** Fields whose record a body repeats for good: what comes into being with it (`carries`) is edited by itself later on. */
export function repeatedFields({ embeds = [], carries = [] }: EntityBinding): readonly string[] {
  return embeds.filter((field) => !carries.includes(field))
}

/** Where a record of this entity comes into being: the binding it comes with, and the field there that refers to it. */
export function carryingField(
  bindings: readonly EntityBinding[],
  entity: EntityName,
): { readonly entity: EntityName; readonly field: string } | null {
  for (const binding of bindings) {
    const field = (binding.carries ?? []).find(
      (name) => fieldOf(binding.entity, name).refersTo === entity,
    )
    if (field !== undefined) return { entity: binding.entity, field }
  }
  return null
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
