import { utils, write } from '@e965/xlsx'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { looks, startWindowSite, type OpenWindow, type WindowSite } from '../support/window.ts'

let site: WindowSite
beforeAll(async () => {
  site = await startWindowSite()
})
afterAll(() => site.close())

const csvFile = (name: string, text: string, encoding: BufferEncoding = 'utf8') => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(text, encoding),
})
const list = `bib,first_name,last_name,gender,date_of_birth,start_group,race,shoe_size
1,Ana,Schmidt,F,1987-05-04,Wave 1,Marathon,38
2,Bo,Müller,M,1979-13-45,Wave 1,Marathon,44
3,Çelik,,M,1995-07-07,Wave 2,Marathon,43
4,Dora,Nguyen,F,2001-03-14,Wave 2,Marathon,39
`

describe('The import page', () => {
  let window: OpenWindow
  beforeEach(async () => {
    window = await site.open({ at: '/import' })
    return () => window.close()
  })
  const chooseFile = async (...file: Parameters<typeof csvFile>) => {
    await window.page.locator('input[type=file]').setInputFiles(csvFile(...file))
    await window.page.getByRole('table').waitFor()
  }
  const nameEvent = async (name: string) => {
    await window.page.getByRole('combobox', { name: 'Event' }).fill(name)
    await window.page.keyboard.press('Tab')
  }
  const report = () => window.page.getByRole('region', { name: /Import|Rehearsal|Everything/ })
  /** Kind → [created, updated], as the report shows them. */
  const counts = async () => {
    const rows = await report().getByRole('table').first().getByRole('row').allInnerTexts()
    return Object.fromEntries(
      rows.slice(1).map((row) => {
        const [kind = '', created, updated] = row.split('\t')
        return [kind, [Number(created), Number(updated)]]
      }),
    )
  }
  const persons = async () => (await site.engine.client.status.get()).records['person'] ?? 0

  it('keeps a closed select from letters, and says at once which column loses a field', async () => {
    const { page } = window
    await chooseFile('columns.csv', 'first_name,last_name,Other\nAna,Schmidt,Anna\n')
    const field = (column: string) =>
      page.getByRole('combobox', { name: `Field for column ${column}` })
    // What another column's header says may name this one.
    const held = (column: string) =>
      page.getByRole('columnheader', { name: new RegExp(`^${column}`) }).innerText()
    await field('Other').focus()
    await page.keyboard.type('First', { delay: 40 })
    expect(await held('Other')).toContain('leave out')
    expect(await held('first_name')).toContain('First name')

    await field('Other').press('ArrowDown')
    await page.getByRole('option', { name: 'First name', exact: true }).click()
    await page.getByText('First name comes from Other now.', { exact: true }).waitFor()
    await expect.poll(() => held('first_name')).toContain('leave out')
    await window.picture('import-moved')
    await page
      .getByRole('region', { name: 'Messages' })
      .getByText('First name comes from Other now; first_name is left out.')
      .waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    // What first_name says of its loss has these words too, so it tells nothing of the undoing.
    await expect.poll(() => held('Other')).toContain('leave out')
    await expect.poll(() => held('first_name')).not.toContain('comes from Other')
    expect(await held('first_name')).toContain('First name')
    await page.getByRole('button', { name: 'Another file' }).click()
  })

  it('rehearses without writing, imports the good rows, lists the bad ones, and changes nothing the second time', async () => {
    const { page } = window
    await chooseFile('late entries.csv', list)
    await page.getByText('4 rows, 8 columns').waitFor()
    expect(await page.getByRole('button', { name: 'Rehearse' }).isDisabled()).toBe(true)
    await nameEvent('Autumn Run')

    await page.getByRole('button', { name: 'Rehearse' }).click()
    await page.getByRole('heading', { name: 'Rehearsal: this would happen' }).waitFor()
    expect(await counts()).toMatchObject({ Persons: [3, 0], Events: [1, 0], Races: [1, 0] })
    expect(await persons()).toBe(0)

    await page.getByRole('button', { name: 'Import 4 rows' }).click()
    await page.getByRole('heading', { name: 'Imported, except for the bad rows' }).waitFor()
    expect(await counts()).toMatchObject({ Persons: [3, 0], 'Event participants': [3, 0] })
    expect(await persons()).toBe(3)
    const bad = report().getByRole('region', { name: 'Not taken (2)' }).getByRole('row')
    const told = (await bad.all()).slice(1).map(async (row) => {
      const [line, column, , reason, leftOut] = await row.getByRole('cell').allInnerTexts()
      const value = await row.getByRole('textbox').inputValue()
      return [line, column, value, reason!.split('\n')[0]!.trim(), leftOut]
    })
    expect(await Promise.all(told)).toEqual([
      [
        '3',
        'date_of_birth',
        '1979-13-45',
        expect.stringContaining('Date of birth is not a day of the calendar: 1979-13-45.'),
        'This cell',
      ],
      ['4', 'last_name', '', expect.stringContaining('Last name is missing.'), 'The row'],
    ])
    await report().getByText('Left out, because no field takes them: shoe_size').waitFor()

    const download = page.waitForEvent('download')
    await report().getByRole('button', { name: 'Save bad rows as a file' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('late entries-bad-rows.csv')

    await page.getByRole('button', { name: 'Another file' }).click()
    await chooseFile('again.csv', list)
    await page.getByRole('button', { name: 'Import 4 rows' }).click()
    await report().getByText('4 rows: 3 unchanged, 1 bad, 1 taken without a cell.').waitFor()
    expect(Object.values(await counts())).toEqual(Object.values(await counts()).map(() => [0, 0]))
    expect(await persons()).toBe(3)
    await page.getByRole('link', { name: 'Go to the Desk' }).click()
    await page.getByRole('heading', { name: 'Desk', level: 1 }).waitFor()
    expect(window.complaints).toEqual([])
  })

  it('shows whom a list speaks of, takes corrected cells, and takes all of it back', async () => {
    const { page } = window
    await chooseFile(
      'Hill Run 2027 - participants.csv',
      'bib,first_name,last_name,email,start_group\n601,Ida,Berg,ida@example.org,A\n602,Jon,Dahl,jon@example.org,A\n',
    )
    await nameEvent('Hill Run 2027')
    const before = await persons()
    await page.getByRole('button', { name: 'Import 2 rows' }).click()
    await page.getByRole('heading', { name: 'Import finished' }).waitFor()
    await page.getByRole('button', { name: 'Another file' }).click()
    await chooseFile(
      'Hill Run 2027 late.csv',
      'bib,first_name,last_name,email,start_group\n601,Ida,Berg,ida@example.com,A\n602,Jon,Dahl,jon@example.org,B\n603,Kim,,kim@example.org,A\n604,Liv,Moe,liv@,A\n',
    )
    await page.getByRole('button', { name: 'Rehearse' }).click()
    const people = page.getByRole('region', { name: 'People', exact: true })
    await people.waitFor()
    const listed = async () =>
      (await people.getByRole('row').allInnerTexts())
        .slice(1)
        .map((row) => row.replace(/\s+/g, ' '))
    expect(await listed()).toEqual([
      expect.stringMatching(/^2 601 Ida Berg Changed E-mail ida@example.org ?ida@example.com/),
      expect.stringMatching(/^3 602 Jon Dahl Moved Start group A ?B/),
      expect.stringMatching(/^4 603 .*Not taken Last name is missing/),
      expect.stringMatching(/^5 604 Liv Moe New/),
    ])
    await people.getByRole('button', { name: 'Moved (1)' }).click()
    expect(await listed()).toHaveLength(1)
    await people.getByRole('button', { name: 'All' }).click()
    await window.picture('import-people')

    // A cell that is corrected counts in the next rehearsal, and in the import.
    await page.getByLabel('Correct last_name of line 4').fill('Lund')
    await page.getByLabel('Correct last_name of line 4').press('Tab')
    await page.getByRole('button', { name: 'Rehearse with the corrections' }).click()
    await people.getByRole('row', { name: /Kim Lund/ }).waitFor()
    expect(await persons()).toBe(before + 2)

    await page.getByRole('button', { name: 'Import 4 rows' }).click()
    await page.getByRole('heading', { name: 'Imported, except for the bad rows' }).waitFor()
    expect(await persons()).toBe(before + 4)
    await page.getByLabel('Correct email of line 5').fill('liv@example.org')
    await page.getByLabel('Correct email of line 5').press('Tab')
    await page.getByRole('button', { name: 'Import the corrected rows' }).click()
    await page.getByRole('heading', { name: 'Import finished' }).waitFor()
    const { records } = await site.engine.client.records.list({
      entity: 'person',
      query: 'Liv Moe',
    })
    expect(records[0]).toMatchObject({ email: 'liv@example.org' })
    await window.picture('import-done')

    await page.getByRole('button', { name: 'Take this import back' }).click()
    const asked = page.getByRole('alertdialog')
    await asked.getByRole('button', { name: 'Take this import back' }).click()
    await page.getByText('The import is taken back; everything is as before.').waitFor()
    expect(await persons()).toBe(before + 2)

    await window.go('/activity?tab=imports')
    const imports = page.getByRole('region', { name: 'Imports' })
    await imports.getByText('Taken back by').first().waitFor()
    await window.picture('activity-imports')
    const first = imports.getByRole('row', { name: /Hill Run 2027 - participants/ })
    await first.getByRole('button', { name: 'Take this import back' }).click()
    await asked.getByRole('button', { name: 'Take this import back' }).click()
    await first.getByText('Taken back by').waitFor()
    expect(await persons()).toBe(before)
    expect(window.complaints).toEqual([])
  })

  it('fills a field from a column with another name once somebody says so', async () => {
    const { page } = window
    await chooseFile('clubs.csv', 'verein;land\nTSV Lauf;DEU\n')
    await page.getByRole('combobox', { name: 'Kind of data' }).press('Enter')
    await page.getByRole('option', { name: 'Organisations' }).click()
    await page.getByRole('combobox', { name: 'Field for column verein' }).press('Enter')
    await page.getByRole('option', { name: 'Name', exact: true }).click()
    await page.getByRole('combobox', { name: 'Field for column land' }).press('Enter')
    await page.getByRole('option', { name: 'Country' }).click()
    await page.getByRole('button', { name: 'Import one row' }).click()
    await page.getByRole('heading', { name: 'Import finished' }).waitFor()
    const { records } = await site.engine.client.records.list({ entity: 'organisation' })
    expect(records.map(({ name, country }) => ({ name, country }))).toEqual([
      { name: 'TSV Lauf', country: 'DE' },
    ])
  })

  it.each([
    ['UTF-16', 'utf16le'],
    ['Latin-1', 'latin1'],
  ] as const)('reads a file saved as %s', async (name, encoding) => {
    const { page } = window
    const mark = encoding === 'utf16le' ? '\uFEFF' : ''
    await chooseFile(`${name}.csv`, `${mark}first_name;last_name\nZoë;Größe ${name}\n`, encoding)
    await nameEvent('Autumn Run')
    await page.getByRole('cell', { name: `Größe ${name}` }).waitFor()
    await page.getByRole('button', { name: 'Import one row' }).click()
    await page.getByRole('heading', { name: 'Import finished' }).waitFor()
    const { records } = await site.engine.client.records.list({ entity: 'person', query: name })
    expect(records.map(({ display }) => display)).toEqual([`Zoë Größe ${name}`])
  })

  it('adds a race, moves only when told to, and enters again who was deleted only when told to', async () => {
    const { page } = window
    const { client } = site.engine
    const take = async (race: string, ...ticked: readonly string[]) => {
      await chooseFile(
        'races.csv',
        `first_name,last_name,date_of_birth,race\nIda,Voss,1990-02-03,${race}\n`,
      )
      await nameEvent('Races')
      for (const label of ticked) await page.getByLabel(label).check()
      await page.getByRole('button', { name: 'Import one row' }).click()
      await report().waitFor()
      const all = await client.records.list({ entity: 'startGroupParticipant', limit: 1000 })
      const places = all.records.filter(({ display }) => display.startsWith('Ida Voss'))
      return places.map(({ display }) => display.replace('Ida Voss in ', '')).sort()
    }
    const another = () => page.getByRole('button', { name: 'Another file' }).click()
    expect(await take('5 km')).toEqual(['5 km'])
    await another()
    expect(await take('10 km')).toEqual(['10 km', '5 km'])
    await another()
    const entries = await client.records.list({ entity: 'eventParticipant', limit: 1000 })
    const ida = entries.records.find(({ display }) => display.startsWith('Ida Voss'))!
    await client.records.remove({ entity: 'eventParticipant', id: ida.id, withChildren: true })
    expect(await take('5 km')).toEqual([])
    await report()
      .getByText(/deleted here/)
      .first()
      .waitFor()
    await another()
    expect(await take('5 km', 'Enter those again who were deleted here')).toEqual(['5 km'])
    await another()
    expect(await take('21 km', 'Who is in another race already leaves it')).toEqual(['21 km'])
  })

  it('goes on while another page is looked at, and can be stopped with what is in staying in', async () => {
    const { page } = window
    const before = await persons()
    const lines = Array.from({ length: 30_000 }, (_, at) => `${at + 5000},First${at},Last${at}`)
    await chooseFile('long.csv', ['bib,first_name,last_name', ...lines].join('\n'))
    await nameEvent('Autumn Run')
    await page.getByRole('button', { name: 'Import 30,000 rows' }).click()
    await expect.poll(async () => (await persons()) > before).toBe(true)
    await window.go('/sync')
    await page.getByRole('heading', { name: 'Sync', level: 1 }).waitFor()
    await window.go('/import')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText(/^Stopped after [\d,]+ rows/).waitFor()
    const kept = (await persons()) - before
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(30_000)
  })

  it('says plainly that a workbook is damaged, and lets another file be chosen', async () => {
    const { page } = window
    await page
      .locator('input[type=file]')
      .setInputFiles(csvFile('list.xlsx', 'PK\u0003\u0004 and so on', 'latin1'))
    await page.getByText(/This workbook is damaged/).waitFor()
    await page.getByRole('button', { name: 'Another file' }).click()
    await page.getByRole('button', { name: 'Choose a file' }).waitFor()
  })
})

describe('How a file is read', () => {
  let window: OpenWindow
  beforeEach(async () => {
    window = await site.open({ at: '/import' })
    return () => window.close()
  })
  const choose = async (name: string, buffer: Buffer) => {
    await window.page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer })
    await window.page.getByRole('combobox', { name: 'Kind of data' }).waitFor()
  }
  const cell = (name: string) => window.page.getByRole('cell', { name, exact: true })
  const pick = async (label: string, option: string) => {
    await window.page.getByRole('combobox', { name: label }).press('Enter')
    await window.page.getByRole('option', { name: option, exact: true }).click()
  }

  it('shows the letters it recognised, and takes others', async () => {
    await choose('list.csv', iconv.encode('bib;last_name\n1;Świętoń\n2;Wąs\n', 'windows-1250'))
    await cell('Świętoń').waitFor()
    await window.page.getByText('Letters: Windows-1250.').waitFor()
    await window.picture('import-letters')
    await pick('Letters', 'Windows-1252')
    await cell('Œwiêtoñ').waitFor()
    await pick('Letters', 'Recognised by itself')
    await cell('Świętoń').waitFor()
  })

  it('keeps the first runner of a list without header, and takes another header line', async () => {
    await choose('list.csv', Buffer.from('1,Ada,One\n2,Bea,Two\n'))
    await cell('Ada').waitFor()
    await window.page.getByText('Names of the columns: none.').waitFor()
    await pick('Line with the names of the columns', 'Line 1')
    await window.page.getByRole('columnheader', { name: 'Ada' }).waitFor()
  })

  it('reads a workbook, and the sheet that is chosen', async () => {
    const workbook = utils.book_new()
    for (const day of ['Saturday', 'Sunday'])
      utils.book_append_sheet(
        workbook,
        utils.aoa_to_sheet([
          ['bib', 'last_name'],
          ['007', day.toUpperCase()],
        ]),
        day,
      )
    await choose('list.xlsx', write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Buffer)
    await cell('SATURDAY').waitFor()
    await cell('007').waitFor()
    await pick('Sheet', 'Sunday')
    await cell('SUNDAY').waitFor()
    expect(await window.axe()).toEqual([])
  })

  it('takes cells that are pasted from a spreadsheet program', async () => {
    const { page } = window
    await page.getByText(/paste them here/).waitFor()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'bib\tlast_name\n0012\tŁoś, Ada\n')
      const pasted = new ClipboardEvent('paste', { clipboardData, bubbles: true })
      document.body.dispatchEvent(pasted)
    })
    await page.getByText('Pasted list.csv').waitFor()
    await cell('0012').waitFor()
    await cell('Łoś, Ada').waitFor()
  })
})

describe.each(looks)('The import page in $theme, $language, $size', (look) => {
  it('is accessible', async () => {
    const window = await site.open({ ...look, at: '/import' })
    const { page } = window
    await page.locator('input[type=file]').waitFor({ state: 'attached' })
    expect(await window.axe()).toEqual([])
    await page.locator('input[type=file]').setInputFiles(csvFile('late entries.csv', list))
    await page.getByRole('table').waitFor()
    await window.picture(`import-${look.theme}-${look.language}`)
    expect(await window.axe()).toEqual([])
    await page.getByRole('button', { name: /^(Rehearse|Probe)$/ }).click()
    await page.getByRole('heading', { name: /^(Rehearsal|Probe):/ }).waitFor()
    expect(await window.axe()).toEqual([])
    await window.picture(`import-report-${look.theme}-${look.language}`)
    expect(window.complaints).toEqual([])
    await window.close()
  })
})
