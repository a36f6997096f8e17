/** Records as they are here and as they would be sent, shown while a mapping is written. */
import { describe, expect, it } from 'vitest'
import type { EntityName } from '../../main/contract/words.ts'
import { startListOf } from '../support/race-day.ts'
import { startTestEngine } from '../support/test-engine.ts'
import type { TestTarget } from '../support/test-target.ts'
import { mailchimpTarget } from '../targets/mailchimp/target.ts'
import { tagserverTarget } from '../targets/tagserver/target.ts'

describe('a look at what would be sent', () => {
  it.each<TestTarget>([tagserverTarget, mailchimpTarget])(
    'shows for $adapter what the rehearsal then says, and sends nothing',
    async (target) => {
      const marshal = await startTestEngine({ target })
      await marshal.importEntrants(startListOf(5))
      const { client } = marshal
      const { config } = await client.targets.get({ name: 'timing' })
      const mapped = {
        ...config,
        mapping: [{ ours: 'person.city', theirs: 'home.town' }],
      }
      await client.targets.update({ name: 'timing', changes: mapped })
      const { lines } = await client.sync.rehearse({ name: 'timing', limit: 1_000 })
      const created = lines.filter(({ action }) => action === 'create')
      expect(created.length).toBeGreaterThan(0)
      for (const entity of new Set(created.map((line) => line.entity))) {
        const shown = await client.targets.outgoing({ config: mapped, entity })
        expect(shown.length).toBeGreaterThan(0)
        for (const { display, body } of shown) {
          const same = created.filter((line) => line.entity === entity && line.display === display)
          expect(same.map(({ payload }) => payload)).toContainEqual(body)
        }
      }
    },
  )

  it('says that a sensitive field is filled, and not with what', async () => {
    const marshal = await startTestEngine({ target: tagserverTarget })
    await marshal.set('person', { lastName: 'Voss', medicalConditions: 'asthma' })
    const { config } = await marshal.client.targets.get({ name: 'timing' })
    const shown = await marshal.client.targets.outgoing({ config, entity: 'person' })
    expect(shown).toMatchObject([{ entity: 'person', hidden: ['medicalConditions'] }])
    expect(JSON.stringify(shown)).not.toContain('asthma')
  })

  it('leaves out what a filter leaves out, and says in words what a mapping cannot do', async () => {
    const marshal = await startTestEngine({ target: tagserverTarget })
    await marshal.importEntrants(startListOf(5))
    const { config } = await marshal.client.targets.get({ name: 'timing' })
    const look = (more: Readonly<Record<string, unknown>>, entity: EntityName = 'person') =>
      marshal.client.targets.outgoing({ config: { ...config, ...more }, entity })
    const filter = { '==': [{ var: 'person.firstName' }, 'Runner3'] }
    expect(await look({ filter })).toMatchObject([{ fields: { firstName: 'Runner3' } }])
    expect(await look({}, 'conversation')).toEqual([])
    const mapping = [{ ours: 'person.city', theirs: 'lastName.town' }]
    const problem = await look({ mapping }).catch(({ data }: { data: unknown }) => data)
    expect(problem).toMatchObject({
      fields: { mapping: expect.stringContaining('already holds a value') },
    })
  })
})
