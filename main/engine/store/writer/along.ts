/** What a deletion takes along: records that cannot be without others, whatever lies between them. */
import type { AlongGroup } from '../../../contract/records.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Db, Trx } from '../../db/schema.ts'
import { entities, entitiesInOrder } from '../../model/entities.ts'
import { referrersTo, type Referrer } from './holders.ts'
import { displaySql } from '../sql/master-columns.ts'
import { jsonPage, rows } from '../sql/statement.ts'

/** So many names are told of each kind. */
const toldNames = 5

const leavingOf = (entity: EntityName) => `leaving_${entities[entity].table}`

/** One statement for one kind of record: the ids that leave with it, kind by kind, then what becomes of which. */
function alongSql(root: EntityName): string | null {
  const kinds = new Set<EntityName>([root])
  const tables = [`${leavingOf(root)} (id) AS MATERIALIZED (SELECT ?1)`]
  const groups: string[] = []
  for (const { name, table } of entitiesInOrder) {
    // Parents come first in this order, so who leaves before it is known.
    const parents = [...kinds].flatMap((kind) =>
      referrersTo(kind)
        .filter((one) => one.entity === name && one.required)
        .map(({ field }) => ({ kind, field })),
    )
    if (parents.length === 0) continue
    kinds.add(name)
    const members = parents.map(
      ({ kind, field }) => `SELECT r.id FROM ${leavingOf(kind)} AS p CROSS JOIN ${table} AS r
         WHERE r.${field} = p.id AND r.deletedOn IS NULL`,
    )
    tables.push(`${leavingOf(name)} (id) AS MATERIALIZED (${members.join(' UNION ')})`)
    groups.push(
      groupSql({ entity: name, field: null, members: `SELECT id FROM ${leavingOf(name)}` }),
    )
  }
  for (const kind of kinds) {
    for (const { entity, field, required } of referrersTo(kind)) {
      if (required) continue
      const stays = kinds.has(entity) ? `AND r.id NOT IN (SELECT id FROM ${leavingOf(entity)})` : ''
      const members = `SELECT r.id FROM ${leavingOf(kind)} AS p CROSS JOIN ${entities[entity].table} AS r
         WHERE r.${field} = p.id AND r.deletedOn IS NULL ${stays}`
      groups.push(groupSql({ entity, field, members }))
    }
  }
  if (groups.length === 0) return null
  return `WITH ${tables.join(',\n')}\n${groups.join('\nUNION ALL\n')}`
}

function groupSql(group: {
  readonly entity: EntityName
  readonly field: string | null
  readonly members: string
}): string {
  const { entity, field, members } = group
  return `SELECT '${entity}' AS entity, ${field === null ? 'NULL' : `'${field}'`} AS field,
    (SELECT count(*) FROM (${members})) AS count,
    (SELECT json_group_array(display) FROM (SELECT ${displaySql(entity, 'r')} AS display
      FROM (${members} LIMIT ${toldNames}) AS m CROSS JOIN ${entities[entity].table} AS r WHERE r.id = m.id)) AS names`
}

const statements: ReadonlyMap<EntityName, string | null> = new Map(
  entitiesInOrder.map(({ name }) => [name, alongSql(name)]),
)

/** What deleting this record with its children would do to other records now; kinds without any are left out. */
export async function readAlong(
  db: Db | Trx,
  entity: EntityName,
  id: string,
): Promise<AlongGroup[]> {
  const statement = statements.get(entity)
  if (!statement) return []
  const found = await rows<{
    entity: EntityName
    field: string | null
    count: number
    names: string
  }>(db, statement, id)
  return found
    .filter(({ count }) => count > 0)
    .map(({ names, field, ...group }) => ({
      ...group,
      field,
      action: field === null ? 'deleted' : 'cleared',
      names: JSON.parse(names) as string[],
    }))
}

/** Ids of live records whose field refers to one of `ids`, at most so many. */
export function findReferring(
  trx: Trx,
  { entity, field }: Referrer,
  ids: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  return jsonPage<string>(
    trx,
    `SELECT json_group_array(id) AS page FROM (
       SELECT r.id AS id FROM json_each(?1) AS item CROSS JOIN ${entities[entity].table} AS r
       WHERE r.${field} = item.value AND r.deletedOn IS NULL LIMIT ?2)`,
    JSON.stringify(ids),
    limit,
  )
}
