/** Cache of answers from the engine. The engine says when they are out of date, so nothing is polled. */
import { QueryClient } from '@tanstack/vue-query'
import { toShownProblem } from '../connection/shown-problem.ts'

/** A cache that retries only while the engine cannot be reached. */
export function createQueryCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 3 && toShownProblem(error).code === 'engine-lost',
        retryDelay: (count) => 250 * 2 ** count,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
