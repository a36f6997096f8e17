/** Collections whose records call their id otherwise than `id`. */
import { expect, it } from 'vitest'
import { z } from 'zod'
import { bindingsOf } from '../../main/engine/targets/kit/bindings.ts'
import type { HttpClient } from '../../main/engine/targets/kit/http-client.ts'
import { sendItem } from '../../main/engine/targets/kit/items.ts'
import { numberedPage } from '../../main/engine/targets/kit/numbered-listing.ts'
import { shaped } from '../../main/engine/targets/kit/shape.ts'
import { changeOf } from './conformance/sample-records.ts'

const [binding] = bindingsOf([
  shaped({
    root: 'organisation',
    remoteName: 'clubs',
    direction: 'outbound',
    changes: 'listing',
    deletion: 'delete',
    fields: ['name'],
  }),
])

/** A client that is answered with this, and notes what it sent. */
function answering(value: unknown) {
  const sent: unknown[] = []
  const json = async (schema: z.ZodType, request: unknown) => {
    sent.push(request)
    return { value: schema.parse(value), status: 200, headers: {} }
  }
  return { client: { json } as unknown as HttpClient, sent }
}

const at = (client: HttpClient) => ({
  ...{ client, path: '/clubs', binding: binding!, idAt: 'ref' },
  signal: new AbortController().signal,
})

it('are made and listed under the name the target gives their id', async () => {
  const create = changeOf(binding!, 'create', { name: 'Harriers' })
  const made = answering({ ref: 'c1', name: 'Harriers' })
  expect(await sendItem(at(made.client), create, 'POST')).toBe('c1')

  const form = {
    first: 1,
    query: () => [],
    answer: z.array(z.unknown()),
    read: ({ value }: { readonly value: readonly unknown[] }) => ({ rows: value, total: null }),
  } as const
  const listed = answering([{ ref: 'c1' }, { id: 'c2' }, { ref: 7 }])
  const page = await numberedPage({ ...at(listed.client), form, size: 10 }, null)
  expect(page.records.map(({ remoteId }) => remoteId)).toEqual(['c1', '7'])
  expect(page.unreadable).toHaveLength(1)
})

it('are replaced without an id of another name', async () => {
  const update = changeOf(binding!, 'update', { name: 'Striders' }, { remoteId: 'c1' })
  const kept = answering({ ref: 'c1', name: 'Harriers' })
  await sendItem(at(kept.client), { ...update, body: {} }, 'POST')
  expect(kept.sent.at(-1)).toMatchObject({ method: 'PUT', body: { ref: 'c1', name: 'Harriers' } })
  expect(kept.sent.at(-1)).not.toHaveProperty('body.id')
})
