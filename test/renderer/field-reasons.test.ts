/** What a form and the desk say of a value the engine refused. */
import { describe, expect, it } from 'vitest'
import type { Unfit } from '../../main/contract/unfit.ts'
import { unfitText } from '../../main/contract/unfit-words-en.ts'
import { useFieldReasons } from '../../renderer/fields/use-field-reasons.ts'
import { inWindow, type WindowLanguage } from '../support/window-words.ts'

/** The sentence under a field of this name, which the engine says in English. */
async function under(language: WindowLanguage, name: string, reason: Unfit): Promise<string> {
  const { ofRefusal } = await inWindow(language, () => useFieldReasons())
  const said = unfitText(reason)
  const problem = {
    code: 'invalid',
    message: `Field ${said}.`,
    fields: { [name]: said },
    unfit: { [name]: reason },
  } as const
  return ofRefusal({ name, label: 'Feld', typed: 'x' }, problem)
}

describe('A value that does not fit its field', () => {
  it.each<[Unfit, string]>([
    [{ code: 'not-email' }, 'Feld ist keine E-Mail-Adresse.'],
    [{ code: 'not-choice', choices: ['male', 'other'] }, 'Feld ist keines von Männlich, Divers.'],
    [{ code: 'future', value: '2090-01-01' }, 'Feld liegt in der Zukunft: 2090-01-01.'],
    [{ code: 'unknown-record', entity: 'tag', id: '7' }, 'Feld ist nicht bekannt: '],
    [{ code: 'below', least: 0 }, 'Mindestens 0.'],
    [{ code: 'above', most: 1200 }, 'Höchstens 1.200.'],
  ])('is worded in the language of the window: %j', async (reason, text) => {
    expect(await under('de', 'field', reason)).toContain(text)
  })

  it('that is missing is asked for', async () => {
    const asked = [
      await under('de', 'lastName', { code: 'missing' }),
      await under('en', 'lastName', { code: 'missing' }),
    ]
    expect(new Set(asked).size).toBe(2)
    for (const text of asked) expect(text).not.toContain('Feld')
  })

  it('keeps the sentence of a rule that has no code', async () => {
    const { ofRefusal } = await inWindow('en', () => useFieldReasons())
    const problem = {
      code: 'invalid',
      message: '',
      fields: { tag: 'is marked as broken' },
    } as const
    expect(ofRefusal({ name: 'tag', label: 'Tag', typed: '7' }, problem)).toBe(
      'Tag is marked as broken.',
    )
  })
})
