/** Example System: one collection of entries, one record per request. Nothing is known for certain: no test met a real one. */
import { z } from 'zod'
import { defineAdapter } from '../kit/define-adapter.ts'
import { sendItem } from '../kit/items.ts'
import { numberedPage, type PageForm } from '../kit/numbered-listing.ts'
import { sendEach } from '../kit/send-each.ts'
import { entries } from './mapping.ts'

const settings = z.object({
  pageSize: z.int().min(1).max(500).default(100).meta({
    title: 'Records per page',
    description: 'How many records are asked for at once. 1 to 500.',
  }),
})

const path = '/entries'
const page = z.looseObject({ entries: z.array(z.unknown()), total: z.int() })
const pages: PageForm<z.infer<typeof page>> = {
  first: 1,
  query: (number, size) => [
    ['page', number],
    ['per_page', size],
  ],
  answer: page,
  read: ({ value }) => ({ rows: value.entries, total: value.total }),
}

export const exampleSystem = defineAdapter({
  manifest: {
    name: 'example-system',
    label: 'Example System',
    description: 'Gets entries with bib, name and start group.',
    kind: 'generic',
    direction: 'outbound',
    auth: ['api-key'],
    settings,
    secrets: [{ key: 'apiKey', label: 'API key', required: true }],
    resources: [entries],
    limits: { concurrency: 4, batchSize: 100 },
    // A record is put at our own id: the same call once more ends the same.
    idempotency: 'key',
    batches: false,
    defaults: { mode: 'master-leads', conflicts: 'master-wins' },
  },
  apiKeyIn: { header: 'X-Api-Key' },
  connect: async ({ client, settings: { pageSize: size }, bindingOf }) => ({
    async probe(signal) {
      const query = pages.query(1, 1)
      await client.json(page, { method: 'GET', path, query, missing: 'config', signal })
    },
    send: (entity, changes, signal) =>
      sendEach(changes, client.concurrency, signal, (change) =>
        sendItem({ client, path, binding: bindingOf(entity), signal }, change, 'PUT'),
      ),
    changes: (entity, cursor, signal) =>
      numberedPage({ client, path, binding: bindingOf(entity), form: pages, size, signal }, cursor),
  }),
})
