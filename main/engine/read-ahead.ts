/**
 * Asks for the next item before the current one is done with: while a page is written on a thread of the database, the
 * next one is read.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  let next = ask(iterator)
  try {
    for (;;) {
      const result = await next
      if ('error' in result) throw result.error
      if (result.done) return
      next = ask(iterator)
      yield result.item
    }
  } finally {
    await next
    await iterator.return?.()
  }
}

type Answer<Item> =
  | { readonly done: true }
  | { readonly done: false; readonly item: Item }
  | { readonly error: unknown }

/** A failure is kept as a value: nobody may be waiting yet when it happens. */
async function ask<Item>(iterator: AsyncIterator<Item>): Promise<Answer<Item>> {
  try {
    const result = await iterator.next()
    return result.done ? { done: true } : { done: false, item: result.value }
  } catch (error) {
    return { error }
  }
}
