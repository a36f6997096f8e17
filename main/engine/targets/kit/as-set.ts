import type { Adapter } from './adapter.ts'

/** The adapter as settings make it, where its resources depend on them. */
export function asSet(
  adapter: Adapter,
  { settings }: { readonly settings: Readonly<Record<string, unknown>> },
): Adapter {
  return adapter.withSettings?.(settings) ?? adapter
}
