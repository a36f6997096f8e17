import { describe, expect, it } from 'vitest'
import { mapColumns } from '../../main/engine/import/columns.ts'
import { entrantFields } from '../../main/engine/import/entrant-fields.ts'

function fieldsOf(columns: readonly string[], map: Record<string, string> = {}) {
  const mapped = mapColumns(columns, entrantFields, map)
  if (!mapped.ok) throw new Error(mapped.problem.message)
  return mapped.mapping.fields.map((field) => field?.name ?? null)
}

describe('finding the field of a column', () => {
  it.each([
    ['last_name', 'last_name'],
    ['Last Name', 'last_name'],
    ['LAST-NAME', 'last_name'],
    ['lastName', 'last_name'],
    ['E-mail', 'email'],
    ['Date of birth', 'date_of_birth'],
    ['half_split', null],
  ])('%s fills %s', (column, field) => {
    expect(fieldsOf([column, ...(field === 'last_name' ? [] : ['last_name'])])[0]).toBe(field)
  })

  it('refuses two columns for one field, and says how to go on', () => {
    const fix = (columns: readonly string[]) => {
      const mapped = mapColumns(columns, entrantFields, {})
      return mapped.ok ? null : mapped.problem.fix
    }
    expect(fix(['last_name', 'Last Name'])).toMatch(/empty mapping/)
    // A mapping goes by the name, so it would leave both out.
    expect(fix(['last_name', 'last_name'])).toBe('Rename one of them in the file.')
  })

  it('does what it is told before it guesses', () => {
    const columns = ['Startnummer', 'bib', 'last_name', 'city']
    expect(fieldsOf(columns, { Startnummer: 'bib', City: '' })).toEqual([
      'bib',
      null,
      'last_name',
      null,
    ])
  })

  it('names ignored columns once', () => {
    const mapped = mapColumns(['last_name', 'x', 'y'], entrantFields)
    expect(mapped).toMatchObject({ ok: true, mapping: { ignored: ['x', 'y'] } })
  })

  it.each([
    ['a missing column', ['bib'], {}, 'no column for last name (last_name)'],
    ['an unknown field', ['last_name', 'x'], { x: 'shoe_size' }, 'no field shoe_size'],
    ['an unknown column', ['last_name'], { x: 'bib' }, 'no column x'],
    ['two columns for one field', ['last_name', 'Last Name'], {}, 'would both fill Last name'],
  ])('refuses %s', (_, columns, map, words) => {
    const mapped = mapColumns(columns, entrantFields, map as Record<string, string>)
    expect(mapped).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining(words) },
    })
  })
})
