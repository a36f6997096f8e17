/** What every service and every run shares: the database, the ports, live events. */
import type { EntityName } from '../contract/words.ts'
import type { Caller } from './caller.ts'
import type { Db } from './db/schema.ts'
import type { ScratchCopy } from './db/scratch-copy.ts'
import type { Live } from './live.ts'
import type { LongWork } from './long-work.ts'
import type { Ports } from './ports.ts'
import type { Registry } from './targets/registry.ts'

export interface Core {
  /** The writer. Pass the transaction on; never this one inside a transaction. */
  readonly db: Db
  /** A second connection that only reads; a window's query never waits for a bulk write. */
  readonly reader: Db
  /** A copy of the database as it is now, to try on what may not be written. */
  readonly scratch: () => Promise<ScratchCopy>
  readonly ports: Ports
  /** Every adapter a target may name. */
  readonly adapters: Registry
  readonly live: Live
  readonly longWork: LongWork
  readonly caller: Caller
  /** Who does what is being done, for the history: operator and desk of the call, else those of this computer. */
  readonly who: () => string
  /**
   * Called after changes are durable, with the entities they touched and, where a target told of them, its name; the
   * scheduler listens.
   */
  readonly onChange: (entities: readonly EntityName[], from?: string) => void
}
