import { describe, expect, it } from 'vitest'
import { mapColumns } from '../../main/engine/import/columns.ts'
import { entrantFields } from '../../main/engine/import/entrant-fields.ts'
import { teamMateColumns } from '../../main/engine/import/team-mates.ts'

describe('a list with a team in one row', () => {
  it.each([
    ['Dossard;Équipier 1 - Nom;Équipier 1 - Prénom;Équipier 2 - Nom;Équipier 2 - Prénom'],
    ['Team;Leg 1;Leg 2;Leg 3;Bib'],
    ['Team;Member 1 name;Member 2 name'],
  ])('is refused with what to do: %s', (header) => {
    const mapped = mapColumns(header.split(';'), entrantFields)
    expect(mapped).toMatchObject({
      ok: false,
      problem: { fix: expect.stringContaining('a row of their own') },
    })
  })

  it('says of the other runners why they are not taken', () => {
    const columns = ['Nachname', 'Vorname', 'S: Nachname', 'S: Jahrgang', 'R: Nachname']
    const mapped = mapColumns(columns, entrantFields)
    const why = { code: 'team-mates' }
    expect(mapped).toMatchObject({
      ok: true,
      mapping: { reasons: [expect.anything(), expect.anything(), why, null, why] },
    })
  })

  it.each([
    'Name;Parent 1 - Name;Parent 2 - Name',
    'Participant - First Name;Participant - Last Name;Entry Details - Club',
    'First name;Last name;Team: Name',
    'Name;Leg',
    'Nombre;Apellido 1;Apellido 2',
  ])('is not one with %s', (header) => {
    expect([...teamMateColumns(header.split(';'))]).toEqual([])
  })
})
