import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataFolder, demoFolder, usualDataFolder } from '../../main/hosts/data-folder.ts'
import { memorySecrets } from '../../main/hosts/edge/demo/memory-secrets.ts'
import { progressLine } from '../../main/hosts/edge/progress-line.ts'
import { table } from '../../main/hosts/edge/table.ts'
import { openLogFile } from '../../main/hosts/log-file.ts'
import { redactor, watchedSecrets } from '../../main/hosts/redactor.ts'
import { systemClock } from '../../main/hosts/system-clock.ts'
import { uuidIds } from '../../main/hosts/uuid-ids.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marshal-ports-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the log file', () => {
  it.each([
    ['log', 'is a file, not a folder'],
    ['log/marshal.log', 'is a folder, not a file'],
  ])('says in words that %s %s', async (name, words) => {
    await (words.startsWith('is a file')
      ? writeFile(join(folder, name), '')
      : mkdir(join(folder, name), { recursive: true }))
    expect(() => openLogFile(folder, { level: 'info', redactor: redactor() })).toThrow(
      expect.objectContaining({
        problem: {
          code: 'database',
          message: expect.stringContaining(`${join(folder, name)} ${words}`),
          fix: expect.stringContaining('Move it away'),
        },
      }),
    )
  })

  const lines = async () =>
    (await readFile(join(folder, 'log', 'marshal.log'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('keeps JSON lines of the wanted level, readable by this user only', async () => {
    const log = openLogFile(folder, { level: 'info', redactor: redactor() })
    log.debug('not this')
    log.info('run ended', { target: 'timing', sent: 3 })
    log.close()
    expect(await lines()).toMatchObject([
      { msg: 'run ended', target: 'timing', sent: 3, time: expect.any(String) },
    ])
    expect((await stat(join(folder, 'log', 'marshal.log'))).mode & 0o777).toBe(0o600)
  })

  it('keeps what travels in a file of its own, when asked to, without secrets', async () => {
    const known = redactor()
    known.add('canary-key')
    const options = { level: 'info', redactor: known } as const
    const exchange = { method: 'GET', url: 'https://a.example/canary-key', status: 200, ms: 3 }
    const without = openLogFile(folder, options)
    expect(without.wire).toBeUndefined()
    without.close()
    const log = openLogFile(folder, { ...options, wire: true, now: () => 0 })
    log.wire?.({ ...exchange, sentBytes: 0, receivedBytes: 2, received: '{}' })
    log.close()
    const file = join(folder, 'log', 'http.log')
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      ...{ time: '1970-01-01T00:00:00.000Z', method: 'GET', url: 'https://a.example/[secret]' },
      ...{ status: 200, ms: 3, sentBytes: 0, receivedBytes: 2, received: '{}' },
    })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'log', 'marshal.log'), 'utf8')).toBe('')
  })

  it('never holds a secret that passed through the secrets, in any spelling', async () => {
    const known = redactor()
    const secrets = watchedSecrets(memorySecrets(), known)
    const secret = 'p"ss & wörd'
    await secrets.set('timing', 'apiKey', secret)
    const log = openLogFile(folder, { level: 'info', redactor: known })
    log.info(`sent with ${secret}`, {
      header: secret,
      url: `?key=${encodeURIComponent(secret)}`,
      basic: Buffer.from(secret).toString('base64'),
    })
    log.close()
    const text = await readFile(join(folder, 'log', 'marshal.log'), 'utf8')
    expect(text).not.toContain('wörd')
    expect(text).not.toContain('w%C3%B6rd')
    expect(text.match(/\[secret\]/g)).toHaveLength(4)
    expect(await lines()).toHaveLength(1)
  })

  it('blanks a secret that begins like another, and one inside a form, as a whole', () => {
    const known = redactor()
    for (const secret of ['tag-key', 'tag-key/2 (new)']) known.add(secret)
    const form = new URLSearchParams({ key: 'tag-key/2 (new)' })
    expect(known.clean(`tag-key/2 (new) tag-key ${form}`)).toBe('[secret] [secret] key=[secret]')
    expect(known.clean('tag-key%2f2%20(new)')).toBe('[secret]')
  })

  it('starts a new file each day and when one is full, and keeps only the newest', async () => {
    let now = Date.UTC(2026, 0, 1)
    const log = openLogFile(folder, {
      level: 'info',
      redactor: redactor(),
      maxBytes: 300,
      keep: 3,
      now: () => now,
    })
    for (let turn = 0; turn < 20; turn += 1) {
      log.info('x'.repeat(100))
      if (turn % 5 === 4) now += 24 * 3_600_000
    }
    log.close()
    const names = (await readdir(join(folder, 'log'))).sort()
    expect(names).toHaveLength(4)
    expect(names).toContain('marshal.log')
    expect(names[0]).toMatch(/^marshal-2026-01-0[34]\.\d\.log$/)
  })
})

describe('ids', () => {
  it('are UUIDv7 in the order they were made, also within a millisecond and when the clock jumps back', () => {
    let now = 1_800_000_000_000
    const ids = uuidIds(() => now)
    const made = Array.from({ length: 20_000 }, (_, at) => {
      if (at === 10_000) now -= 3_600_000
      return ids.uuid()
    })
    expect(new Set(made).size).toBe(made.length)
    expect([...made].sort()).toEqual(made)
    for (const id of made)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(made[0]!.replaceAll('-', '').slice(0, 12), 16)).toBe(1_800_000_000_000)
  })
})

describe('the clock', () => {
  it('calls back once, or not at all when cancelled, and bears delays no timer takes', async () => {
    const clock = systemClock()
    const never = clock.timer(0, () => {
      throw new Error('was cancelled')
    })
    never()
    const far = clock.timer(400 * 24 * 3_600_000, () => {
      throw new Error('fired at once')
    })
    await new Promise<void>((resolve) => clock.timer(1, resolve))
    far()
  })
})

describe('the data folder', () => {
  const on = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({
    platform,
    env,
    home: '/users/ana',
  })

  it('is where the desktop app keeps its data on each system', () => {
    expect(usualDataFolder(on('linux'))).toBe('/users/ana/.config/Marshal')
    expect(usualDataFolder(on('linux', { XDG_CONFIG_HOME: '/cfg' }))).toBe('/cfg/Marshal')
    expect(usualDataFolder(on('darwin'))).toBe('/users/ana/Library/Application Support/Marshal')
    expect(usualDataFolder(on('win32', { APPDATA: '/roaming' }))).toBe('/roaming/Marshal')
  })

  it('is chosen by --data, else by MARSHAL_DATA', () => {
    const around = on('linux', { MARSHAL_DATA: '/van' })
    expect(dataFolder('/chosen', around)).toBe('/chosen')
    expect(dataFolder(undefined, around)).toBe('/van')
  })

  it('of the demonstration is never the real one', () => {
    const around = on('linux', { MARSHAL_DATA: '/van' })
    expect(demoFolder(undefined, around)).toBe('/users/ana/.config/Marshal Demo')
  })
})

describe('what people read', () => {
  it('a table sets numbers right and cuts nothing', () => {
    expect(
      table(
        ['name', 'count'],
        [
          ['Ana', 1234],
          ['B\u001b[31m\nx', null],
        ],
      ),
    ).toBe(['NAME      COUNT', 'Ana       1,234', 'B [31m x      -'].join('\n'))
  })

  it('progress is a bar only where the end is known', () => {
    expect(progressLine('Importing', 16_000, 32_000)).toBe(
      'Importing ██████████░░░░░░░░░░ 16,000 of 32,000',
    )
    expect(progressLine('Importing', 1600, null)).toBe('Importing 1,600')
  })
})
