/** A stream that never falls behind: who reads slowly gets the newest item and misses the ones before. */

export interface Latest<Item> extends AsyncIterable<Item> {
  push(item: Item): void
  end(): void
}

export function latestOf<Item>(): Latest<Item> {
  let waiting: { readonly item: Item } | null = null
  let ended = false
  let wake = () => {}
  return {
    push(item) {
      waiting = { item }
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (waiting !== null) {
          const { item } = waiting
          waiting = null
          yield item
        } else if (ended) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}
