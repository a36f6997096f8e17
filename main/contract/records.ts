/** Master data as the window, the command line and the HTTP interface see it. */
import { z } from 'zod'
import { entityName, originKind, syncRecordState } from './words.ts'

export const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type FieldValue = z.infer<typeof fieldValue>

/** One field of an entity, enough to draw a form control and a table column. */
export const fieldView = z.object({
  name: z.string(),
  kind: z.string(),
  label: z.string(),
  required: z.boolean(),
  sensitive: z.boolean(),
  choices: z.array(z.string()).optional(),
  refersTo: entityName.optional(),
  /** Longest text, in characters; none for what is no text. */
  maxLength: z.number().int().optional(),
  /** Ids of the events that define it; left out for what every record has. */
  events: z.array(z.string()).optional(),
})
export type FieldView = z.infer<typeof fieldView>

export const entityView = z.object({
  name: entityName,
  label: z.string(),
  plural: z.string(),
  fields: z.array(fieldView),
})
export type EntityView = z.infer<typeof entityView>

/** What one target knows of a record. Times are ISO 8601 UTC, null where it never happened. */
export const recordTarget = z.object({
  state: syncRecordState,
  remoteId: z.string().nullable(),
  entitySyncedOn: z.string().nullable(),
  remoteSyncedOn: z.string().nullable(),
  /** True while the target has not confirmed the newest local change. */
  pending: z.boolean(),
  errorMessage: z.string().nullable(),
  heldBy: z.string().nullable(),
})
export type RecordTarget = z.infer<typeof recordTarget>

/** A record: its fields beside the audit columns. `display` is the name people know it by. */
export const recordView = z
  .object({
    id: z.string(),
    display: z.string(),
    createdOn: z.string(),
    createdBy: z.string(),
    modifiedOn: z.string(),
    modifiedBy: z.string(),
    deletedOn: z.string().nullable(),
    targets: z.record(z.string(), recordTarget),
  })
  .catchall(z.unknown())
export type RecordView = z.infer<typeof recordView>

export const recordListInput = z.object({
  entity: entityName,
  /** Equality filters by field. */
  where: z.record(z.string(), fieldValue).default({}),
  /** Words typed by a person; prefix search over the entity's searchable fields. */
  query: z.string().max(200).default(''),
  /** Opaque position from the previous page. */
  after: z.string().nullable().default(null),
  limit: z.number().int().min(1).max(1000).default(100),
  deleted: z.boolean().default(false),
  /** In the order of a field instead of entry; `display` is the name of the record, `modifiedOn` its last change. */
  sort: z.object({ field: z.string(), descending: z.boolean().default(false) }).optional(),
})

const oneOfMany = z.object({
  id: z.string(),
  fields: z.record(z.string(), fieldValue),
  /** What these fields must still hold; a record where one does not is left alone. */
  was: z.record(z.string(), fieldValue).optional(),
})

/** Changes to many records of one kind. */
export const manyChanges = z.object({
  entity: entityName,
  changes: z.array(oneOfMany).min(1).max(1000),
})
export type ManyChanges = z.infer<typeof manyChanges>

export const manyChanged = z.object({
  count: z.number().int(),
  /** Were not as expected any more. */
  left: z.number().int(),
  /** The changes that take it back. */
  undo: z.array(oneOfMany),
})
export type ManyChanged = z.infer<typeof manyChanged>

/** Ids that reference fields hold → the name people know that record by. */
export const referredNames = z.record(z.string(), z.string())
export type ReferredNames = z.infer<typeof referredNames>

export const recordPage = z.object({
  records: z.array(recordView),
  next: z.string().nullable(),
  names: referredNames,
})

/**
 * What a deletion does to other records of one kind: those that cannot be without the deleted ones are `deleted` too,
 * the others only lose the reference in `field` (`cleared`). `names` are the first few of them.
 */
export const alongGroup = z.object({
  entity: entityName,
  action: z.enum(['deleted', 'cleared']),
  field: z.string().nullable(),
  count: z.number().int(),
  names: z.array(z.string()),
})
export type AlongGroup = z.infer<typeof alongGroup>

export const fieldChange = z.object({ field: z.string(), before: fieldValue, after: fieldValue })
export type FieldChange = z.infer<typeof fieldChange>

/** One line of a record's history. */
export const auditEntry = z.object({
  id: z.string(),
  on: z.string(),
  who: z.string(),
  origin: originKind,
  /** Target or file the change came from, null for a person at the keyboard. */
  from: z.string().nullable(),
  /** It took back what an import (`from`) had done. */
  undoes: z.literal(true).optional(),
  entity: entityName,
  recordId: z.string(),
  display: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  changes: z.array(fieldChange),
})
export type AuditEntry = z.infer<typeof auditEntry>

/** Which changes are meant; what is left out is not asked for. */
export const historyFilter = z.object({
  entity: entityName.optional(),
  /** Of this record. */
  id: z.string().optional(),
  who: z.string().max(200).optional(),
  origin: originKind.optional(),
  /** Target or file the change came from. */
  from: z.string().max(200).optional(),
  /** ISO 8601, both included. */
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  /** In a value before or after, whatever its case. */
  text: z.string().trim().max(200).optional(),
})
export type HistoryFilter = z.infer<typeof historyFilter>

export const historyInput = historyFilter.extend({
  limit: z.number().int().min(1).max(1000).default(100),
  before: z.string().nullable().default(null),
})

/** A page may be short, or empty, before the end: `next` goes on where looking stopped, at `lookedTo`. */
export const historyPage = z.object({
  entries: z.array(
    auditEntry.extend({
      /** Nothing came after it that would be lost by writing back what it replaced. */
      canUndo: z.boolean(),
    }),
  ),
  next: z.string().nullable(),
  lookedTo: z.string().nullable(),
  names: referredNames,
})
export type HistoryEntry = z.infer<typeof historyPage>['entries'][number]
