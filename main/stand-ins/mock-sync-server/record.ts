/** The latest state of one entity, as GET answers it. `deleted` is present only when true. */
export interface MockSyncRecord {
  readonly id: string
  readonly entity: string
  /** ISO 8601 UTC, the timestamp of the change that led to this state. */
  readonly timestamp: string
  readonly deleted?: true
  readonly [field: string]: unknown
}
