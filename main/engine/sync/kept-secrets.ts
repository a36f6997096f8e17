/** Secrets of a target as its adapter is given them. */
import type { Secrets } from '../ports.ts'

/** Keeps a secret; an empty one is removed, as a keychain refuses to hold nothing. */
export async function keepSecret(
  secrets: Pick<Secrets, 'set' | 'remove'>,
  target: string,
  { key, value }: { readonly key: string; readonly value: string },
): Promise<void> {
  if (value === '') await secrets.remove(target, key)
  else await secrets.set(target, key, value)
}
