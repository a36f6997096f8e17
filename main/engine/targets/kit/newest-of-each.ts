/** One state of each record where several came. Pure. */
import type { EntityName } from '../../../contract/words.ts'

interface State {
  readonly entity?: EntityName
  readonly remoteId: string
  /** Microseconds since 1970 UTC, null where not told. */
  readonly modifiedOn: number | null
}

/** Of each record the state with the newest time; where times are equal or not told, the one seen last. In order of sight. */
export function newestOfEach<One extends State>(states: readonly One[]): readonly One[] {
  const newest = new Map<string, One>()
  for (const one of states) {
    const key = one.entity === undefined ? one.remoteId : `${one.entity} ${one.remoteId}`
    const known = newest.get(key)
    if (!known || !isOlder(one, known)) newest.set(key, one)
  }
  return newest.size === states.length ? states : [...newest.values()]
}

/** Whether a state is from before another one, by their own times. */
export function isOlder(one: State, than: State): boolean {
  return one.modifiedOn !== null && than.modifiedOn !== null && one.modifiedOn < than.modifiedOn
}
