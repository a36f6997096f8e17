/** Row types of every table, for Kysely. Columns are named as fields are; times are microseconds since 1970 UTC. */
import type { Generated, Kysely, Transaction } from 'kysely'
import type { FieldValue } from '../../contract/records.ts'
import type { EntityName } from '../../contract/words.ts'

/** Columns every master table has beside its fields. Field columns are typed loosely: the model checks them. */
export interface MasterRow {
  rowNo: Generated<number>
  id: string
  createdOn: number
  createdBy: string
  modifiedOn: number
  modifiedBy: string
  deletedOn: number | null
  [field: string]: FieldValue | Generated<number>
}

export interface ClockRow {
  id: number
  last: number
}

export interface AuditRow {
  stamp: number
  entity: EntityName
  recordId: string
  action: string
  who: string
  origin: string
  source: string | null
  changes: string | null
  importNo: number | null
  device: string | null
  madeOn: number | null
  overruled: string | null
  deviceId: string | null
}

/** Read and written as a whole, see `store/imports/import-runs.ts`. */
export interface ImportRunRow {
  rowNo: Generated<number>
  id: string
  fileName: string
  entity: string
  event: string | null
  who: string
  startedOn: number
  endedOn: number | null
  firstStamp: number
  lastStamp: number | null
  rows: Generated<number>
  counts: Generated<string>
  undo: string | null
  undoneOn: number | null
  undoneBy: string | null
  undoReport: string | null
}

export interface ImportChoiceRow {
  key: string
  choices: string
  usedOn: number
}

export interface SettingRow {
  key: string
  value: string
}

export interface TargetRow {
  id: Generated<number>
  name: string
  adapter: string
  url: string
  auth: string
  mode: string
  direction: string
  conflicts: string
  remoteDeletion: string
  entities: string
  filter: string | null
  mapping: string
  owners: Generated<string>
  sensitive: Generated<string>
  sensitiveKept: Generated<number>
  mappingVersion: Generated<number>
  schedule: string
  allowInsecure: Generated<number>
  pausedReason: string | null
  initialDone: Generated<number>
  lastSuccessOn: number | null
  lastError: string | null
  lastErrorCode: string | null
  clockOffsetMs: number | null
  createdOn: number
  history: Generated<string | null>
}

export interface TargetSettingRow {
  targetId: number
  key: string
  value: string
}

export interface TargetScopeRow {
  entity: EntityName
  targetId: number
  outbound: number
  inbound: number
  firstState: string
  certain: Generated<number>
}

export interface BodyPartRow {
  changed: EntityName
  root: EntityName
  path: string
  targetId: number
  isMade: number
}

export interface SyncRecordRow {
  rowNo: Generated<number>
  targetId: number
  entity: EntityName
  recordId: string | null
  remoteId: string | null
  entityModifiedOn: Generated<number>
  entitySyncedOn: Generated<number>
  remoteSyncedOn: Generated<number>
  remoteVersion: string | null
  recordDeleted: Generated<number>
  agreed: string | null
  agreedHash: string | null
  mappingVersion: Generated<number>
  /** See `model/sync-record.ts`; written by `store/links/move-records.ts` alone. */
  state: Generated<string>
  /** The record whose arrival at the target lets this one go: held until then, or sent or set aside without it. */
  heldBy: string | null
  errorCode: string | null
  errorMessage: string | null
  attempts: Generated<number>
  lastTriedOn: number | null
  nextAttemptOn: number | null
  linkData: string | null
  unconfirmed: Generated<string | null>
  unconfirmedOn: Generated<number>
  beyondHash: Generated<string | null>
  partModifiedOn: Generated<number>
  bucket: Generated<string | null>
}

export interface CounterRow {
  targetId: number
  name: string
  value: Generated<number>
}

export interface DeliveryRow {
  id: Generated<number>
  targetId: number
  runId: string
  syncRecordNo: number
  entity: EntityName
  recordId: string
  action: string
  key: string
  remoteId: string | null
  remoteVersion: string | null
  body: string
  agreed: string | null
  hash: string | null
  stamp: number
  remoteModifiedOn: Generated<number>
  modifiedBy: string
  mappingVersion: number
  waitsFor: string | null
  carried: string | null
  state: string
}

export interface ListingSeenRow {
  targetId: number
  entity: EntityName
  /** Empty: something could not be read, so that nobody knows what is absent. */
  remoteId: string
  modifiedOn: number | null
  deleted: Generated<number>
}

export interface WebhookDeliveryRow {
  targetId: number
  deliveryId: string
  receivedOn: number
}

export interface WantedRecordRow {
  targetId: number
  entity: EntityName
  remoteId: string
  askedOn: number
}

export interface InboxRow {
  id: Generated<number>
  targetId: number
  entity: EntityName
  remoteId: string
  version: string
  modifiedOn: number | null
  deleted: Generated<number>
  body: string
  receivedOn: number
  state: Generated<string>
  errorCode: string | null
  errorMessage: string | null
  attempts: Generated<number>
  lastTriedOn: number | null
  /** Remote id of the root it arrived with, while that is nobody here. */
  waitsFor: Generated<string | null>
}

export interface CursorRow {
  targetId: number
  entity: EntityName
  value: string
}

export interface ConflictRow {
  id: Generated<number>
  targetId: number
  syncRecordNo: number
  entity: EntityName
  recordId: string
  remoteId: string
  base: string | null
  ours: string
  theirs: string
  fields: string
  openedOn: number
  decidedOn: number | null
  decidedBy: string | null
  decision: string | null
}

export interface SyncRunRow {
  id: string
  targetId: number
  kind: string
  trigger: string
  options: string
  result: string | null
  outbound: string
  inbound: string
  guard: string | null
  startedOn: number
  endedOn: number | null
}

export interface SyncStepRow {
  runId: string
  phase: string
  entity: string
  cursor: string | null
  done: Generated<number>
  total: number | null
  finished: Generated<number>
}

export interface RunErrorRow {
  id: Generated<number>
  runId: string
  entity: string | null
  recordId: string | null
  remoteId: string | null
  code: string
  message: string
}

export interface LeaseRow {
  name: string
  owner: string
  until: number
}

export interface Database {
  organisation: MasterRow
  person: MasterRow
  event: MasterRow
  race: MasterRow
  start_group: MasterRow
  tag: MasterRow
  event_participant: MasterRow
  start_group_participant: MasterRow
  contact_preference: MasterRow
  conversation: MasterRow
  message: MasterRow
  clock: ClockRow
  audit: AuditRow
  import_run: ImportRunRow
  import_choice: ImportChoiceRow
  setting: SettingRow
  target: TargetRow
  target_setting: TargetSettingRow
  target_scope: TargetScopeRow
  body_part: BodyPartRow
  sync_record: SyncRecordRow
  counter: CounterRow
  delivery: DeliveryRow
  inbox: InboxRow
  cursor: CursorRow
  conflict: ConflictRow
  sync_run: SyncRunRow
  sync_step: SyncStepRow
  run_error: RunErrorRow
  lease: LeaseRow
  listing_seen: ListingSeenRow
  webhook_delivery: WebhookDeliveryRow
  wanted_record: WantedRecordRow
}

/** Anything a store function can run on: the database, or a transaction of it. */
export type Db = Kysely<Database>
/** A store function that takes this must be called inside a transaction. */
export type Trx = Transaction<Database>
