/** What every step of a run works with. */
import type { HubDefinitions } from '../../contract/hub.ts'
import type { EntityName } from '../../contract/words.ts'
import type { Core } from '../core.ts'
import type { Ports } from '../ports.ts'
import type { RecordFilter } from '../expressions/record-filter.ts'
import type { Target } from '../store/runs/targets.ts'
import type { Adapter, Connection, EntityBinding } from '../targets/kit/adapter.ts'
import type { ClockOffset } from './connect-target.ts'
import type { RunRecorder } from './runs/run-recorder.ts'

export interface RunOptions {
  /** Ignores hashes and cursor. */
  readonly force: boolean
  /** Only these entities, null for all in scope. */
  readonly entities: readonly EntityName[] | null
  /** Only these records, null for all that are due. */
  readonly records: readonly string[] | null
  /** A person has seen the guard and lifted it for this run. */
  readonly allowMassChange: boolean
}

/** Everything in scope that is due, nothing more. */
export const plainOptions: RunOptions = {
  force: false,
  entities: null,
  records: null,
  allowMassChange: false,
}

/** What a run uses of the engine. A rehearsal has others, which write to a copy and tell nobody. */
export interface RunTools extends Pick<Core, 'db' | 'reader' | 'live' | 'onChange'> {
  readonly ports: Pick<Ports, 'clock' | 'ids' | 'log' | 'probe'>
}

/** What a run knows of what the events of a hub define. */
export interface HubDefined {
  theirs: HubDefinitions
  /** Entrants are read anew in this run, as a field came that was not known here. */
  readonly readAgain: boolean
}

export interface RunContext extends RunTools {
  readonly target: Target
  readonly adapter: Adapter
  readonly connection: Connection
  readonly clockOffset: ClockOffset
  /** The target's filter; answers one boolean per record. */
  readonly filter: RecordFilter
  /** Bindings in scope of target and run, parents first. */
  readonly bindings: readonly EntityBinding[]
  readonly options: RunOptions
  /**
   * Kinds of records of which the target may have some that nobody here knows of: nothing of them is created before it
   * was looked at. Those of which that becomes known are taken out.
   */
  readonly uncertain: Set<EntityName>
  /** Kinds whose listing ended too early in this run: what the target has of them is not known. */
  readonly torn: Set<EntityName>
  /** Numbers of the listings that told what the target has, see `readListings`. */
  readonly listings: Map<EntityName, number>
  /** What the events of a hub define; left out for any other target. */
  readonly defined?: HubDefined | null
  readonly run: RunRecorder
  readonly signal: AbortSignal
}

/** Waits at a numbered step where the crash suite may stop the process. */
export async function probe(
  { ports }: { readonly ports: Pick<Ports, 'probe'> },
  point: string,
): Promise<void> {
  await ports.probe?.(point)
}

/** Ends a run early for a reason that concerns the target, not a record. */
export class RunStopped extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'RunStopped'
  }
}
