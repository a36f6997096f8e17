/** What an open database is to those who work with it. */
import type { Kysely } from 'kysely'
import type { StorageTrouble } from '../../contract/sync.ts'
import type { Recovered } from './damaged-database.ts'
import type { DatabaseProblem } from './database-problem.ts'
import type { Database } from './schema.ts'
import type { DatabaseSource } from './sqlite-connection.ts'

/** What opening did besides opening. */
export interface OpeningReport {
  readonly created: boolean
  /** True when the last close was not a clean one (or the file was touched since) and the file was checked. */
  readonly checked: boolean
  /** Names of the migration steps done now. */
  readonly migrated: readonly string[]
  /** The backup made before migrating. */
  readonly backupFile: string | null
  /** Set when the database was damaged and a backup took its place: people must be told. */
  readonly recovered: Recovered | null
  /** Set when a backup a person chose took the place of the database now. */
  readonly restored: { readonly asideFile: string; readonly from: string } | null
}

/** `rescued`: everything saved is in a backup of its own now, which `trouble` names. */
export type LossNews =
  { readonly kind: 'lost' | 'rescued' } | { readonly kind: 'not-rescued'; readonly error: unknown }

export interface CheckpointOutcome {
  /** True when everything is in the database file and the log is empty; false when a reader was in the way. */
  readonly complete: boolean
  /** Pages of the write-ahead log that were taken over. */
  readonly pages: number
}

export interface OpenDatabase<Schema = Database> extends DatabaseSource {
  /** The only connection that writes. */
  readonly db: Kysely<Schema>
  /** A second connection that cannot write, so that searching never waits for a bulk write. Sees what is committed. */
  readonly reader: Kysely<Schema>
  readonly opening: OpeningReport
  /** Set when it could only be opened for reading: why. */
  readonly onlyReads?: DatabaseProblem
  /** What keeps it from saving now: its file was removed, moved or replaced. Null while all is well. */
  trouble(): StorageTrouble | null
  /** Told when the file was lost, and what became of the copy made then. */
  onLoss(listener: (news: LossNews) => void): void
  /** Takes the write-ahead log into the database file. */
  checkpoint(): Promise<CheckpointOutcome>
  /** Waits for what is under way, then closes. May be called twice. Not from inside a transaction. */
  close(): Promise<void>
}
