import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entityNames, type EntityName } from '../../main/contract/words.ts'
import { entities } from '../../main/engine/model/entities.ts'
import {
  dependencyOrder,
  parentEntities,
  parentsFirst,
} from '../../main/engine/targets/kit/dependency-order.ts'

const references = (entity: EntityName) =>
  entities[entity].fields.filter(({ kind }) => kind === 'ref').map(({ name }) => name)
const binding = (
  entity: EntityName,
  hard: readonly string[] = [],
  soft: readonly string[] = [],
) => ({
  entity,
  hard,
  soft,
})

describe('the order entities travel in', () => {
  it('puts every hard and soft parent first, whatever the order they are declared in', () => {
    const whole = entityNames.map((entity) => binding(entity, references(entity)))
    fc.assert(
      fc.property(fc.shuffledSubarray(whole, { minLength: whole.length }), (bindings) => {
        const order = dependencyOrder(bindings)
        expect(order.toSorted()).toEqual([...entityNames].toSorted())
        for (const one of bindings)
          for (const parent of parentEntities(one, 'hard'))
            expect(order.indexOf(parent)).toBeLessThan(order.indexOf(one.entity))
      }),
    )
  })

  it('leaves parents out that the adapter does not carry', () => {
    expect(dependencyOrder([binding('eventParticipant', ['event', 'person'], ['tag'])])).toEqual([
      'eventParticipant',
    ])
  })

  it('does not mind a record that refers to another of its kind', () => {
    expect(dependencyOrder([binding('organisation', [], ['parent'])])).toEqual(['organisation'])
    expect(dependencyOrder([binding('organisation', ['parent'])])).toEqual(['organisation'])
  })

  it('names a circle of hard parents', () => {
    const circle = () =>
      parentsFirst([
        { entity: 'tag', hard: ['person'], soft: [] },
        { entity: 'person', hard: ['event'], soft: [] },
        { entity: 'event', hard: ['person'], soft: [] },
      ])
    expect(circle).toThrow(/form a circle: (person -> event -> person|event -> person -> event)/)
  })

  it('breaks a circle at a soft parent, never at a hard one', () => {
    const order = parentsFirst([
      { entity: 'organisation', hard: [], soft: ['event'] },
      { entity: 'person', hard: ['organisation'], soft: [] },
      { entity: 'event', hard: ['person'], soft: [] },
    ])
    expect(order).toEqual(['organisation', 'person', 'event'])
  })

  it('names a field that is no reference', () => {
    expect(() => dependencyOrder([binding('person', ['email'])])).toThrow('person.email')
  })
})
