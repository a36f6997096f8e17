/** What `npm run new:target` would write into this project, and what it refuses. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planTarget, Refused, type Wanted } from '../../../../scripts/new-target/plan.ts'

const root = join(import.meta.dirname, '../../../..')
const plan = (wanted: Wanted) => planTarget(root, wanted)

describe('a new target', () => {
  const planned = plan({ name: 'race-result', kind: 'timing' })
  const text = (path: string) => planned.get(path) ?? ''

  it('is the smallest there is', () => {
    const lines = (...paths: readonly string[]) =>
      paths.reduce((sum, path) => sum + text(path).trimEnd().split('\n').length, 0)
    const folder = 'main/engine/targets/race-result'
    expect(lines(`${folder}/adapter.ts`, `${folder}/mapping.ts`)).toBeLessThanOrEqual(80)
    expect(lines('main/stand-ins/race-result/stand-in.ts')).toBeLessThanOrEqual(40)
  })

  it('is called as it is asked for, and nothing is called as the example', () => {
    expect([...planned.keys()].filter((path) => path.includes('race-result'))).toHaveLength(7)
    for (const [path, content] of planned) {
      expect(`${path} ${content}`).not.toMatch(/example-?system|Example System/i)
    }
    const adapter = text('main/engine/targets/race-result/adapter.ts')
    expect(adapter).toContain("label: 'Race Result'")
    expect(adapter).toContain("kind: 'timing'")
    const labelled = plan({ name: 'race-result', label: 'Müller & Co.' })
    expect(labelled.get('docs/targets/race-result.md')).toMatch(/^# Müller & Co\.\n/)
  })

  it('is known wherever the others are', () => {
    expect(text('main/engine/targets/registry.ts')).toMatch(
      /import \{ raceResult \}[\s\S]*registerAdapters\(\[[^\]]*, raceResult\]\)/,
    )
    expect(text('main/stand-ins/stand-ins.ts')).toMatch(/'race-result'\] as const[\s\S]*raceResult/)
    for (const language of ['de', 'fr', 'es'])
      expect(JSON.parse(text(`renderer/adapter-words/${language}.json`))).toHaveProperty(
        'race-result',
      )
    expect(text('README.md')).toContain('](docs/targets/race-result.md) | timing | outbound |')
  })
})

describe('no target is made', () => {
  it.each([
    ['Race Result', 'cannot be the name'],
    ['race_result', 'cannot be the name'],
    ['2nd', 'cannot be the name'],
    ['../kit', 'cannot be the name'],
    ['', 'cannot be the name'],
    ['a'.repeat(41), 'longer than 40'],
    ['race-manager', 'says nothing'],
    ['tagserver', 'is taken'],
    ['kit', 'is taken'],
    ['registry', 'is taken'],
    ['conformance', 'is taken'],
    ['adapters', 'means something else'],
    ['class', 'means something else'],
    ['await', 'means something else'],
  ])('of the name "%s"', (name, why) => {
    expect(() => plan({ name })).toThrow(Refused)
    expect(() => plan({ name })).toThrow(why)
  })

  it('with a label that would end a text, or of a kind there is not', () => {
    expect(() => plan({ name: 'race-result', label: "O'Neil" })).toThrow('cannot be a label')
    expect(() => plan({ name: 'race-result', kind: 'other' })).toThrow(/master, timing/)
  })
})
