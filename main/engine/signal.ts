/** News inside the engine. Who tells it does not know who listens; what listens comes into being later. */
export interface Signal<News> {
  tell(news: News): void
  /** Returns the function that ends the subscription. */
  on(listener: (news: News) => void): () => void
}

export function createSignal<News>(): Signal<News> {
  const listeners = new Set<(news: News) => void>()
  return {
    tell(news) {
      for (const listener of listeners) listener(news)
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
