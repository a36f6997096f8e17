/** A change of master data, on its way to being written. */
import type { Problem } from '../../../contract/problem.ts'
import type { EntityName, OriginKind } from '../../../contract/words.ts'
import type { FirstHand } from '../../../contract/hub.ts'
import type { Fields, MasterRecord } from '../../model/record.ts'

/** What may be said of a change beside its content. */
interface Told {
  /** Who made it elsewhere; left out: whoever the context names. */
  readonly hand?: FirstHand
  /** Id of the desk that sent it to this hub. */
  readonly sentBy?: string
}

/** `update` names only the fields to change; `create` may leave any out. Ids are made by the caller. */
export type Change =
  | (Told & {
      readonly action: 'create' | 'update'
      readonly entity: EntityName
      readonly id: string
      readonly fields: Fields
      /** Values somebody gave that do not become the record's: the history keeps them, also where nothing else changes. */
      readonly overruled?: Fields
    })
  | (Told & {
      readonly action: 'delete'
      readonly entity: EntityName
      readonly id: string
      /** Who stands for it: what still refers to it is made to refer to that one in the same transaction. */
      readonly into?: string
    })

export interface ChangeContext {
  /** Operator or system that made the change, shown in the history. */
  readonly who: string
  readonly origin: OriginKind
  /** Target name or file the change came from, null for a person. */
  readonly source: string | null
  /** Microseconds since 1970 UTC. */
  readonly now: number
  /** Id of the target the change came from: it is not told of it again. */
  readonly exceptTarget?: number
  /** Number of the import that makes the change; with a minus where it is taken back. */
  readonly importNo?: number
}

/** What became of one change, in the order of the changes. */
export type ChangeOutcome =
  | {
      readonly status: 'created' | 'updated' | 'deleted'
      readonly id: string
      readonly record: MasterRecord
      /** The record as it was; null for one that was made. */
      readonly before: MasterRecord | null
    }
  | { readonly status: 'unchanged'; readonly id: string }
  | { readonly status: 'refused'; readonly id: string; readonly problem: Problem }

/** A change that may be written: the row before, and all its fields after. */
export interface Prepared {
  readonly change: Change
  readonly action: 'created' | 'updated' | 'deleted'
  readonly before: MasterRecord | null
  readonly fields: Fields
}

/** A change with its final row. */
export interface Written extends Prepared {
  readonly record: MasterRecord
}

/** Says no to one change. */
export type Refuse = (change: Change, problem: Problem) => void
