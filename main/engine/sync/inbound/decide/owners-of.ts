/** Which side owns a field. Pure. */
import type { EntityName } from '../../../../contract/words.ts'
import type { Target } from '../../../store/runs/targets.ts'

/** Owners of an entity's fields, by field. */
export function ownersOf(owners: Target['owners'], entity: EntityName) {
  return Object.fromEntries(
    Object.entries(owners).flatMap(([path, side]) => {
      const [of, field] = path.split('.')
      return of === entity && field !== undefined ? [[field, side] as const] : []
    }),
  )
}
