/**
 * `node measure-typing.ts DATA`: names and bibs typed into the built window as a person types, from each key to the end
 * of the frame that draws the rows for what the box then says. Reports `{"absent": reason}` where it cannot be measured.
 */
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import type { EntrantRow } from '../../main/contract/desk.ts'
import { fullName } from '../../renderer/pages/desk/entrant-name.ts'
import { splitMatches } from '../../renderer/pages/desk/highlight.ts'
import { chromiumArguments, chromiumPath } from '../support/chromium.ts'
import { RunningMarshal } from '../support/run-marshal.ts'
import { openBenchEngine, percentile, report } from './measuring.ts'
import { watchTyping, type SeenRows, type TypedKey } from './typing-probe.ts'

/** Between two keys, milliseconds: 100 words a minute, faster than anybody looks for somebody. */
const gapMs = 120
const [dataDir = ''] = process.argv.slice(2)
const root = join(import.meta.dirname, '../..')

interface Text {
  readonly text: string
  /** What is to be seen after each of its letters. */
  readonly rows: readonly SeenRows[]
}

/** A row as the probe reads it: its bib, name and club are searched for what is typed. */
function seen(row: EntrantRow, query: string): string {
  const marks = [row.bib, fullName(row), row.club].flatMap((text) =>
    splitMatches(text ?? '', query).filter(({ matched }) => matched),
  )
  return [row.id, ...marks.map(({ text }) => text)].join(' ')
}

/** Without accents, as people type and every keyboard can. */
const plain = (text: string) => text.normalize('NFD').replace(/[^ -~]/g, '')

/** Forty entrants: half by name, a quarter by last name, a quarter by bib. */
async function textsToType(): Promise<readonly Text[]> {
  const { client, stop } = await openBenchEngine(dataDir)
  const [event] = await client.desk.events({})
  if (!event) throw new Error('Nobody was imported')
  const { records } = await client.records.list({ entity: 'eventParticipant', limit: 1000 })
  const texts: Text[] = []
  for (let at = 0; at < 40; at++) {
    const { id } = records[Math.floor((at * records.length) / 40)]!
    const { firstName, lastName, bib } = await client.desk.entrant({ id })
    const names = [`${firstName} ${lastName}`.slice(0, 11), `${firstName} ${lastName}`.slice(0, 8)]
    const text = plain([...names, String(lastName).slice(0, 9), bib ?? ''][at % 4]!)
    const rows: SeenRows[] = []
    for (let length = 1; length <= text.length; length++) {
      const query = text.slice(0, length).trim()
      const found = await client.desk.search({ eventId: event.id, query, limit: 30 })
      rows.push(found.rows.map((row) => seen(row, query)).join())
    }
    texts.push({ text, rows })
  }
  await stop()
  return texts
}

async function type(page: Page, { text, rows }: Text): Promise<readonly TypedKey[]> {
  await page.evaluate((expected) => window.typing.expect(expected), rows)
  for (const letter of text) {
    const gap = pause(gapMs)
    await page.keyboard.press(letter === ' ' ? 'Space' : letter)
    await gap
  }
  await page.waitForFunction(() => window.typing.settled())
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await pause(gapMs)
  return page.evaluate(() => window.typing.keys())
}

async function measureTyping(texts: readonly Text[]): Promise<readonly number[]> {
  // The host keeps its secrets beside the data; the next measurement shall find the folder as it was.
  const data = `${dataDir}-typing`
  await cp(dataDir, data, { recursive: true })
  const env = { MARSHAL_PASSPHRASE: 'of the bench' }
  const host = new RunningMarshal(['serve', '--port', '0'], { data, env })
  const [link] = await host.until('stdout', /http:\S+#token=\S+/)
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumArguments],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
    await page.goto(link)
    await page.getByRole('combobox', { name: 'Find an entrant' }).waitFor()
    await page.evaluate(watchTyping)
    const keys: TypedKey[] = []
    // The first text warms up: a shift at the desk lasts longer than the browser's compiler.
    for (const text of [texts[0]!, ...texts]) keys.push(...(await type(page, text)))
    return keys.slice(texts[0]!.text.length).map(({ shownMs }) => shownMs)
  } finally {
    await browser.close()
    await host.end()
    await rm(data, { recursive: true })
  }
}

if (!existsSync(chromiumPath)) report({ absent: `no Chromium at ${chromiumPath}` })
else if (!existsSync(join(root, 'out/renderer/index.html'))) report({ absent: 'not built' })
else {
  const shown = await measureTyping(await textsToType())
  report({
    keys: shown.length,
    p50Ms: percentile(shown, 0.5),
    p95Ms: percentile(shown, 0.95),
    maxMs: Math.max(...shown),
  })
}
