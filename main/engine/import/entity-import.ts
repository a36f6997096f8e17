/** Importing records of one kind by the names of their fields. */
import type { BadRow } from '../../contract/imports.ts'
import type { FieldValue } from '../../contract/records.ts'
import { rowInWords } from '../../contract/row-words-en.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Trx } from '../db/schema.ts'
import { isOwnField } from '../../contract/own-field-names.ts'
import type { OwnField } from '../../contract/own-fields.ts'
import { entities } from '../model/entities.ts'
import type { FieldDefinition } from '../model/field.ts'
import { definitionOf, ownFieldsOf, ownText } from '../model/own-fields.ts'
import { displayName, isEssential, type MasterRecord } from '../model/record.ts'
import { findIdsByKey } from '../store/search/known-records.ts'
import { readRecords } from '../store/sql/records.ts'
import type { Change } from '../store/writer/change.ts'
import { askedCell, badCell, readCell } from './cell-words.ts'
import { wholeName, type ColumnMapping, type ImportField } from './columns.ts'
import { onePerName } from './own-columns.ts'
import { fittingOwn } from './fitting-own.ts'
import type { PageImport, PagePlan, PlannedRow } from './page-import.ts'
import { isRecordId, planEntity, type EntityRow } from './plan-entity.ts'
import { pageRecords, type RawRow } from './raw-page.ts'
import { namesIn, prefixed } from './read-entrant.ts'

interface EntityField extends ImportField {
  /** Null for the column `id`. */
  readonly definition: FieldDefinition | null
}

/** Headers of start lists that mean a field of an entity under another name. */
const words: Readonly<Record<string, string>> = {
  'organisation.name': 'club',
  'event.name': 'event',
  'race.name': 'race',
  'startGroup.name': 'start_group',
  'tag.number': 'tag',
  'eventParticipant.number': 'bib',
  'person.organisation': 'club',
  'person.emergencyContactName': 'emergency_contact',
  'person.emergencyContactNumber': 'emergency_phone',
}
const codes = new Set(['tag.number', 'tag.barcode', 'tag.uuid', 'eventParticipant.number'])

/** The column `id` and the fields of an entity; for persons also a column of whole names. */
export function entityFields(
  entity: EntityName,
  own: readonly OwnField[] = [],
): readonly EntityField[] {
  const definitions = [
    ...entities[entity].fields,
    ...(entity === ownFieldsOf ? onePerName(own).map(definitionOf) : []),
  ]
  const fields = definitions.map((field): EntityField => {
    const path = `${entity}.${field.name}`
    return {
      name: field.name,
      label: field.label,
      definition: field,
      identifies: isEssential(entity, field.name),
      ...(words[path] !== undefined && { words: words[path] }),
      ...(codes.has(path) && { isCode: true }),
    }
  })
  const whole = fields.find(({ name }) => entity === 'person' && name === 'lastName')
  return [
    { name: 'id', label: 'Id', definition: null },
    ...fields,
    ...(whole
      ? [
          { ...whole, name: wholeName, label: 'Full name', whole: true as const },
          { ...whole, name: 'name_prefix', label: 'Name prefix', prefix: true as const },
        ]
      : []),
  ]
}

/**
 * With a column `id` a row changes that record, or makes it with that id: so an export goes into another Marshal
 * unchanged. Without one it changes the record with the same natural key (name, number, e-mail and last name …), and
 * makes a new one where there is none. References are ids, or the name or number of an organisation, event or tag.
 */
export function entityImport(
  entity: EntityName,
  newId: () => string,
  around: { readonly own: readonly OwnField[]; readonly today: string },
): PageImport<EntityField, EntityRow> {
  const seen = new Map<string, number>()
  return {
    fields: entityFields(entity, around.own),
    rowsPerPage: pageRecords,
    touches: () => [entity],
    main: entity,
    named: ({ fields }) => ({
      display: displayName(entity, fields),
      bib: entity === 'eventParticipant' ? ((fields['number'] ?? null) as string | null) : null,
    }),
    reader: (columns, mapping, today) => entityReader(entity, columns, mapping, today),
    columnOf: (_, field, columns, mapping) => {
      const at = mapping.fields.findIndex((candidate) => candidate?.name === field)
      return columns[at] ?? null
    },
    async plan(trx: Trx, given: readonly EntityRow[]): Promise<PagePlan> {
      const bad: BadRow[] = []
      const read = await resolveReferences(trx, entity, given, bad)
      const targets = await findTargets(trx, entity, read)
      const known = await readRecords(trx, entity, [...new Set(targets.flat())])
      const rows: PlannedRow[] = []
      const own = new Map<string, number>()
      const leftOut: BadRow[] = []
      for (const [at, row] of read.entries()) {
        const planned = planEntity(entity, row, { targets: targets[at]!, known, newId })
        const id = 'reason' in planned ? null : planned.id
        const earlier = id === null ? undefined : (seen.get(id) ?? own.get(id))
        if ('reason' in planned)
          bad.push(rowInWords({ line: row.line, column: planned.column }, planned.reason))
        else if (earlier !== undefined) {
          const place = { line: row.line, column: null }
          bad.push(rowInWords(place, { code: 'record-twice', line: earlier }))
        } else {
          own.set(planned.id, row.line)
          const changes = planned.changes.flatMap((change) => {
            const fitting = withFittingOwn(change, { line: row.line, known, ...around })
            leftOut.push(...fitting.leftOut)
            return fitting.changes
          })
          rows.push({ row: row.source ?? row, changes })
        }
      }
      return {
        shared: [],
        rows,
        bad,
        leftOut,
        settle() {
          for (const [id, line] of own) seen.set(id, line)
        },
      }
    },
  }
}

/** A change as far as its own fields fit the event of the entry; none where nothing is left of it. */
function withFittingOwn(
  change: Change,
  {
    line,
    known,
    ...around
  }: {
    readonly line: number
    readonly known: ReadonlyMap<string, MasterRecord>
    readonly own: readonly OwnField[]
    readonly today: string
  },
): { readonly changes: readonly Change[]; readonly leftOut: readonly BadRow[] } {
  if (change.action === 'delete') return { changes: [change], leftOut: [] }
  const before = known.get(change.id)?.fields
  const event = change.fields['event'] ?? before?.['event']
  const { values, leftOut } = fittingOwn({ line, event, values: change.fields, before }, around)
  const isNothing = change.action === 'update' && Object.keys(values).length === 0
  return { changes: isNothing ? [] : [{ ...change, fields: values }], leftOut }
}

/** A cell that does not fit is left out and named, unless the record could not be told from others without it. */
function entityReader(
  entity: EntityName,
  columns: readonly string[],
  mapping: ColumnMapping<EntityField>,
  today: string,
): (row: RawRow) => EntityRow | readonly BadRow[] {
  const countryAt = mapping.fields.findIndex((field) => field?.name === 'country')
  const { keys } = entities[entity]
  const inKeys = new Set(keys.flat())
  return ({ line, cells }) => {
    const fields: Record<string, FieldValue> = {}
    const refused: BadRow[] = []
    const leftOut: BadRow[] = []
    const asked: BadRow[] = []
    let unknown: BadRow | null = null
    let id: string | null = null
    let prefix = ''
    const country = countryAt < 0 ? null : cells[countryAt]
    for (let at = 0; at < mapping.fields.length; at++) {
      const field = mapping.fields[at]
      const cell = cells[at]
      if (!field || cell === undefined || cell === null || cell === '') continue
      if (field.definition === null) {
        id = String(cell).trim().toLowerCase()
        if (!isRecordId(id)) {
          const place = { line, column: columns[at] ?? null }
          refused.push(rowInWords(place, { code: 'not-an-id', value: String(cell) }))
        }
        continue
      }
      const place = { line, column: columns[at] ?? null, field }
      if (field.whole) {
        Object.assign(fields, namesIn(String(cell), mapping.nameOrders?.get(at)))
        continue
      }
      if (field.prefix) {
        prefix = String(cell)
        continue
      }
      const column = mapping.readings?.[at]
      const options = { country, today, column, isCode: field.isCode, isOwn: id !== null }
      const read = readCell(field.definition, cell, options)
      if (!read.ok) {
        const bad = badCell(place, cell, read)
        if (isEssential(entity, field.name)) refused.push(bad)
        else leftOut.push(bad)
        if (inKeys.has(field.name)) unknown ??= bad
        continue
      }
      if (read.value === null) continue
      const question = askedCell(place, field.definition, read.value, today)
      if (question) asked.push(question)
      fields[field.name] = isOwnField(field.name) ? ownText(read.value) : read.value
    }
    Object.assign(fields, prefixed(prefix, fields['lastName']))
    // Without it nothing tells which record is meant, and the row would make a second one.
    if (unknown !== null && id === null && !keys.some((key) => key.every((name) => name in fields)))
      refused.push(unknown)
    if (refused.length > 0) {
      const others = leftOut.filter((cell) => !refused.includes(cell))
      return [...refused, ...others]
    }
    return {
      line,
      id,
      fields,
      ...(leftOut.length > 0 && { leftOut }),
      ...(asked.length > 0 && { asked }),
    }
  }
}

const namedBy: Partial<Record<EntityName, string>> = {
  organisation: 'name',
  event: 'name',
  tag: 'number',
}

/** Rows with names of organisations, events and tags replaced by their ids. */
async function resolveReferences(
  trx: Trx,
  entity: EntityName,
  given: readonly EntityRow[],
  bad: BadRow[],
): Promise<readonly EntityRow[]> {
  let result = given
  for (const { name, label, refersTo } of entities[entity].fields) {
    const key = refersTo && namedBy[refersTo]
    if (!key) continue
    const wanted = result.flatMap(({ fields }, row) => {
      const value = fields[name]
      return typeof value === 'string' && !isRecordId(value) ? [{ row, values: [value] }] : []
    })
    if (wanted.length === 0) continue
    const found = await findIdsByKey(trx, refersTo, [key], wanted)
    const replaced: EntityRow[] = []
    for (const [at, row] of result.entries()) {
      const value = row.fields[name]
      const ids = found.get(at) ?? []
      if (typeof value !== 'string' || isRecordId(value)) replaced.push(row)
      else if (ids.length === 1) {
        const fields = { ...row.fields, [name]: ids[0]! }
        replaced.push({ ...row, fields, source: row.source ?? row })
      } else {
        const code = ids.length === 0 ? 'none-named' : 'several-named'
        const facts = { code, field: { name, label }, entity: refersTo, value } as const
        bad.push(rowInWords({ line: row.line, column: name }, facts))
      }
    }
    result = replaced
  }
  return result
}

/** Kinds of which a natural key may be shared. */
const shared: ReadonlySet<EntityName> = new Set(['person', 'eventParticipant'])

/**
 * Per row: ids of the records it may mean, by its own id or by the strongest natural key it has. A person may be meant by
 * any of the keys, and so may an entry: the strongest may be shared with somebody else.
 */
async function findTargets(
  trx: Trx,
  entity: EntityName,
  read: readonly EntityRow[],
): Promise<readonly (readonly string[])[]> {
  const targets: (readonly string[])[] = read.map(({ id }) => (id === null ? [] : [id]))
  for (const fields of entities[entity].keys) {
    const wanted = read.flatMap((row, at) => {
      if (row.id !== null || (targets[at]!.length > 0 && !shared.has(entity))) return []
      const values = fields.map((field) => row.fields[field] ?? null)
      return values.includes(null) ? [] : [{ row: at, values }]
    })
    for (const [at, ids] of await findIdsByKey(trx, entity, fields, wanted)) {
      targets[at] = [...new Set([...targets[at]!, ...ids])]
    }
  }
  return targets
}
