import { describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import type { TestEngine } from '../support/test-engine.ts'
import { startAtTagServer } from '../targets/tagserver/target.ts'

/** Bibs or names of everything a search finds, page after page. */
async function searchAll(
  { client }: TestEngine,
  entity: EntityName,
  query: string,
  where: Record<string, string> = {},
): Promise<string[]> {
  const found: string[] = []
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof client.records.list>> = await client.records.list({
      entity,
      query,
      where,
      limit: 7,
      after,
    })
    found.push(...page.records.map(({ display }) => display))
    if (page.next === null) return found
    after = page.next
  }
}

describe('a search', () => {
  it('goes on page by page until everything was found, each once', async () => {
    const marshal = await startAtTagServer({ config: false })
    const list = Array.from({ length: 40 }, (_, n) => {
      const name = n % 2 === 0 ? 'Silva' : 'Costa'
      return `${n},Runner${n},${name},${n % 4 === 0 ? 'Porto' : 'Braga'},T-${n}`
    })
    const head = 'bib,first_name,last_name,city,tag'
    await marshal.importEntrants([head, ...list].join('\n'))
    const numbers = (step: number) =>
      Array.from({ length: 40 / step }, (_, n) => `Runner${n * step} Silva`)
    expect(await searchAll(marshal, 'person', 'silva')).toEqual(numbers(2))
    expect(await searchAll(marshal, 'person', 'silva', { city: 'Porto' })).toEqual(numbers(4))
    expect(await searchAll(marshal, 'eventParticipant', 'silva')).toHaveLength(20)
    expect(new Set(await searchAll(marshal, 'tag', 't-')).size).toBe(40)
    expect(await searchAll(marshal, 'person', 'nobody')).toEqual([])
  })
})
