/** Why a target is paused, read from the engine's sentence, so that it can be said in any language. Pure. */

/** Message key under `sync.paused` with its values; null for a sentence to be shown as it is. */
export function pausedWords(
  reason: string,
): { readonly key: 'setup' | 'by'; readonly who: string } | null {
  if (reason === 'The set-up is not finished') return { key: 'setup', who: '' }
  const who = /^Paused by (.+)$/.exec(reason)?.[1]
  return who === undefined ? null : { key: 'by', who }
}
