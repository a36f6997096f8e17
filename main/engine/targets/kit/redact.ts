/** Blanks secrets out of text that is logged or shown: servers like to repeat what they were sent. */
import { secretBlanker } from '../../secret-forms.ts'

/** Makes a function that replaces each secret by `[secret]`, in every form it may stand in. */
export function secretRedactor(secrets: readonly string[]): (text: string) => string {
  return secretBlanker(secrets).clean
}
