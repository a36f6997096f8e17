/** Records that were made at two laptops while they were apart and are one and the same, told by their natural key. Pure. */
import type { EntityName } from '../../contract/words.ts'
import { entities } from './entities.ts'
import type { Fields, MasterRecord } from './record.ts'

/** Two people may have one name, and one entrant an entry for each race: a person says whether these are one. */
const askAPerson: ReadonlySet<EntityName> = new Set(['person', 'eventParticipant'])

/** Two clubs of one name are two where they are known to differ in one of these. */
const tellApart: Partial<Record<EntityName, readonly string[]>> = {
  organisation: ['kind', 'email', 'phone', 'country', 'parent'],
}

/** Where a record stands in a list: no loss when it differs. */
const unimportant: ReadonlySet<string> = new Set(['seq'])

/** The fields that make one record of two; null where nothing does by itself. */
export function twinKey(entity: EntityName): readonly string[] | null {
  return askAPerson.has(entity) ? null : (entities[entity].keys[0] ?? null)
}

/** Whether two records with the same key may be one. */
export function mayBeTwins(entity: EntityName, one: Fields, other: Fields): boolean {
  return (tellApart[entity] ?? []).every((name) => {
    const [here, there] = [one[name] ?? null, other[name] ?? null]
    return here === null || there === null || here === there
  })
}

/** What becomes of the values of the one that goes. */
export interface TwinValues {
  /** Fields the one that stays gets from it. */
  readonly filled: Fields
  /** Its values that do not stand, with those that do. */
  readonly lost: readonly {
    readonly field: string
    readonly lost: Fields[string]
    readonly kept: Fields[string]
  }[]
}

/** The one that stays gets what it lacks, and the withdrawal of a consent. */
export function joinTwins(
  { entity, gone }: { readonly entity: EntityName; readonly gone: MasterRecord },
  kept: Fields,
): TwinValues {
  const key = twinKey(entity) ?? []
  const withdraws = entity === 'contactPreference' && gone.fields['status'] === 'optedOut'
  const filled: Record<string, Fields[string]> = {}
  const lost: TwinValues['lost'][number][] = []
  for (const { name } of entities[entity].fields) {
    const [had, has] = [gone.fields[name] ?? null, kept[name] ?? null]
    if (had === null || had === has || key.includes(name)) continue
    if (has === null || (withdraws && kept['status'] !== 'optedOut')) filled[name] = had
    else if (!unimportant.has(name) && entity !== 'contactPreference') {
      lost.push({ field: name, lost: had, kept: has })
    }
  }
  return { filled, lost }
}
