/** What a test can turn on the mock sync server, besides the kit's faults. */
export interface MockSyncKnobs {
  /** Submissions accepted per POST; `null`: any number. */
  readonly batchLimit: number | null
  /** The answer to a larger batch. */
  readonly tooLargeStatus: 400 | 413
  /** The shape of the answer to GET: a bare array (the contract), or wrapped as other servers do. */
  readonly pullShape: 'bare' | 'events' | 'data'
  /** Every record answered with this timestamp (the equal-timestamp trap); `null`: its own. */
  readonly sameTimestamp: string | null
  /** Leave `id` or `timestamp` out of every record answered. */
  readonly leaveOut: readonly ('id' | 'timestamp')[]
  /** Demand this `X-Api-Key`; `null`: none (the contract has no authentication). */
  readonly apiKey: string | null
}

/** The contract as it is. */
export const plainKnobs: MockSyncKnobs = {
  batchLimit: 100,
  tooLargeStatus: 413,
  pullShape: 'bare',
  sameTimestamp: null,
  leaveOut: [],
  apiKey: null,
}
