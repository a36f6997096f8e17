/** Who asked for what is being done: known for the length of a call, wherever its work leads. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { nobody, type Operator } from '../contract/operator.ts'

/** What a host tells of each call. */
export interface CallContext {
  /** Left out by a host whose calls all come from the one person at this computer. */
  readonly operator?: Operator
  /** The window that calls, which a person can lock to a desk mode; left out for programs and commands. */
  readonly browser?: string
}

export interface Caller {
  /** Of the call this is part of; `nobody` in background work. */
  current(): Operator
  /** Does the work in the name of who asked; a stream it answers goes on in that name. */
  during<Result>(operator: Operator | undefined, work: () => Promise<Result>): Promise<Result>
  /** Does what follows from a call but belongs to nobody. */
  inBackground(work: () => void): void
}

export function createCaller(): Caller {
  const calls = new AsyncLocalStorage<Operator>()
  return {
    current: () => calls.getStore() ?? nobody,
    during: (operator, work) => (operator ? calls.run(operator, work) : work()),
    inBackground: (work) => calls.run(nobody, work),
  }
}

/** A stream each step of which is taken in the name of who asked for it: it is read after the call was answered. */
export function streamOf<Step, Result>(
  caller: Caller,
  operator: Operator,
  stream: AsyncIterator<Step, Result, undefined>,
): AsyncIterableIterator<Step, Result, undefined> {
  const as = (work: () => Promise<IteratorResult<Step, Result>>) => caller.during(operator, work)
  return {
    next: () => as(() => stream.next()),
    return: (value) =>
      as(
        async () =>
          (await stream.return?.(value)) ?? { done: true, value: (await value) as Result },
      ),
    throw: (error) =>
      as(async () => {
        if (stream.throw) return stream.throw(error)
        throw error
      }),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
