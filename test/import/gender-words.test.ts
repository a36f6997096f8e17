import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importText } from '../support/demo-entrants.ts'
import { importedFields } from '../support/imported.ts'
import { openTestCore, type TestCore } from '../support/test-core.ts'

let test: TestCore
beforeEach(async () => {
  test = await openTestCore()
})
afterEach(() => test.close())

async function read(values: readonly string[], header = 'gender', values2ours = {}) {
  const rows = values.map((value, at) => `${at + 1},Ada,N${at},${value}`)
  const report = await importText(
    test,
    `bib,first_name,last_name,${header}\n${rows.join('\n')}\n`,
    {
      reading: { values: values2ours },
    },
  )
  return { report, genders: (await importedFields(test, 'person')).map(({ gender }) => gender) }
}

describe('words for gender', () => {
  it.each([
    [
      ['D', 'H'],
      ['female', 'male'],
    ],
    [
      ['H', 'F'],
      ['male', 'female'],
    ],
    [
      ['M', 'W', 'D'],
      ['male', 'female', 'other'],
    ],
    [
      ['V', 'M'],
      ['female', 'male'],
    ],
    [
      ['K', 'M'],
      ['female', 'male'],
    ],
    [
      ['M', 'Ž'],
      ['male', 'female'],
    ],
    [
      ['H', 'M'],
      ['male', 'female'],
    ],
    [
      ['U', 'D'],
      ['male', 'female'],
    ],
    [
      ['M', 'F', 'U', 'X'],
      ['male', 'female', 'unknown', 'other'],
    ],
    [
      ['Mujer', 'Hombre', 'Non-Binary', 'N', 'Prefer not to say'],
      ['female', 'male', 'other', 'other', 'unknown'],
    ],
    [
      ['Herr', 'Dame', 'Mann', 'Kvinde', 'Mężczyzna', 'Žena', 'Donna', 'Vrouw', 'Homme'],
      ['male', 'female', 'male', 'female', 'male', 'female', 'female', 'female', 'male'],
    ],
  ])('mean what the column makes of them: %j', async (values, genders) => {
    const read1 = await read(values)
    expect(read1.report.bad).toEqual([])
    expect(read1.genders).toEqual(genders)
  })

  it('say what a letter was taken for, and why', async () => {
    const { report } = await read(['D', 'H'])
    expect(report.guesses).toMatchObject([
      {
        what: 'Letters in "gender"',
        value: 'D is female, H is male',
        why: expect.stringContaining('beside H'),
      },
    ])
  })

  it.each([
    [['M', 'D'], 'D'],
    [['V'], 'V'],
    [['M', 'N'], 'N'],
    [['F', 'M', 'Elephant'], 'Elephant'],
  ])('that nobody can tell keep the runner and are listed: %j', async (values, unknown) => {
    const { report, genders } = await read(values)
    expect(report.bad).toMatchObject([
      {
        value: unknown,
        kept: true,
        fix: expect.stringContaining(`--value "gender:${unknown}=`),
      },
    ])
    expect(genders[values.indexOf(unknown)]).toBeNull()
    expect(report.created).toMatchObject({ person: values.length })
  })

  it('are what a person says they are', async () => {
    const { report, genders } = await read(['M', 'D', 'zz'], 'Geschlecht', {
      Geschlecht: { d: 'female', ZZ: '' },
    })
    expect(report.bad).toEqual([])
    expect(genders).toEqual(['male', 'female', null])
  })

  it('cannot be said for a column that is not there, or with a word that is none', async () => {
    await expect(read(['M'], 'gender', { Sexo: { H: 'male' } })).rejects.toThrow('no column Sexo')
    await expect(read(['M'], 'gender', { gender: { H: 'hombre' } })).rejects.toThrow(
      'is not one of unknown, male, female, other',
    )
  })

  it('are told by the whole column, also by its last row', async () => {
    const { genders } = await read([...Array.from({ length: 1_100 }, () => 'M'), 'V'])
    expect(genders.at(0)).toBe('male')
  })

  it('are not taken away by a sign for nothing', async () => {
    const list = (gender: string) =>
      `bib,first_name,last_name,email,gender\n1,Ada,One,ada@mail.example,${gender}\n`
    await importText(test, list('F'))
    for (const sign of ['-', '?', 'n/a', '']) {
      expect(await importText(test, list(sign))).toMatchObject({ unchanged: 1, bad: [] })
    }
    expect((await importedFields(test, 'person')).map(({ gender }) => gender)).toEqual(['female'])
  })
})
