/** `marshal check`: the file is sound, and everything Marshal promises of its data holds. Set-based, page by page. */
import type { IntegrityReport } from '../../../contract/settings.ts'
import type { Db } from '../../db/schema.ts'
import { checkIntegrity } from '../../db/integrity.ts'
import { schemaDifferences } from '../../db/schema-check.ts'
import type { DatabaseSource } from '../../db/sqlite-connection.ts'
import { entitiesInOrder } from '../../model/entities.ts'
import { earliestYear, latestYear } from '../../model/possible-time.ts'
import { contentHash } from '../../model/record.ts'
import { countFarTimes, forgetFarTimes } from './far-times.ts'
import { targetChoices } from '../runs/targets.ts'
import { jsonPage, rows, value } from '../sql/statement.ts'

type Finding = IntegrityReport['problems'][number]

/** A rule as SQL that answers how often it is broken. */
interface Rule {
  readonly code: string
  readonly message: (count: number) => string
  readonly sql: string
}

const eachMaster = (part: (table: string, entity: string) => string, glue: string) =>
  entitiesInOrder.map(({ table, name }) => part(table, name)).join(glue)

const everyRecord = eachMaster(
  (table, entity) =>
    `SELECT '${entity}' AS entity, id, createdOn, modifiedOn, deletedOn FROM ${table}`,
  ' UNION ALL ',
)

const rules: readonly Rule[] = [
  {
    code: 'sync-record-orphan',
    message: (count) => `${count} sync records belong to no record.`,
    sql: `SELECT count(*) AS value FROM sync_record s WHERE s.recordId IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM (${everyRecord}) r WHERE r.id = s.recordId AND r.entity = s.entity)`,
  },
  {
    code: 'due-mark',
    message: (count) => `${count} sync records do not agree with their record on what is due.`,
    // The seed's own rule, by a join over everything, must find what the partial index holds.
    sql: `SELECT count(*) AS value FROM sync_record s JOIN (${everyRecord}) r ON r.id = s.recordId
      JOIN target_scope scope ON scope.targetId = s.targetId AND scope.entity = s.entity AND scope.outbound = 1
      WHERE s.state = 'linked' AND (r.modifiedOn > s.entitySyncedOn) IS NOT (s.entityModifiedOn > s.entitySyncedOn)`,
  },
  {
    code: 'due-mark',
    message: (count) =>
      `${count} records are not due although the target was not told of a change in what they repeat.`,
    sql: `SELECT count(*) AS value FROM sync_record s
      JOIN target_scope scope ON scope.targetId = s.targetId AND scope.entity = s.entity AND scope.outbound = 1
      WHERE s.state = 'linked' AND s.remoteId IS NOT NULL AND s.partModifiedOn > 0
        AND s.entityModifiedOn <= s.entitySyncedOn`,
  },
  {
    code: 'sync-record-missing',
    message: (count) => `${count} records are unknown to a target that should hear of them.`,
    sql: `SELECT count(*) AS value FROM (${everyRecord}) r
      JOIN target_scope scope ON scope.entity = r.entity AND scope.outbound = 1
      WHERE r.deletedOn IS NULL AND NOT EXISTS
        (SELECT 1 FROM sync_record s WHERE s.recordId = r.id AND s.targetId = scope.targetId)`,
  },
  {
    code: 'stamp',
    message: (count) => `${count} records carry a stamp from the future of this database.`,
    sql: `SELECT count(*) AS value FROM (${everyRecord}) r WHERE r.modifiedOn > (SELECT last FROM clock)`,
  },
  {
    code: 'stamp',
    message: (count) =>
      `${count} records were changed before they were made, or not when they were deleted.`,
    sql: `SELECT count(*) AS value FROM (${everyRecord}) r
      WHERE r.createdOn > r.modifiedOn OR (r.deletedOn IS NOT NULL AND r.deletedOn <> r.modifiedOn)`,
  },
  {
    code: 'stamp',
    message: (count) =>
      `${count} entries of the history carry a stamp from the future of this database.`,
    sql: `SELECT count(*) AS value FROM audit WHERE stamp > (SELECT last FROM clock)`,
  },
  {
    code: 'audit',
    message: (count) => `${count} records changed without an entry in their history.`,
    sql: `SELECT count(*) AS value FROM (${everyRecord}) r
      WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.stamp = r.modifiedOn AND a.recordId = r.id)`,
  },
  {
    code: 'audit',
    message: (count) => `${count} records were made without an entry in their history.`,
    sql: `SELECT count(*) AS value FROM (${everyRecord}) r
      WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.stamp = r.createdOn AND a.recordId = r.id AND a.action = 'create')`,
  },
  {
    code: 'counter',
    message: (count) => `${count} counters differ from what they count.`,
    sql: `SELECT count(*) AS value FROM counter c WHERE c.targetId > 0 AND c.value <>
      (SELECT count(*) FROM sync_record s WHERE s.targetId = c.targetId AND s.bucket = c.name)
      + iif(c.name = 'failed', (SELECT count(*) FROM inbox i WHERE i.targetId = c.targetId AND i.state = 'failed'), 0)`,
  },
  {
    code: 'counter',
    message: (count) => `${count} record counters differ from what they count.`,
    sql: `SELECT count(*) AS value FROM (${eachMaster(
      (table, entity) =>
        `SELECT '${entity}' AS name, count(*) AS n FROM ${table} WHERE deletedOn IS NULL`,
      ' UNION ALL ',
    )}) counted WHERE counted.n <> coalesce((SELECT c.value FROM counter c WHERE c.targetId = 0 AND c.name = counted.name), 0)`,
  },
  {
    code: 'conflict',
    message: (count) => `${count} open conflicts belong to no record that waits for a decision.`,
    sql: `SELECT count(*) AS value FROM conflict c WHERE c.decidedOn IS NULL AND NOT EXISTS
      (SELECT 1 FROM sync_record s WHERE s.rowNo = c.syncRecordNo AND s.targetId = c.targetId AND s.state = 'conflict')`,
  },
  {
    code: 'conflict',
    message: (count) => `${count} records wait for a decision that nobody is asked for.`,
    sql: `SELECT count(*) AS value FROM sync_record s WHERE s.state = 'conflict' AND
      (SELECT count(*) FROM conflict c WHERE c.syncRecordNo = s.rowNo AND c.decidedOn IS NULL) <> 1`,
  },
  {
    code: 'match',
    message: (count) =>
      `${count} unlinked records of targets carry nothing a person could decide by.`,
    sql: `SELECT count(*) AS value FROM sync_record s WHERE s.state IN ('possible', 'unmatched') AND s.recordId IS NULL
      AND (s.linkData IS NULL OR s.remoteId IS NULL)`,
  },
  {
    code: 'delivery',
    message: (count) => `${count} deliveries under way belong to no record.`,
    sql: `SELECT count(*) AS value FROM delivery d WHERE NOT EXISTS
      (SELECT 1 FROM sync_record s WHERE s.rowNo = d.syncRecordNo AND s.recordId = d.recordId AND s.targetId = d.targetId)`,
  },
  {
    code: 'leftover',
    message: (count) => `${count} rows belong to targets that are not there any more.`,
    sql: `SELECT count(*) AS value FROM (SELECT targetId FROM listing_seen UNION ALL SELECT targetId FROM wanted_record
      UNION ALL SELECT targetId FROM sync_record UNION ALL SELECT targetId FROM conflict UNION ALL SELECT targetId FROM inbox)
      WHERE targetId NOT IN (SELECT id FROM target)`,
  },
  ...choiceRules(),
  {
    code: 'far-time',
    message: (count) =>
      `${count} records of targets were kept with a time before ${earliestYear} or after ${latestYear}.`,
    sql: countFarTimes,
  },
  {
    code: 'bib',
    message: (count) => `${count} bibs are worn by several who are no legs of one team.`,
    sql: `SELECT count(*) AS value FROM (SELECT 1 FROM event_participant WHERE deletedOn IS NULL AND number IS NOT NULL
      GROUP BY event, number
      HAVING count(*) > 1 AND (count(leg) < count(*) OR count(team) < count(*) OR count(DISTINCT team) > 1))`,
  },
  {
    code: 'search',
    message: (count) => `The search index misses or repeats ${count} persons.`,
    sql: `SELECT abs((SELECT count(*) FROM person WHERE deletedOn IS NULL) - (SELECT count(*) FROM person_search)) AS value`,
  },
]

function quoted(choices: readonly string[]): string {
  return choices.map((choice) => `'${choice}'`).join(', ')
}

/** What a field or setting chosen from a list holds is one of that list. */
function choiceRules(): readonly Rule[] {
  const ofTargets = Object.entries(targetChoices).map(([key, choices]): Rule => ({
    code: 'choice',
    message: (count) =>
      `${count} targets have a ${key} that is none of ${choices.join(', ')}: restore a backup.`,
    sql: `SELECT count(*) AS value FROM target WHERE ${key} NOT IN (${quoted(choices)})`,
  }))
  return [...ofTargets, ...fieldRules()]
}

function fieldRules(): readonly Rule[] {
  return entitiesInOrder.flatMap(({ name, table, fields }) =>
    fields.flatMap(({ name: field, choices = [] }): Rule[] => {
      if (choices.length === 0) return []
      return [
        {
          code: 'choice',
          message: (count) =>
            `${count} records of ${name} have a ${field} that is none of ${choices.join(', ')}: set it anew.`,
          sql: `SELECT count(*) AS value FROM ${table} WHERE deletedOn IS NULL AND ${field} NOT IN (${quoted(choices)})`,
        },
      ]
    }),
  )
}

const pageRows = 2_000

/**
 * Runs every check. Reads the whole database; meant for a person who asks.
 * @param secrets what must be nowhere in it
 */
export async function checkStore(
  db: Db,
  database: DatabaseSource,
  secrets: readonly string[] = [],
): Promise<IntegrityReport> {
  const problems: Finding[] = []
  for (const { code, message } of await checkIntegrity(database)) problems.push({ code, message })
  const changed = await schemaDifferences(database)
  for (const what of changed) {
    const message = `The database is not as Marshal made it: ${what}. Restore a backup.`
    problems.push({ code: 'schema', message })
  }
  // What is asked next needs every table.
  if (changed.some((what) => what.endsWith('is missing'))) return { ok: false, problems }
  for (const { code, message, sql } of rules) {
    const count = (await value<number>(db, sql)) ?? 0
    if (count > 0) problems.push({ code, message: message(count) })
  }
  const wrong = await countWrongHashes(db)
  if (wrong > 0) {
    problems.push({
      code: 'agreed-hash',
      message: `${wrong} sync records carry a hash that is not of their agreed content.`,
    })
  }
  for (const { table, count } of await findSecrets(db, secrets)) {
    const message = `${count} rows of ${table} hold a key or password of a target in plain text.`
    problems.push({ code: 'secret', message })
  }
  return { ok: problems.length === 0, problems }
}

/**
 * Runs every check and mends what can be mended without asking anybody: what is said of it moves to `mended`. A file
 * that is not sound is left as it is.
 */
export async function checkAndMend(
  db: Db,
  check: () => Promise<IntegrityReport>,
): Promise<IntegrityReport> {
  const report = await check()
  const mended = report.problems.filter(({ code }) => code === 'far-time')
  if (mended.length === 0 || report.problems.some(({ code }) => code === 'integrity')) return report
  await forgetFarTimes(db)
  const problems = report.problems.filter((one) => !mended.includes(one))
  const done = mended.map(({ code, message }) => ({
    code,
    message: `${message} The time was forgotten; the next run asks for them anew.`,
  }))
  return { ok: problems.length === 0, problems, mended: done }
}

/** Shorter ones occur in ordinary text. */
const shortestSecret = 8

/** Tables that hold a secret somewhere, as it is or as JSON writes it. One pass for each table. */
async function findSecrets(
  db: Db,
  secrets: readonly string[],
): Promise<readonly { readonly table: string; readonly count: number }[]> {
  const long = secrets.filter((secret) => secret.length >= shortestSecret)
  if (long.length === 0) return []
  const spellings = JSON.stringify([
    ...new Set(long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])),
  ])
  const tables = await rows<{ name: string; columns: string }>(
    db,
    `SELECT t.name, group_concat('"' || c.name || '"', ', ') AS columns
     FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
     WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND c.type = 'TEXT' GROUP BY t.name`,
  )
  const found: { readonly table: string; readonly count: number }[] = []
  for (const { name, columns } of tables) {
    const count =
      (await value<number>(
        db,
        `SELECT count(*) AS value FROM (SELECT concat_ws(char(10), ${columns}) AS text FROM "${name}") AS row
         WHERE EXISTS (SELECT 1 FROM json_each(?) AS secret WHERE instr(row.text, secret.value) > 0)`,
        spellings,
      )) ?? 0
    if (count > 0) found.push({ table: name, count })
  }
  return found
}

async function countWrongHashes(db: Db): Promise<number> {
  let wrong = 0
  const last = (await value<number>(db, `SELECT max(rowNo) AS value FROM sync_record`)) ?? 0
  for (let from = 0; from < last; from += pageRows) {
    const page = await jsonPage<readonly [string | null, string | null]>(
      db,
      `SELECT json_group_array(json_array(agreed, agreedHash)) AS page FROM sync_record
       WHERE rowNo > ? AND rowNo <= ? AND (agreed IS NOT NULL OR agreedHash IS NOT NULL)`,
      from,
      from + pageRows,
    )
    for (const [agreed, hash] of page) {
      if (agreed === null || contentHash(agreed) !== hash) wrong += 1
    }
  }
  return wrong
}
