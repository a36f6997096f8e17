/** What a guard stopped, read from the engine's sentence, so that the question fits what a yes would do. Pure. */
import type { Guard } from '../../../main/contract/sync.ts'

/** `other`: a sentence this window does not know; it is shown as it is. */
export type GuardedChange =
  'delete-there' | 'overwrite-there' | 'create-there' | 'delete-here' | 'unlink-here' | 'other'

const sentences: readonly (readonly [RegExp, GuardedChange])[] = [
  [/would be deleted at the target/, 'delete-there'],
  [/would be overwritten at the target/, 'overwrite-there'],
  [/and cannot be asked: made there once more/, 'create-there'],
  [/would be deleted here/, 'delete-here'],
  [/would be unlinked here/, 'unlink-here'],
]

export function guardedChange({ reason }: Guard): GuardedChange {
  return sentences.find(([sentence]) => sentence.test(reason))?.[1] ?? 'other'
}
