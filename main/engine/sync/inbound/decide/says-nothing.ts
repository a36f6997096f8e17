/** What is no record, although it arrived. Pure. */
import { entities } from '../../../model/entities.ts'
import type { Fields } from '../../../model/record.ts'
import type { EntityBinding } from '../../../targets/kit/adapter.ts'

/**
 * Whether what arrived with a root lacks what makes it a record: a member of a mailing list who said nothing yet has no
 * consent.
 */
export function saysNothing(theirs: Fields, { entity, partOf }: EntityBinding): boolean {
  if (partOf === null || partOf.isMade) return false
  return entities[entity].fields.some(
    ({ name, required, refersTo }) => required && !refersTo && (theirs[name] ?? null) === null,
  )
}
