/** How a record leads to another one that says it in its body at a target. */
import type { EntityName } from '../../contract/words.ts'

/** One step from a part to its owner. */
export interface PartStep {
  /**
   * `one`: the owner's `field` refers to the part · `many`: the part's `field` refers to the owner · `same`: both have the
   * same in `field`, and are one record there (`Resource.shared`).
   */
  readonly kind: 'one' | 'many' | 'same'
  readonly owner: EntityName
  readonly part: EntityName
  readonly field: string
}
