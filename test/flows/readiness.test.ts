import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ReadinessLine } from '../../main/contract/readiness.ts'
import { linuxBattery } from '../../main/hosts/battery.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

const list = [
  'First name,Last name,Date of birth,Bib,Tag,Race,Start group',
  'Ana,Silva,1990-01-01,7,T1,10K,A',
  'Ben,Meier,1991-01-01,007,T2,10K,A',
  'Cleo,Demir,1992-01-01,,,10K,B',
  'Dan,Novak,1993-01-01,12,,,',
].join('\n')

describe('readiness of a race day', () => {
  it('counts entrants, bibs, tags and start groups as they are, and looks again when asked', async () => {
    const { client, set, importEntrants } = await startAtTagServer()
    await importEntrants(list)
    const look = async () => {
      const { lines, event } = await client.readiness.get({})
      expect(event?.name).toBe('Spring Classic')
      return (code: string) => lines.find((line: ReadinessLine) => line.code === code)
    }
    const before = await look()
    expect(before('entrants-some')).toMatchObject({ count: 4, of: 0 })
    expect(before('bibs-missing')).toMatchObject({ count: 3, of: 4 })
    expect(before('bibs-alike')).toMatchObject({ count: 1, light: 'red' })
    expect(before('tags-missing')).toMatchObject({ count: 2, of: 4 })
    expect(before('groups-missing')).toMatchObject({ count: 3, of: 4 })
    expect(before('target-never')).toMatchObject({ target: 'timing' })
    const { records } = await client.records.list({ entity: 'eventParticipant' })
    const dan = records.find(({ number }) => number === '12')!
    await set('eventParticipant', { status: 'withdrawn' }, dan.id)
    const after = await look()
    // Who withdrew needs no start group.
    expect(after('groups-all')).toMatchObject({ count: 3 })
    expect(after('people-seen')?.names).toHaveLength(1)
  })
})

describe('the battery, as Linux tells of it', () => {
  it('is one for several, and leaves out the mouse', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'marshal-battery-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const supply = async (name: string, files: Readonly<Record<string, string>>) => {
      await mkdir(join(folder, name))
      for (const [file, text] of Object.entries(files))
        await writeFile(join(folder, name, file), `${text}\n`)
    }
    expect(await linuxBattery(folder)).toMatchObject({ present: false })
    await supply('AC', { type: 'Mains', online: '0' })
    await supply('BAT0', { type: 'Battery', capacity: '40', status: 'Discharging' })
    await supply('BAT1', { type: 'Battery', capacity: '80', status: 'Unknown' })
    await supply('mouse', {
      type: 'Battery',
      scope: 'Device',
      capacity: '5',
      status: 'Discharging',
    })
    expect(await linuxBattery(folder)).toEqual({ present: true, plugged: false, percent: 60 })
    expect(await linuxBattery(join(folder, 'nowhere'))).toBeNull()
  })
})
