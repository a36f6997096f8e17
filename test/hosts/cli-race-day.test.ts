import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  backupsDocument,
  eventLockDocument,
  readinessDocument,
  triedDocument,
} from '../support/command-documents.ts'
import { withDataFolder } from '../support/data-folder.ts'
import { marshal, marshalJson } from '../support/run-marshal.ts'

// Many processes, one after the other, each a full start of Marshal.
vi.setConfig({ testTimeout: 180_000 })

let data: string
withDataFolder((dir) => (data = dir))

const json = (...args: readonly string[]) => marshalJson(args, { data })

describe('marshal readiness and backups', () => {
  it('name what is missing with the command that helps, which does', async () => {
    await json('record', 'set', 'person', '--field', 'lastName=Lee')
    const before = await marshal(['readiness'], { data })
    expect(before.stdout).toMatch(/STOP {2}there is no backup\n {6}marshal backup\n/)
    expect(before.code).toBe(1)
    await json('backup')
    const untried = await marshal(['readiness'], { data })
    expect(untried.stdout).toMatch(
      /look {2}no backup was ever tried out\n {6}marshal backups --test/,
    )
    const [backup] = backupsDocument.parse(await json('backups')).backups
    expect(backup?.contents?.records).toEqual({ person: 1 })
    const tried = triedDocument.parse(await json('backups', '--test'))
    expect(tried).toMatchObject({ file: backup?.file, changesSince: 0 })
    const { lines, light } = readinessDocument.parse(await json('readiness'))
    expect(lines.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['backup-fresh', 'restore-tested']),
    )
    expect(light).toBe('amber')
  })

  it('say which events there are where the one that was named is not there', async () => {
    const refused = await marshal(['readiness', '--event', 'Nowhere'], { data })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/no event called Nowhere.*Import a start list/)
    const untried = await marshal(['backups', '--test'], { data })
    expect(untried.stderr).toMatch(/no backup to try out.*marshal backup/)
  })
})

describe('marshal event-lock', () => {
  it('is set, told and lifted', async () => {
    const lock = async (...args: readonly string[]) =>
      eventLockDocument.parse(await json('event-lock', ...args))
    const none = { lockedUntil: null, locked: false }
    expect(await lock()).toEqual(none)
    const set = { lockedUntil: '2999-05-17', locked: true }
    expect(await lock('--until', '2999-05-17')).toEqual(set)
    expect(await lock()).toEqual(set)
    expect(await lock('--off')).toEqual(none)
    expect(await lock()).toEqual(none)
  })

  it.each([
    ['a day that is over', ['--until', '2020-05-17'], /2020-05-17 is over already/],
    ['what is no day', ['--until', '2026-02-30'], /It is no day/],
    ['two things at once', ['--until', '2999-05-17', '--off'], /cannot be used with/],
  ])('refuses %s with exit code 2', async (_, args, said) => {
    const refused = await marshal(['event-lock', ...args], { data })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(said)
  })
})

describe('marshal diagnostics', () => {
  it('writes a file of its own, and never over another', async () => {
    const out = join(data, 'diagnostics.json')
    await json('diagnostics', '--out', out)
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      marshal: { host: 'edge' },
      records: {},
    })
    expect((await stat(out)).mode & 0o077).toBe(0)
    const again = await marshal(['diagnostics', '--out', out], { data })
    expect(again.code).not.toBe(0)
    expect(again.stderr).toContain(out)
  })
})
