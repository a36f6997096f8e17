/**
 * A place for what others wrote: expressions of a person and documents of a server are worked on in a thread of their own,
 * with limits of time and memory, without network, files or environment. Adapters are given one (`ConnectContext.box`).
 */

/** What became of one value. `why`: a sentence without its end, for the person whose record it is. */
export type Boxed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: string }

/** All of them throw `SyncError` `config` beyond the limits; an expression that cannot be read is `config` too. */
export interface Box {
  /** A JSONata expression over each of the values, in order; what it gives is plain JSON. */
  map(expression: string, values: readonly unknown[]): Promise<readonly Boxed<unknown>[]>
  /** Whether a JSON Logic rule holds for each of the values, in order. What cannot be computed does not hold. */
  holds(rule: unknown, values: readonly unknown[]): Promise<readonly boolean[]>
  /**
   * An XML document as JSON, without its outermost element: attributes below `@attributes`, texts as `{"#text": …}`, a
   * repeated element as a list. A single one is no list: what a path leads to depends on how many there are.
   */
  readXml(text: string): Promise<Boxed<unknown>>
  /** The opposite, with an outermost element of this name. */
  writeXml(root: string, value: unknown): Promise<Boxed<string>>
  close(): Promise<void>
}
