/** What a click in a sample makes of the mapping of a target. Pure. */
import type { FieldMapping, TargetConfigInput } from '../../../../main/contract/targets.ts'
import type { EntityName } from '../../../../main/contract/words.ts'

/**
 * The field a place becomes here, null where it becomes none: the one it is mapped to, else the one that has its name and
 * is not taken from elsewhere.
 * @param fields names of our fields
 */
export function fieldOfPlace(
  mapping: readonly FieldMapping[],
  entity: EntityName,
  path: string,
  fields: readonly string[],
): string | null {
  const own = mapping.filter(({ ours }) => ours.startsWith(`${entity}.`))
  const row = own.find(({ theirs }) => theirs === path)
  if (row) return row.ours.slice(entity.length + 1)
  const isElsewhere = own.some(({ ours }) => ours === `${entity}.${path}`)
  return fields.includes(path) && !isElsewhere ? path : null
}

/** The mapping after a place was said to be a field. A field comes from one place, and a place becomes one field. */
export function mapPlace(
  mapping: readonly FieldMapping[],
  entity: EntityName,
  path: string,
  field: string | null,
): FieldMapping[] {
  const ours = `${entity}.${field}`
  const others = mapping.filter(
    (row) => !(row.ours.startsWith(`${entity}.`) && (row.theirs === path || row.ours === ours)),
  )
  // Under its own name it travels by itself.
  return field === null || field === path ? others : [...others, { ours, theirs: path }]
}

/** Whether clicks can map: an expression makes other places of their record, and a dot inside a name cannot be mapped. */
export const isMappedByExpression = ({ settings = {} }: TargetConfigInput): boolean =>
  String(settings['mappingIn'] ?? '').trim() !== ''
export const canBeMapped = (path: string): boolean => !path.includes('&#46;')
